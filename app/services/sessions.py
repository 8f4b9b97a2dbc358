"""Sessions and what else happens at the door, as rows that are only ever added."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.models.users import User, UserEvent

LONGEST_SESSION = timedelta(days=31)


def start(
    session: Session, user: User, *, remote_address: str | None = None, at: datetime | None = None
) -> UserEvent:
    """Write down that a user signs in; the uuid of the event is the id of the new session."""
    at = at or now()
    user.last_login_at = at
    user.session_key = user.session_key or new_key()
    return record(session, "login", user=user, remote_address=remote_address, at=at)


def user_of(
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


def idle_limit(user: User, default: timedelta) -> timedelta:
    """How long a user may go without a click: the shortest that settings and their roles allow."""
    told = [timedelta(minutes=role.idle_minutes) for role in user.roles if role.idle_minutes]
    return min([default, *told])


def open_of(session: Session, user: User, *, since: datetime) -> list[UserEvent]:
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


def end(
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


def end_all(
    session: Session, user: User, *, keep: UUID | None = None, at: datetime | None = None
) -> None:
    """Sign the user out everywhere; the caller gives the one to keep its new session key."""
    user.session_key = new_key()
    for login in open_of(session, user, since=(at or now()) - LONGEST_SESSION):
        if login.uuid != keep:
            end(session, user, login.uuid, at=at)


def last_events(session: Session, user: User, *, limit: int = 10) -> list[UserEvent]:
    """What a user did at the door lately, newest first."""
    query = select(UserEvent).where(UserEvent.user_uuid == user.uuid)
    return list(session.scalars(query.order_by(UserEvent.happened_at.desc()).limit(limit)))


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
        username=printable(user.username if user else username),
        remote_address=printable(remote_address) if remote_address else None,
        detail=printable(detail) if detail else None,
        happened_at=at or now(),
    )
    session.add(happened)
    session.flush()
    return happened


def printable(text: str) -> str:
    """A text without control characters, at most 200 long: a log is read by people."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text
    )[:200]


def new_key() -> str:
    """A part of every session of a user; a new one ends them all."""
    return secrets.token_urlsafe(24)


def now() -> datetime:
    """This moment, with its zone."""
    return datetime.now(UTC)
