"""Signing in: whether it is really they, and a door that closes when somebody guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.users import User, UserEvent
from app.services import passwords, sessions, users

TRIES_PER_USERNAME, TRIES_PER_ADDRESS = 10, 30
WINDOW = timedelta(minutes=15)
TOO_MANY, KNOWN_BROWSER = "too many tries", ", from a browser known to them"


class CannotSignIn(AppError):
    """The username or the password is wrong, or this user may not sign in."""


class TooManyTries(AppError):
    """There were too many failed tries to sign in; try again later."""

    def __init__(self, wait: timedelta) -> None:
        self.minutes = max(1, ceil(wait / timedelta(minutes=1)))
        minutes = "a minute" if self.minutes == 1 else f"{self.minutes} minutes"
        super().__init__(f"There were too many failed tries. Try again in {minutes}.")


class PasswordIsFixed(AppError):
    """You may not change this password; ask whoever looks after the users."""


class WrongPassword(AppError):
    """The old password is not right."""


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
    at = at or sessions.now()
    user = users.find(session, username)
    known = user is not None and user.uuid in known_to
    told = {"user": user, "username": username, "remote_address": remote_address, "at": at}
    _one_at_a_time(session, username, remote_address)
    wait = _wait(session, user.username if user else username, remote_address, known, at)
    if wait > timedelta():
        sessions.record(session, "login_failed", detail=TOO_MANY, **told)  # type: ignore[arg-type]
        raise TooManyTries(wait)
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or not user.active:
        why = "no such user" if user is None else "not active" if right else "wrong password"
        detail = why + (KNOWN_BROWSER if known else "")
        sessions.record(session, "login_failed", detail=detail, **told)  # type: ignore[arg-type]
        raise CannotSignIn
    if passwords.is_outdated(user.password_hash or ""):
        user.password_hash = passwords.hash_of(password)
    return user


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

    Raises PasswordIsFixed where they may not. Guessing the old one here counts like guessing at
    the door: commit also when this raises WrongPassword or TooManyTries.
    """
    if user.password_fixed:
        raise PasswordIsFixed
    at = at or sessions.now()
    told = {"user": user, "remote_address": remote_address, "at": at}
    _one_at_a_time(session, user.username, remote_address)
    wait = _wait(session, user.username, remote_address, True, at)
    if wait > timedelta():
        raise TooManyTries(wait)
    if not passwords.verify(user.password_hash, old):
        detail = "wrong old password" + KNOWN_BROWSER
        sessions.record(session, "login_failed", detail=detail, **told)  # type: ignore[arg-type]
        raise WrongPassword
    users.keep_password(user, new, words=words)
    sessions.end_all(session, user, keep=keep, at=at)
    sessions.record(session, "password_changed", **told)  # type: ignore[arg-type]


def _one_at_a_time(session: Session, username: str, remote_address: str | None) -> None:
    # Count and note must not interleave, or many tries at once would all pass the count.
    # The address first, always: two tries that share both cannot wait for each other.
    for what in (f"address {remote_address}", f"username {sessions.printable(username).lower()}"):
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
    theirs = func.lower(UserEvent.username) == func.lower(sessions.printable(username))
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
