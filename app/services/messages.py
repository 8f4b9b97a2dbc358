"""Messages between users: sending them, and what becomes of them in somebody's inbox."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.errors import AppError
from app.models.messages import Message, MessageRecipient
from app.models.people import Person
from app.models.users import User

LONGEST_SUBJECT, LONGEST_BODY, MOST_RECIPIENTS = 200, 20_000, 200


class NobodyToWriteTo(AppError):
    """Say to whom."""


class TooManyRecipients(AppError):
    """A message goes to at most 200 users."""


class NothingToSay(AppError):
    """A message needs a subject."""


class NoSuchRecipient(AppError):
    """There is no user “%(name)s”."""


class SeveralRecipients(NoSuchRecipient):
    """There is more than one “%(name)s”; write the username."""


class NotYours(AppError):
    """There is no such message among yours."""


def send(
    session: Session,
    sender: User,
    to: Iterable[User],
    subject: str,
    body: str = "",
    *,
    at: datetime | None = None,
) -> Message:
    """Send a message; each recipient gets it once, in their inbox.

    Raises NobodyToWriteTo, TooManyRecipients and NothingToSay.
    """
    recipients = {user.uuid: user for user in to}
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    if not recipients:
        raise NobodyToWriteTo
    if len(recipients) > MOST_RECIPIENTS:
        raise TooManyRecipients
    if not subject:
        raise NothingToSay
    message = Message(
        sender_uuid=sender.uuid, subject=subject, body=body.strip()[:LONGEST_BODY],
        sent_at=at or datetime.now(UTC),
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add_all(
        MessageRecipient(message_uuid=message.uuid, user_uuid=uuid) for uuid in recipients
    )
    session.flush()
    return message


def recipients(session: Session, text: str) -> list[User]:
    """The active users that a text names, by username or name, with commas between.

    Raises NobodyToWriteTo and NoSuchRecipient.
    """
    names = [name for part in re.split(r"[,;\n]", text) if (name := " ".join(part.split()))]
    if not names:
        raise NobodyToWriteTo
    return [_named(session, name) for name in names[: MOST_RECIPIENTS + 1]]


def known(session: Session) -> list[User]:
    """Everybody one can write to, by username."""
    query = select(User).where(User.active).options(joinedload(User.person))
    return list(session.scalars(query.order_by(func.lower(User.username)).limit(500)))


def unread(session: Session, user_uuid: UUID) -> int:
    """How many messages somebody has not looked at."""
    query = select(func.count()).where(
        MessageRecipient.user_uuid == user_uuid,
        MessageRecipient.read_at.is_(None), MessageRecipient.archived_at.is_(None),
    )  # fmt: skip
    return session.scalar(query) or 0


def received(
    session: Session,
    user: User,
    *,
    archived: bool = False,
    before: UUID | None = None,
    limit: int = 50,
) -> list[MessageRecipient]:
    """What somebody has in the inbox, or in the archive; newest first."""
    query = _received(user).where(
        MessageRecipient.archived_at.is_not(None) if archived
        else MessageRecipient.archived_at.is_(None)
    )  # fmt: skip
    if before is not None:
        query = query.where(Message.uuid < before)
    return list(session.scalars(query.order_by(Message.uuid.desc()).limit(limit)))


def sent(
    session: Session, user: User, *, before: UUID | None = None, limit: int = 50
) -> list[Message]:
    """What somebody wrote; newest first."""
    query = select(Message).where(Message.sender_uuid == user.uuid)
    query = query.options(selectinload(Message.recipients).joinedload(MessageRecipient.user))
    if before is not None:
        query = query.where(Message.uuid < before)
    return list(session.scalars(query.order_by(Message.uuid.desc()).limit(limit)))


def found(session: Session, user: User, uuid: UUID) -> Message:
    """A message that somebody wrote or got. Raises NotYours."""
    theirs = Message.recipients.any(MessageRecipient.user_uuid == user.uuid)
    query = select(Message).where(
        Message.uuid == uuid, or_(Message.sender_uuid == user.uuid, theirs)
    )
    message = session.scalar(query.options(joinedload(Message.sender)))
    if message is None:
        raise NotYours
    return message


def mark_read(
    session: Session, user: User, messages: Iterable[UUID], *, at: datetime | None = None
) -> None:
    """Somebody has looked at these; when first, stays."""
    _set(session, user, messages, MessageRecipient.read_at.is_(None), read_at=at or _now())


def mark_unread(session: Session, user: User, messages: Iterable[UUID]) -> None:
    """Somebody wants to look at these again."""
    _set(session, user, messages, MessageRecipient.read_at.is_not(None), read_at=None)


def archive(
    session: Session, user: User, messages: Iterable[UUID], *, at: datetime | None = None
) -> None:
    """Out of the inbox."""
    free = MessageRecipient.archived_at.is_(None)
    _set(session, user, messages, free, archived_at=at or _now())


def to_inbox(session: Session, user: User, messages: Iterable[UUID]) -> None:
    """Back into the inbox."""
    kept = MessageRecipient.archived_at.is_not(None)
    _set(session, user, messages, kept, archived_at=None)


def _set(
    session: Session, user: User, messages: Iterable[UUID], only: object, **values: object
) -> None:
    session.execute(
        update(MessageRecipient)
        .where(
            MessageRecipient.user_uuid == user.uuid,
            MessageRecipient.message_uuid.in_(list(messages)),
            only,  # type: ignore[arg-type]
        )
        .values(**values)
    )


def _received(user: User) -> Select[MessageRecipient]:
    return (
        select(MessageRecipient)
        .join(MessageRecipient.message)
        .where(MessageRecipient.user_uuid == user.uuid)
        .options(contains_eager(MessageRecipient.message).joinedload(Message.sender))
    )


def _named(session: Session, name: str) -> User:
    asked = func.lower(name)
    query = select(User).outerjoin(User.person).where(
        User.active, or_(func.lower(User.username) == asked, func.lower(Person.name) == asked)
    )  # fmt: skip
    found = session.scalars(query.order_by(func.lower(User.username) != asked).limit(2)).all()
    exact = [user for user in found if user.username.lower() == name.lower()] or found
    if len(exact) != 1:
        raise (SeveralRecipients if exact else NoSuchRecipient)(name=name)
    return exact[0]


def _now() -> datetime:
    return datetime.now(UTC)
