"""Messages that users write to each other."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, reference
from app.models.users import User


class Message(Model):
    """What a user wrote to others; it is not changed once it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("btrim(subject) <> ''", name="subject_says_something"),
        {"comment": "What users wrote to each other."},
    )

    sender_uuid: Mapped[UUID] = reference("user")
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, default="", server_default="", comment="Plain text")
    sent_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )

    sender: Mapped[User] = relationship()
    recipients: Mapped[list[MessageRecipient]] = relationship(
        back_populates="message", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.subject


class MessageRecipient(Model):
    """A message in somebody's inbox, or in their archive."""

    __tablename__ = "message_recipient"
    __table_args__ = (
        UniqueConstraint("message_uuid", "user_uuid"),
        Index("ix_message_recipient_unread", "user_uuid",
              postgresql_where=text("read_at IS NULL AND archived_at IS NULL")),
        {"comment": "Who got a message, and what they did with it."},
    )  # fmt: skip

    message_uuid: Mapped[UUID] = reference("message", owner=True, index=False)
    user_uuid: Mapped[UUID] = reference("user", owner=True)
    read_at: Mapped[Moment | None]
    archived_at: Mapped[Moment | None] = mapped_column(comment="None: in the inbox")

    message: Mapped[Message] = relationship(back_populates="recipients")
    user: Mapped[User] = relationship()
