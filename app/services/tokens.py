"""API tokens: keys by which a machine acts as a user; shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.users import User, UserToken
from app.services import permissions, sessions
from app.services.permissions import By

PREFIX = "sk_"
SHOWN = 8
USED_EVERY = timedelta(minutes=1)


class NeedsDescription(AppError):
    """Say what the token is for, so that somebody dares to revoke it one day."""


class OverAlready(AppError):
    """The last day of a token must not lie in the past."""


def create(
    session: Session,
    user: User,
    description: str,
    *,
    by: By,
    expires_on: date | None = None,
    at: datetime | None = None,
) -> tuple[UserToken, str]:
    """A new token of a user, and its text, which nobody can read again.

    What it may do is what its user may. Raises NeedsDescription and OverAlready.
    """
    at = at or sessions.now()
    if not description.strip():
        raise NeedsDescription
    if expires_on is not None and expires_on < at.date():
        raise OverAlready
    text = PREFIX + secrets.token_urlsafe(32)
    token = UserToken(
        user_uuid=user.uuid, description=description.strip(), expires_on=expires_on,
        token_hash=_hash(text), beginning=text[:SHOWN], created_at=at,
    )  # fmt: skip
    session.add(token)
    sessions.record(session, "token_made", user=user, detail=f"{description}, by {by}", at=at)
    return token, text


def user_of(session: Session, text: str, *, at: datetime | None = None) -> User | None:
    """The active user as whom a token acts; None for one that is unknown, over or revoked.

    It holds to the end of its last day everywhere on earth.
    """
    at = at or sessions.now()
    token = session.scalar(select(UserToken).where(UserToken.token_hash == _hash(text)))
    if token is None or not token.user.active:
        return None
    if token.expires_on is not None and token.expires_on < (at - timedelta(hours=12)).date():
        return None
    if token.last_used_at is None or at - token.last_used_at >= USED_EVERY:
        token.last_used_at = at
    return token.user


def of(session: Session, user: User) -> list[UserToken]:
    """The tokens of a user, newest first."""
    query = select(UserToken).where(UserToken.user_uuid == user.uuid)
    return list(session.scalars(query.order_by(UserToken.created_at.desc())))


def revoke(session: Session, token: UserToken, *, by: By, at: datetime | None = None) -> None:
    """Take a token away for good: one's own, or that of somebody who may do no more than `by`."""
    require_power(session, token, by=by)
    detail = f"{token.description}, by {by}"
    sessions.record(session, "token_revoked", user=token.user, detail=detail, at=at)
    session.delete(token)
    session.flush()


def require_power(session: Session, token: UserToken, *, by: By) -> None:
    """Refuse (BeyondYou) whoever meddles with the token of somebody who may do more than they."""
    own = by is not None and not isinstance(by, str) and by.uuid == token.user_uuid
    if not own:
        permissions.require_power_over_user(session, token.user, by=by)


def _hash(text: str) -> str:
    # Plain SHA-256 is enough for 256 random bits; a slow hash is for what people think up.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
