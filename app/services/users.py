"""Users: making them, and what they are given. `sign_in` asks whether it is really they."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.people import Person
from app.models.users import ADMINISTRATOR, Role, User
from app.services import dependents, passwords, sessions
from app.services.permissions import (
    By,
    ensure_built_in_roles,
    has_administrator,
    require_another_administrator,
    require_power_over_role,
    require_power_over_user,
)

WELCOME_LASTS = timedelta(hours=24)


class BadUsername(AppError):
    """A username has 1 to 64 letters, digits or any of . _ - + @, and no spaces."""


class UsernameTaken(AppError):
    """Somebody has this username already; small and capital letters count as the same."""


class NoSuchUser(AppError):
    """There is no user of this name."""


class NoSuchRole(AppError):
    """There is no role of this name; see `storekeeper roles`."""


class EverybodyHasIt(AppError):
    """Everybody has this role; it can be neither granted nor withdrawn."""


class WelcomeOver(AppError):
    """This link no longer works: it is too old, or an administrator was already made."""


# -- making and finding ------------------------------------------------------------------------


def create(
    session: Session,
    username: str,
    *,
    by: By,
    password: str | None = None,
    name: str | None = None,
    person: Person | None = None,
    words: Iterable[str | None] = (),
    at: datetime | None = None,
) -> User:
    """A new user; without a password nobody can sign in as them yet.

    `name` makes a person of that name. `words` are refused in passwords beside the user's own.
    """
    username = _free(session, username)
    ensure_built_in_roles(session)
    user = User(username=username, person=person or _person(name), session_key=sessions.new_key())
    if password is not None:
        keep_password(user, password, words=words)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise UsernameTaken from error
    sessions.record(session, "user_created", user=user, detail=_said_by(by), at=at)
    return user


def find(session: Session, username: str) -> User | None:
    """The user of this name, in small or capital letters."""
    name = unicodedata.normalize("NFC", username.strip())
    if name != sessions.printable(name):
        return None
    return session.scalar(select(User).where(func.lower(User.username) == func.lower(name)))


def named(session: Session, username: str) -> User:
    """Like `find`, but raises NoSuchUser."""
    user = find(session, username)
    if user is None:
        raise NoSuchUser(f"There is no user {username!r}.")
    return user


def role_named(session: Session, name: str) -> Role:
    """The role of this name, in small or capital letters. Raises NoSuchRole."""
    ensure_built_in_roles(session)
    role = session.scalar(select(Role).where(func.lower(Role.name) == func.lower(name.strip())))
    if role is None:
        raise NoSuchRole(f"There is no role {name!r}; see `storekeeper roles`.")
    return role


# -- changing ----------------------------------------------------------------------------------


def update(
    session: Session,
    user: User,
    *,
    by: By,
    username: str,
    person: Person | None,
    active: bool,
    stays_active: bool | None = None,
    password_fixed: bool | None = None,
    granted: Iterable[Role] = (),
    withdrawn: Iterable[Role] = (),
    at: datetime | None = None,
) -> None:
    """Change a user's name, person, roles and whether they may sign in; None leaves as it is.

    Roll back when this raises: a part may be done already.
    """
    require_power_over_user(session, user, by=by)
    if username != user.username:
        user.username = _free(session, username, user)
    user.person = person
    user.stays_active = user.stays_active if stays_active is None else stays_active
    user.password_fixed = user.password_fixed if password_fixed is None else password_fixed
    for role in granted:
        grant(session, user, role, by=by, at=at)
    for role in withdrawn:
        withdraw(session, user, role, by=by, at=at)
    set_active(session, user, active, by=by, at=at)
    session.flush()


def set_password(
    session: Session,
    user: User,
    password: str,
    *,
    by: By,
    words: Iterable[str | None] = (),
    at: datetime | None = None,
) -> None:
    """Give somebody else a new password; all their sessions end."""
    require_power_over_user(session, user, by=by)
    keep_password(user, password, words=words)
    sessions.end_all(session, user, at=at)
    sessions.record(session, "password_changed", user=user, detail=_said_by(by), at=at)


def set_active(
    session: Session, user: User, active: bool, *, by: By, at: datetime | None = None
) -> None:
    """Let a user sign in, or not; whoever is not active is out at their next click."""
    require_power_over_user(session, user, by=by)
    if active == user.active:
        return
    if not active:
        require_another_administrator(session, user)
        sessions.end_all(session, user, at=at)
    user.active = active
    kind = "activated" if active else "deactivated"
    sessions.record(session, kind, user=user, detail=_said_by(by), at=at)


def grant(session: Session, user: User, role: Role, *, by: By, at: datetime | None = None) -> None:
    """Give a role; it counts from the user's next click."""
    require_power_over_user(session, user, by=by)
    require_power_over_role(session, role, by=by)
    if role.built_in and role.built_in != ADMINISTRATOR:
        raise EverybodyHasIt
    if role not in user.roles:
        user.roles.append(role)
        sessions.record(session, "role_granted", user=user, detail=_said_by(by, role.name), at=at)


def withdraw(
    session: Session, user: User, role: Role, *, by: By, at: datetime | None = None
) -> None:
    """Take a role away; it counts from the user's next click."""
    require_power_over_user(session, user, by=by)
    require_power_over_role(session, role, by=by)
    if role.built_in and role.built_in != ADMINISTRATOR:
        raise EverybodyHasIt
    if role not in user.roles:
        return
    if role.built_in == ADMINISTRATOR:
        require_another_administrator(session, user)
    user.roles.remove(role)
    sessions.record(session, "role_withdrawn", user=user, detail=_said_by(by, role.name), at=at)


def make_administrator(session: Session, user: User, *, by: By, at: datetime | None = None) -> None:
    """Let a user do everything."""
    grant(session, user, ensure_built_in_roles(session)[ADMINISTRATOR], by=by, at=at)


def delete(session: Session, user: User, *, by: By) -> None:
    """Remove a user for good; what they did stays written down under their name."""
    require_power_over_user(session, user, by=by)
    require_another_administrator(session, user)
    dependents.delete(session, user)


def keep_password(user: User, password: str, *, words: Iterable[str | None] = ()) -> None:
    """Take over a password unless it is easy to guess for this user; see `passwords.check`."""
    passwords.check(password, words=(user.username, user.name, *words, "storekeeper"))
    user.password_hash = passwords.hash_of(password)


# -- the very first ----------------------------------------------------------------------------


def welcome_token(session: Session, *, secret_key: str) -> str:
    """What makes the link by which the first administrator is made: once, within 24 hours."""
    if has_administrator(session):
        raise WelcomeOver
    return _welcome(secret_key).dumps(secrets.token_urlsafe(12))


def check_welcome(session: Session, token: str, *, secret_key: str) -> None:
    """Raise WelcomeOver unless the link still works."""
    try:
        _welcome(secret_key).loads(token, max_age=int(WELCOME_LASTS.total_seconds()))
    except BadData as error:
        raise WelcomeOver from error
    if has_administrator(session):
        raise WelcomeOver


def create_first_administrator(
    session: Session,
    token: str,
    *,
    secret_key: str,
    username: str,
    password: str,
    name: str | None = None,
    words: Iterable[str | None] = (),
) -> User:
    """The user who may do everything and then makes the others."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('storekeeper welcome'))"))
    check_welcome(session, token, secret_key=secret_key)
    by = "the welcome link"
    user = create(session, username, by=by, password=password, name=name, words=words)
    make_administrator(session, user, by=by)
    return user


def _free(session: Session, username: str, user: User | None = None) -> str:
    """The username in one form. Raises BadUsername, and UsernameTaken when it is another's."""
    username = unicodedata.normalize("NFC", username.strip())
    if not re.fullmatch(r"[\w.+@-]{1,64}", username):
        raise BadUsername
    if find(session, username) not in (None, user):
        raise UsernameTaken
    return username


def _person(name: str | None) -> Person | None:
    words = (name or "").split()
    if not words:
        return None
    return Person(first_name=" ".join(words[:-1]) or words[0], last_name="".join(words[1:][-1:]))


def _welcome(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="storekeeper welcome")


def _said_by(by: By, what: str = "") -> str | None:
    return ", ".join(part for part in (what, f"by {by}" if by else "") if part) or None
