"""The first page of a new installation: whoever holds the link becomes the administrator."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.db import Author, announce, db
from app.services import passwords, users
from app.web.account import shop_words
from app.web.auth import requires
from app.web.saying import said
from app.web.sessions import begin_session, remote_address

welcome = Blueprint("welcome", __name__)

_needed = InputRequired(_l("Please fill this in."))


class FirstForm(FlaskForm):
    name = StringField(_l("Your name"), [_needed, Length(max=200)])
    username = StringField(_l("Username"), [_needed])
    password = PasswordField(_l("Password"), [_needed])
    again = PasswordField(
        _l("Password, again"), [_needed, EqualTo("password", _l("The two are not the same."))]
    )


@welcome.route("/welcome/<token>", methods=["GET", "POST"])
@requires("public")
def first(token: str) -> ResponseReturnValue:
    key = str(current_app.secret_key)
    form = FirstForm()
    try:
        users.check_welcome(db.session(), token, secret_key=key)
        if form.validate_on_submit():
            user = _create(form, token, key)
            if user is not None:
                answer = begin_session(user, make_response(redirect("/", 303)))
                flash(_("Welcome. You may do everything here; now make the others."), "success")
                return answer
    except users.WelcomeOver:
        db.session.rollback()
        return render_template("account/welcome_over.html", login_url=url_for("account.login")), 410
    status = 422 if request.method == "POST" else 200
    return render_template("account/welcome.html", form=form, token=token), status


def _create(form: FirstForm, token: str, key: str) -> users.User | None:
    # Nobody is signed in yet: the history names the one who is being made.
    db.session.rollback()
    announce(
        db.session(), Author(by=form.username.data, origin="web", remote_address=remote_address())
    )
    try:
        return users.create_first_administrator(
            db.session(),
            token,
            secret_key=key,
            username=form.username.data or "",
            password=form.password.data or "",
            name=(form.name.data or "").replace("\0", ""),
            words=shop_words(),
        )
    except passwords.BadPassword as error:
        form.password.errors = [said(error)]
    except (users.BadUsername, users.UsernameTaken) as error:
        form.username.errors = [said(error)]
    db.session.rollback()
    return None
