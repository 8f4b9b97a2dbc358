"""Emails that the shop tried to send, and those that came back."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.users import User

ATTEMPT_STATES = ("waiting", "sent", "failed")


class EmailAttempt(Model):
    """An email that was handed to the mail server, or should have been."""

    __tablename__ = "email_attempt"
    __table_args__ = (
        one_of("state", ATTEMPT_STATES),
        CheckConstraint("cardinality(recipients || copies || blind_copies) > 0", name="to_someone"),
        Index("ix_email_attempt_email_type", "email_type", "attempted_at"),
        Index("ix_email_attempt_recipients", "recipients", postgresql_using="gin"),
        {"comment": "Emails that were sent, or should have been."},
    )
    __sample__: ClassVar[dict[str, Any]] = {"recipients": ["ann@example.org"]}

    email_type: Mapped[str] = mapped_column(Text, comment="The key of the email type")
    sender: Mapped[str] = mapped_column(Text)
    recipients: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    copies: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    blind_copies: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    subject: Mapped[str] = mapped_column(Text)
    attempted_at: Mapped[Now] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(
        Text, default="waiting", server_default="waiting", index=True
    )
    message: Mapped[str | None] = mapped_column(Text, comment="Why it failed")

    def __str__(self) -> str:
        return self.subject


class EmailBounce(Model):
    """An email that came back, since somebody could not be reached."""

    __tablename__ = "email_bounce"
    __table_args__ = (
        CheckConstraint("processed_at IS NOT NULL OR processed_by_uuid IS NULL", name="processed"),
        Index("ix_email_bounce_open", "bounced_at", postgresql_where="processed_at IS NULL"),
        {"comment": "Emails that came back."},
    )

    mailbox: Mapped[str] = mapped_column(Text, comment="The key of the mailbox it came to")
    bounced_at: Mapped[Moment] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(Text, index=True, comment="Who could not be reached")
    received_by: Mapped[str] = mapped_column(Text, comment="The address that it came back to")
    subject: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, comment="What the mail server said")
    recipient_key: Mapped[str | None] = mapped_column(
        Text, comment="Who that is, where the address alone does not say it"
    )
    processed_at: Mapped[Moment | None]
    processed_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    notes: Mapped[str | None] = mapped_column(Text)

    processed_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.address
