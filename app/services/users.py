"""Users: who may sign in, whether it is really they, and what they may be given."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Select, Text, cast, exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.db.unit_of_work import Person as Actor
from app.errors import AppError
from app.models.people import Person
from app.models.users import ADMINISTRATOR, Role, User, UserEvent, UserRole
from app.services import passwords
from app.services.permissions import (
    covers,
    ensure_built_in_roles,
    permissions_of,
    permissions_of_role,
)

By = Actor | str | None
"""Who acts: a user, whose powers count, or the name of whoever sits at the command line."""

TRIES_PER_USERNAME, TRIES_PER_ADDRESS = 10, 30
WINDOW = timedelta(minutes=15)
WELCOME_LASTS = timedelta(hours=24)
TOO_MANY, KNOWN_BROWSER = "too many tries", ", from a browser known to them"


class CannotSignIn(AppError):
    """The username or the password is wrong, or this user may not sign in."""


class TooManyTries(AppError):
    """There were too many failed tries to sign in; try again later."""

    def __init__(self, wait: timedelta) -> None:
        self.minutes = max(1, ceil(wait / timedelta(minutes=1)))
        minutes = "a minute" if self.minutes == 1 else f"{self.minutes} minutes"
        super().__init__(f"There were too many failed tries. Try again in {minutes}.")


class BadUsername(AppError):
    """A username has 1 to 64 letters, digits or any of . _ - + @, and no spaces."""


class UsernameTaken(AppError):
    """Somebody has this username already; small and capital letters count as the same."""


class WrongPassword(AppError):
    """The old password is not right."""


class NoSuchUser(AppError):
    """There is no user of this name."""


class NoSuchRole(AppError):
    """There is no role of this name; see `storekeeper roles`."""


class EverybodyHasIt(AppError):
    """Everybody has this role; it can be neither granted nor withdrawn."""


class LastAdministrator(AppError):
    """This is the last active administrator; make another one first."""


class BeyondYou(AppError):
    """You can hand out only what you may do yourself, and only to others."""


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
    username = unicodedata.normalize("NFC", username.strip())
    if not re.fullmatch(r"[\w.+@-]{1,64}", username):
        raise BadUsername
    if find(session, username) is not None:
        raise UsernameTaken
    ensure_built_in_roles(session)
    user = User(username=username, person=person or _person(name), session_key=_new_key())
    if password is not None:
        _set(user, password, words)
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError as error:
        raise UsernameTaken from error
    record(session, "user_created", user=user, detail=_said_by(by), at=at)
    return user


def find(session: Session, username: str) -> User | None:
    """The user of this name, in small or capital letters."""
    name = unicodedata.normalize("NFC", username.strip())
    if name != _printable(name):
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


def record(
    session: Session,
    kind: str,
    *,
    user: User | None = None,
    username: str = "",
    remote_address: str | None = None,
    detail: str | None = None,
    at: datetime | None = None,
) -> UserEvent:
    """Write down what happened at the door. Control characters are replaced: logs are read."""
    happened = UserEvent(
        kind=kind,
        user_uuid=user.uuid if user else None,
        username=_printable(user.username if user else username),
        remote_address=_printable(remote_address) if remote_address else None,
        detail=_printable(detail) if detail else None,
        happened_at=at or _now(),
    )
    session.add(happened)
    session.flush()
    return happened


# -- signing in --------------------------------------------------------------------------------


def authenticate(
    session: Session,
    username: str,
    password: str,
    *,
    remote_address: str | None = None,
    known_to: Collection[UUID] = (),
    at: datetime | None = None,
) -> User:
    """The user, if it is really they; else CannotSignIn or TooManyTries, the same for everybody.

    A failed try is written down, so commit the session also when this raises. `known_to` are the
    users who signed in from this browser before: strangers who guess cannot keep them out.
    """
    at = at or _now()
    user = find(session, username)
    known = user is not None and user.uuid in known_to
    told = {"user": user, "username": username, "remote_address": remote_address, "at": at}
    _one_at_a_time(session, username, remote_address)
    wait = _wait(session, user.username if user else username, remote_address, known, at)
    if wait > timedelta():
        record(session, "login_failed", detail=TOO_MANY, **told)  # type: ignore[arg-type]
        raise TooManyTries(wait)
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or not user.active:
        why = "no such user" if user is None else "not active" if right else "wrong password"
        detail = why + (KNOWN_BROWSER if known else "")
        record(session, "login_failed", detail=detail, **told)  # type: ignore[arg-type]
        raise CannotSignIn
    if passwords.is_outdated(user.password_hash or ""):
        user.password_hash = passwords.hash_of(password)
    return user


def start_session(
    session: Session, user: User, *, remote_address: str | None = None, at: datetime | None = None
) -> UserEvent:
    """Write down that a user signs in; the uuid of the event is the id of the new session."""
    at = at or _now()
    user.last_login_at = at
    user.session_key = user.session_key or _new_key()
    return record(session, "login", user=user, remote_address=remote_address, at=at)


def user_of_session(
    session: Session, user_uuid: UUID, key: str, session_id: UUID, *, since: datetime
) -> User | None:
    """The user of a session that began at `since`; None if it was ended or they may not sign in."""
    # An hour of grace, since another server's clock may be slow.
    ended = exists().where(
        UserEvent.user_uuid == user_uuid,
        UserEvent.kind == "logout",
        UserEvent.detail == str(session_id),
        UserEvent.happened_at >= since - timedelta(hours=1),
    )
    user = session.scalar(
        select(User)
        .where(User.uuid == user_uuid, User.active, User.session_key.is_not(None), ~ended)
        .options(joinedload(User.person), selectinload(User.roles))
    )
    if user is None or not secrets.compare_digest(user.session_key or "", key):
        return None
    return user


def open_sessions(session: Session, user: User, *, since: datetime) -> list[UserEvent]:
    """The logins since a moment whose sessions nobody ended, newest first."""
    out = aliased(UserEvent)
    ended = exists().where(
        out.user_uuid == user.uuid,
        out.kind == "logout",
        out.detail == cast(UserEvent.uuid, Text),
    )
    query = select(UserEvent).where(
        UserEvent.user_uuid == user.uuid,
        UserEvent.kind == "login",
        UserEvent.happened_at >= since,
        ~ended,
    )
    return list(session.scalars(query.order_by(UserEvent.happened_at.desc()).limit(50)))


def end_session(
    session: Session,
    user: User,
    session_id: UUID,
    *,
    remote_address: str | None = None,
    at: datetime | None = None,
) -> None:
    """Sign out of one browser; a copy of its cookie is worth nothing from now on."""
    told = str(session_id)
    record(session, "logout", user=user, remote_address=remote_address, detail=told, at=at)


def end_all_sessions(
    session: Session, user: User, *, keep: UUID | None = None, at: datetime | None = None
) -> None:
    """Sign the user out everywhere; the caller gives the one to keep its new session key."""
    user.session_key = _new_key()
    for login in open_sessions(session, user, since=(at or _now()) - timedelta(days=31)):
        if login.uuid != keep:
            end_session(session, user, login.uuid, at=at)


def last_events(session: Session, user: User, *, limit: int = 10) -> list[UserEvent]:
    """What a user did at the door lately, newest first."""
    query = select(UserEvent).where(UserEvent.user_uuid == user.uuid)
    return list(session.scalars(query.order_by(UserEvent.happened_at.desc()).limit(limit)))


# -- changing ----------------------------------------------------------------------------------


def change_password(
    session: Session,
    user: User,
    *,
    old: str,
    new: str,
    words: Iterable[str | None] = (),
    keep: UUID | None = None,
    remote_address: str | None = None,
    at: datetime | None = None,
) -> None:
    """Users change their own password; all their sessions end, but for the one to keep.

    Guessing the old one here counts like guessing at the door: commit also when this raises
    WrongPassword or TooManyTries.
    """
    at = at or _now()
    told = {"user": user, "remote_address": remote_address, "at": at}
    _one_at_a_time(session, user.username, remote_address)
    wait = _wait(session, user.username, remote_address, True, at)
    if wait > timedelta():
        raise TooManyTries(wait)
    if not passwords.verify(user.password_hash, old):
        detail = "wrong old password" + KNOWN_BROWSER
        record(session, "login_failed", detail=detail, **told)  # type: ignore[arg-type]
        raise WrongPassword
    _set(user, new, words)
    end_all_sessions(session, user, keep=keep, at=at)
    record(session, "password_changed", **told)  # type: ignore[arg-type]


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
    _must_reach(session, by, user)
    _set(user, password, words)
    end_all_sessions(session, user, at=at)
    record(session, "password_changed", user=user, detail=_said_by(by), at=at)


def set_active(
    session: Session, user: User, active: bool, *, by: By, at: datetime | None = None
) -> None:
    """Let a user sign in, or not; whoever is not active is out at their next click."""
    _must_reach(session, by, user)
    if active == user.active:
        return
    if not active:
        require_another_administrator(session, user)
        end_all_sessions(session, user, at=at)
    user.active = active
    kind = "activated" if active else "deactivated"
    record(session, kind, user=user, detail=_said_by(by), at=at)


def grant(session: Session, user: User, role: Role, *, by: By, at: datetime | None = None) -> None:
    """Give a role; it counts from the user's next click."""
    _must_reach(session, by, user)
    may_shape(session, role, by=by)
    if role.built_in and role.built_in != ADMINISTRATOR:
        raise EverybodyHasIt
    if role not in user.roles:
        user.roles.append(role)
        record(session, "role_granted", user=user, detail=_said_by(by, role.name), at=at)


def withdraw(
    session: Session, user: User, role: Role, *, by: By, at: datetime | None = None
) -> None:
    """Take a role away; it counts from the user's next click."""
    _must_reach(session, by, user)
    may_shape(session, role, by=by)
    if role.built_in and role.built_in != ADMINISTRATOR:
        raise EverybodyHasIt
    if role not in user.roles:
        return
    if role.built_in == ADMINISTRATOR:
        require_another_administrator(session, user)
    user.roles.remove(role)
    record(session, "role_withdrawn", user=user, detail=_said_by(by, role.name), at=at)


def make_administrator(session: Session, user: User, *, by: By, at: datetime | None = None) -> None:
    """Let a user do everything."""
    grant(session, user, ensure_built_in_roles(session)[ADMINISTRATOR], by=by, at=at)


def delete(session: Session, user: User, *, by: By) -> None:
    """Remove a user for good; what they did stays written down under their name."""
    _must_reach(session, by, user)
    require_another_administrator(session, user)
    session.delete(user)
    session.flush()


def may_shape(session: Session, role: Role, *, by: By) -> None:
    """Refuse (BeyondYou) whoever would hand out, take or edit more than they may do themselves."""
    acting = _acting(session, by)
    if acting is not None:
        mine = permissions_of(session, acting)
        if not covers(mine, permissions_of_role(session, role)):
            raise BeyondYou


def require_another_administrator(session: Session, user: User) -> None:
    """Refuse when the shop would be left without an active administrator."""
    if not (user.active and user.is_administrator):
        return
    # Lock first: two administrators may remove each other at the same moment.
    session.scalars(select(Role).where(Role.built_in == ADMINISTRATOR).with_for_update()).one()
    if not session.scalar(select(_administrators().where(User.uuid != user.uuid).exists())):
        raise LastAdministrator


# -- the very first ----------------------------------------------------------------------------


def has_administrator(session: Session) -> bool:
    """Whether anybody active may do everything."""
    return bool(session.scalar(select(_administrators().exists())))


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


# -- helpers -----------------------------------------------------------------------------------


def _set(user: User, password: str, words: Iterable[str | None]) -> None:
    own = (user.username, user.person.first_name, user.person.last_name) if user.person else (
        user.username,
    )  # fmt: skip
    passwords.check(password, words=(*own, user.name, *words, "storekeeper"))
    user.password_hash = passwords.hash_of(password)


def _person(name: str | None) -> Person | None:
    words = (name or "").split()
    if not words:
        return None
    return Person(first_name=" ".join(words[:-1]) or words[0], last_name="".join(words[1:][-1:]))


def _one_at_a_time(session: Session, username: str, remote_address: str | None) -> None:
    # Count and note must not interleave, or many tries at once would all pass the count.
    # The address first, always: two tries that share both cannot wait for each other.
    for what in (f"address {remote_address}", f"username {_printable(username).lower()}"):
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtext('storekeeper login'), hashtext(:what))"),
            {"what": what},
        )


def _wait(
    session: Session, username: str, remote_address: str | None, known: bool, at: datetime
) -> timedelta:
    failed = (
        select(UserEvent.happened_at)
        .where(UserEvent.kind == "login_failed", UserEvent.happened_at > at - WINDOW)
        .where(UserEvent.detail != TOO_MANY)
        .order_by(UserEvent.happened_at.desc())
    )
    from_known = UserEvent.detail.like(f"%{KNOWN_BROWSER}")
    theirs = func.lower(UserEvent.username) == func.lower(_printable(username))
    counts = [(failed.where(theirs, from_known if known else ~from_known), TRIES_PER_USERNAME)]
    if remote_address and not known:
        here = UserEvent.remote_address == remote_address
        counts.append((failed.where(here), TRIES_PER_ADDRESS))
    waits = [timedelta()]
    for query, tries in counts:
        oldest = session.scalar(query.offset(tries - 1).limit(1))
        if oldest is not None:
            waits.append(oldest + WINDOW - at)
    return max(waits)


def _acting(session: Session, by: By) -> User | None:
    """The user whose powers limit this act; None for the command line and for administrators."""
    if by is None or isinstance(by, str):
        return None
    acting = session.get(User, by.uuid)
    if acting is None:
        raise BeyondYou
    return None if acting.active and acting.is_administrator else acting


def _must_reach(session: Session, by: By, user: User) -> None:
    acting = _acting(session, by)
    if acting is None:
        return
    mine, theirs = permissions_of(session, acting), permissions_of(session, user)
    if acting.uuid == user.uuid or user.is_administrator or not covers(mine, theirs):
        raise BeyondYou


def _administrators() -> Select[User]:
    return (
        select(User)
        .join(UserRole, UserRole.user_uuid == User.uuid)
        .join(Role, Role.uuid == UserRole.role_uuid)
        .where(User.active, Role.built_in == ADMINISTRATOR)
    )


def _welcome(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="storekeeper welcome")


def _said_by(by: By, what: str = "") -> str | None:
    return ", ".join(part for part in (what, f"by {by}" if by else "") if part) or None


def _printable(text: str) -> str:
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text
    )[:200]


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _now() -> datetime:
    return datetime.now(UTC)
