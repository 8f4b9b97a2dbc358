"""Pages of users and of what they did at the door."""

from datetime import UTC, datetime

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from app.config.core import WEB_SESSION_LIFETIME
from app.db import db
from app.errors import AppError
from app.models.users import EVENT_KINDS, User, UserEvent, UserToken
from app.services import passwords, permissions, roles, sessions, users
from app.web.account import event_words, shop_words
from app.web.auth import this_user
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Fact,
    Field,
    Form,
    Grid,
    MasterView,
    Section,
)
from app.web.master.fields import Free, NewPasswordField, plain_text
from app.web.master.ticks import Ticks
from app.web.saying import said

DIFFERENT = _l("The two are not the same.")


def roles_to_hand_out():
    return roles.to_hand_out(db.session(), by=this_user())


ROLES = Ticks(
    User.roles,
    label=_l("Roles"),
    help=_l("Roles that allow more than you may do yourself are not shown."),
    records=roles_to_hand_out,
)


class NewPassword(FlaskForm):
    """A password for somebody else, twice."""

    new = NewPasswordField(_l("New password"), [InputRequired(_l("Please fill this in."))])
    again = NewPasswordField(_l("New password, again"), [EqualTo("new", DIFFERENT)])


class UserView(MasterView):
    key, model, title, icon = "users", User, _l("User"), "user"
    plural = _l("Users")
    lead = _l("Who may sign in, and what they may do.")
    grid = Grid(
        Column(User.username, link=True, card="title", filter=Contains(shown=True)),
        Column(User.person, card="detail"),
        Column(
            "roles",
            lambda user: ", ".join(role.name for role in user.roles),
            load=User.roles,
            card="detail",
        ),
        User.last_login_at,
        Column(User.stays_active, hidden=True),
        Column(User.password_fixed, hidden=True),
        Column(User.active, card="state-cell"),
        sort=User.username,
    )
    form = Form(
        Section(
            _l("Who it is"),
            User.username,
            Field(User.person, help=_l("Somebody the shop knows; make them under People first.")),
            Field(User.active, help=_l("Without this they cannot sign in.")),
            Field(User.stays_active, help=_l("No import or clean-up may deactivate them.")),
            Field(
                User.password_fixed,
                help=_l("They may not change their password, as with one that a team shares."),
            ),
        ),
        Section(_l("What they may do"), ROLES),
    )
    new_form = Form(
        Section(
            _l("Who it is"),
            Field(User.username, help=_l("What they type to sign in, such as ann.")),
            Free("name", label=_l("Full name"), checks=(Optional(), Length(max=200), plain_text)),
        ),
        Section(
            _l("Password"),
            Free(
                "password",
                label=_l("First password"),
                help=_l("8 characters or more; empty: they cannot sign in yet."),
                kind=NewPasswordField,
                checks=(Optional(), Length(max=1000)),
            ),
            Free(
                "again",
                label=_l("First password, again"),
                kind=NewPasswordField,
                checks=(EqualTo("password", DIFFERENT),),
            ),
        ),
        Section(_l("What they may do"), ROLES),
    )
    facts = ("username", "person", "last_login_at", "stays_active", "password_fixed")
    children = (
        Child(
            User.tokens,
            "user_tokens",
            (
                Column(UserToken.description, link=True),
                Column(UserToken.beginning),
                Column(UserToken.expires_on),
                Column(UserToken.last_used_at),
            ),
            title=_l("API tokens"),
        ),
    )
    pages = (
        ("password", "/<uuid:uuid>/password", "password", ("GET", "POST"), "edit", "edit"),
        ("sign_out", "/<uuid:uuid>/sign-out", "sign_out", ("POST",), "edit", "edit"),
    )
    blame = {
        users.BadUsername: "username",
        users.UsernameTaken: "username",
        passwords.BadPassword: "password",
    }
    # Taking back a change would go past the rules of services/users.py.
    may_revert = False

    def may(self, act, record=None):
        """With somebody only who may do all that they may."""
        return super().may(act) and (record is None or self.refusal(record) is None)

    def refusal(self, user):
        """Why this person may not change that user; None when they may."""
        try:
            permissions.require_power_over_user(self.session, user, by=this_user())
        except permissions.BeyondYou as error:
            return said(error)

    def context(self, record):
        lifetime = current_app.extensions["settings"][WEB_SESSION_LIFETIME]
        return {
            "is_self": record.uuid == this_user().uuid,
            "refusal": self.refusal(record) if self.may("edit") else None,
            "sessions": sessions.open_of(self.session, record, since=datetime.now(UTC) - lifetime),
            "events": sessions.last_events(self.session, record, limit=8),
            "event_words": event_words(),
        }

    def facts_of(self, record):
        has = _("has one") if record.password_hash else _("none yet; they cannot sign in")
        return [*super().facts_of(record), Fact(_("Password"), has)]

    def create(self):
        self.form = self.new_form
        return super().create()

    def edit(self, uuid):
        return self._refused(uuid) or super().edit(uuid)

    def delete(self, uuid):
        return self._refused(uuid) or super().delete(uuid)

    def write(self, record, form):
        told = {name: field.data for name, field in form._fields.items()}
        if record is None:
            record = self._made(told)
            granted, withdrawn = form["roles"].data, ()
            told |= {"person": record.person, "active": True}
        else:
            granted, withdrawn = form["roles"].added, form["roles"].removed
        users.update(
            self.session,
            record,
            by=this_user(),
            username=told["username"],
            person=told["person"],
            active=told["active"],
            stays_active=told.get("stays_active"),
            password_fixed=told.get("password_fixed"),
            granted=granted,
            withdrawn=withdrawn,
        )
        return record

    def remove(self, record):
        users.delete(self.session, record, by=this_user())

    def password(self, uuid):
        """Give somebody else a new password; for one's own the old one is asked."""
        user, form = self.get(uuid), NewPassword()
        if user.uuid == this_user().uuid:
            return redirect(url_for("account.password"))
        if refused := self._refused(uuid):
            return refused
        if form.validate_on_submit():
            try:
                users.set_password(
                    self.session, user, form.new.data, by=this_user(), words=shop_words()
                )
            except AppError as error:
                self.session.rollback()
                form.new.errors = [said(error)]
                user = self.get(uuid)
            else:
                name = str(user)
                self.session.commit()
                flash(_("“%(name)s” has a new password.", name=name), "success")
                return redirect(self.url("view", uuid=uuid))
        page = self.render("password", record=user, form=form)
        return page, 422 if request.method == "POST" else 200

    def sign_out(self, uuid):
        """End all sessions of somebody."""
        if refused := self._refused(uuid):
            return refused
        sessions.end_all(self.session, self.get(uuid))
        self.session.commit()
        flash(_("They are signed out everywhere."), "success")
        return redirect(self.url("view", uuid=uuid))

    def _made(self, told):
        return users.create(
            self.session,
            told["username"],
            by=this_user(),
            password=told["password"] or None,
            name=told["name"],
            words=shop_words(),
        )

    def _refused(self, uuid):
        refusal = self.refusal(self.get(uuid))
        if refusal is not None:
            flash(refusal, "warning")
            return redirect(self.url("view" if self.may("view") else "list", uuid=uuid))


class UserEventView(MasterView):
    key, model, title, icon = "user_events", UserEvent, _l("User event"), "clock"
    plural = _l("User events")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(UserEvent.happened_at, link=True, card="title"),
        Column(UserEvent.username, card="code", filter=Contains(shown=True)),
        Column(UserEvent.kind, card="state-cell", filter=Choice(words=EVENT_KINDS)),
        UserEvent.remote_address,
        Column(UserEvent.detail, card="detail"),
        sort=UserEvent.happened_at,
        descending=True,
    )
    form = Form(
        UserEvent.happened_at,
        UserEvent.username,
        UserEvent.kind,
        UserEvent.remote_address,
        UserEvent.detail,
    )

    def name_of(self, record):
        return f"{record.username}: {event_words()[record.kind]}"
