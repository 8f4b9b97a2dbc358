"""What people do with themselves: sign in and out, their password, their sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import (
    Blueprint,
    abort,
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
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from app.config.core import SHOP_NAME, WEB_SESSION_LIFETIME
from app.db import db
from app.models.incidents import MAIL_WISHES
from app.models.users import UserEvent
from app.services import passwords, sessions, sign_in
from app.web.auth import requires, safe_next, this_user
from app.web.saying import said
from app.web.sessions import (
    begin_session,
    end_session,
    keep_session,
    known_to,
    remote_address,
    session_id,
)
from app.work import inbox
from app.work.recipients import wish_of

account = Blueprint("account", __name__)

_needed = InputRequired(_l("Please fill this in."))


class LoginForm(FlaskForm):
    username = StringField(_l("Username"), [_needed])
    password = PasswordField(_l("Password"), [_needed])


class PasswordForm(FlaskForm):
    old = PasswordField(_l("Old password"), [_needed])
    new = PasswordField(_l("New password"), [_needed])
    again = PasswordField(
        _l("New password, again"), [_needed, EqualTo("new", _l("The two are not the same."))]
    )


@account.route("/login", methods=["GET", "POST"])
@requires("public")
def login() -> ResponseReturnValue:
    onwards = safe_next(request.args.get("next"))
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(onwards, 303)
    form, problem, status = LoginForm(), None, 200
    if form.validate_on_submit():
        try:
            user = sign_in.authenticate(
                db.session(),
                form.username.data or "",
                form.password.data or "",
                remote_address=remote_address(),
                known_to=known_to(),
            )
        except sign_in.CannotSignIn:
            status = 422
            problem = _("The username or the password is wrong, or this user may not sign in.")
        except sign_in.TooManyTries as error:
            return _too_many(error, "account/login.html", form=form, onwards=onwards)
        else:
            if current_user.is_authenticated:
                end_session()
            return begin_session(user, make_response(redirect(onwards, 303)))
        db.session.commit()  # the failed try is written down
    elif form.is_submitted():
        status = 422
    return render_template(
        "account/login.html", form=form, problem=problem, onwards=onwards
    ), status  # fmt: skip


@account.post("/logout")
@requires("login")
def logout() -> ResponseReturnValue:
    end_session()
    answer = make_response(redirect(url_for("account.login"), 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@account.get("/account")
@requires("login")
def profile() -> ResponseReturnValue:
    user = this_user()
    return render_template(
        "account/profile.html",
        account=user,
        events=sessions.last_events(db.session(), user),
        event_words=event_words(),
        sessions=_open_sessions(),
        this_session=session_id(),
        mails=wish_of(db.session(), user.uuid),
        mail_wishes={
            "all": _("of all incidents"),
            "mine": _("of those assigned to me or my roles"),
            "none": _("of none"),
        },
    )


@account.post("/account/incidents")
@requires("incidents.list")
def incident_mails() -> ResponseReturnValue:
    """Which mails about incidents one wants."""
    mails = request.form.get("mails", "")
    if mails not in MAIL_WISHES:
        abort(400)
    inbox.wish(db.session(), this_user().uuid, mails)
    db.session.commit()
    flash(_("Your wish is kept."), "success")
    return redirect(url_for("account.profile"), 303)


@account.route("/account/password", methods=["GET", "POST"])
@requires("login")
def password() -> ResponseReturnValue:
    form, user, status = PasswordForm(), this_user(), 200
    if form.validate_on_submit():
        try:
            sign_in.change_password(
                db.session(),
                user,
                old=form.old.data or "",
                new=form.new.data or "",
                words=shop_words(),
                keep=session_id(),
                remote_address=remote_address(),
            )
        except passwords.BadPassword as error:
            form.new.errors = [said(error)]
        except (sign_in.WrongPassword, sign_in.PasswordIsFixed) as error:
            form.old.errors = [said(error)]
        except sign_in.TooManyTries as error:
            return _too_many(error, "account/password.html", form=form)
        else:
            keep_session(user)
            db.session.commit()
            flash(_("Your password was changed. All other sessions were signed out."), "success")
            return redirect(url_for("account.profile"), 303)
        db.session.commit()  # a wrong old password is written down
    if form.is_submitted():
        status = 422
    return render_template("account/password.html", form=form, problem=None), status


@account.post("/account/sessions/<uuid:uuid>/end", endpoint="end_session")
@requires("login")
def end_one_session(uuid: UUID) -> ResponseReturnValue:
    """Only one's own: somebody else's is as unknown as one that never was."""
    if uuid not in {login.uuid for login in _open_sessions()}:
        abort(404)
    sessions.end(db.session(), this_user(), uuid, remote_address=remote_address())
    db.session.commit()
    flash(_("That session was signed out."), "success")
    return redirect(url_for("account.profile"), 303)


@account.post("/account/sessions/end-others")
@requires("login")
def end_other_sessions() -> ResponseReturnValue:
    user = this_user()
    sessions.end_all(db.session(), user, keep=session_id())
    keep_session(user)
    db.session.commit()
    flash(_("All other sessions were signed out."), "success")
    return redirect(url_for("account.profile"), 303)


def shop_words() -> tuple[str, ...]:
    """What is refused in a password because it is about this shop."""
    return (current_app.extensions["settings"][SHOP_NAME],)


def event_words() -> dict[str, str]:
    """What the kinds of `user_event` are called."""
    return {
        "login": _("Signed in"), "login_failed": _("Failed to sign in"), "logout": _("Signed out"),
        "password_changed": _("Password changed"), "user_created": _("User created"),
        "role_granted": _("Role granted"), "role_withdrawn": _("Role withdrawn"),
        "activated": _("Activated"), "deactivated": _("Deactivated"), "denied": _("Refused a page"),
        "token_made": _("API token made"), "token_revoked": _("API token revoked"),
    }  # fmt: skip


def _open_sessions() -> list[UserEvent]:
    since = datetime.now(UTC) - current_app.extensions["settings"][WEB_SESSION_LIFETIME]
    return sessions.open_of(db.session(), this_user(), since=since)


def _too_many(error: sign_in.TooManyTries, template: str, **values: object) -> ResponseReturnValue:
    db.session.commit()  # the try is written down
    problem = ngettext(
        "There were too many failed tries. Try again in a minute.",
        "There were too many failed tries. Try again in %(num)s minutes.",
        error.minutes,
    )
    answer = make_response(render_template(template, problem=problem, **values), 429)
    answer.headers["Retry-After"] = str(error.minutes * 60)
    return answer
