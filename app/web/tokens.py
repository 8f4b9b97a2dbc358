"""One's own API tokens: made here and shown once."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.db import db
from app.errors import AppError
from app.models.users import UserToken
from app.services import tokens
from app.web.auth import requires, this_user
from app.web.master.fields import plain_text
from app.web.saying import said

pages = Blueprint("own_tokens", __name__, url_prefix="/account/tokens")


class TokenForm(FlaskForm):
    description = StringField(
        _l("What it is for"),
        [InputRequired(_l("Please fill this in.")), Length(max=200), plain_text],
    )
    expires_on = DateField(_l("Last day (empty: until revoked)"), [Optional()])


@pages.route("/", methods=["GET", "POST"])
@requires("own_tokens.make")
def own() -> ResponseReturnValue:
    """The tokens of whoever asks, and a form for a new one, which is shown this once."""
    form, made, user = TokenForm(), None, this_user()
    if form.validate_on_submit():
        try:
            _token, made = tokens.create(
                db.session(), user, form.description.data or "", by=user,
                expires_on=form.expires_on.data,
            )  # fmt: skip
        except AppError as error:
            db.session.rollback()
            form.expires_on.errors = [said(error)]
        else:
            db.session.commit()
            form = TokenForm(formdata=None)
    found = tokens.of(db.session(), this_user())
    page = render_template("account/tokens.html", form=form, made=made, tokens=found)
    wrong = request.method == "POST" and made is None
    return page, 422 if wrong else 200, {"Cache-Control": "no-store"}


@pages.post("/<uuid:uuid>/revoke")
@requires("own_tokens.make")
def revoke(uuid: UUID) -> ResponseReturnValue:
    """Only one's own: that of somebody else is as unknown as one that never was."""
    token = db.session.get(UserToken, uuid)
    if token is None or token.user_uuid != this_user().uuid:
        abort(404)
    tokens.revoke(db.session(), token, by=this_user())
    db.session.commit()
    flash(_("The token is revoked; whoever uses it is refused from now on."), "success")
    return redirect(url_for("own_tokens.own"), 303)
