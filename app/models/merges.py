"""Merges: which records were merged into others, and which should be."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, one_of, reference
from app.models.users import User

REQUEST_STATES = ("open", "merged", "declined")


class MergedRecord(Model):
    """A record that is gone because it was merged into another; its address leads there.

    It has a history, so that the undo of a merge takes it away.
    """

    __tablename__ = "merged_record"
    __table_args__ = (
        CheckConstraint("gone_uuid <> kept_uuid", name="into_another"),
        Index("ix_merged_record_number", "table_name", "number"),
        {"comment": "Which records were merged into which; addresses of the gone lead on."},
    )
    __versioned__ = {}

    table_name: Mapped[str] = mapped_column(Text)
    gone_uuid: Mapped[UUID] = mapped_column(
        unique=True, comment="No foreign key: this record is gone"
    )
    kept_uuid: Mapped[UUID] = mapped_column(
        index=True, comment="No foreign key: it may be merged or deleted in its turn"
    )
    number: Mapped[str | None] = mapped_column(
        Text, comment="What the gone one was called by, as registers and old receipts still do"
    )
    name: Mapped[str] = mapped_column(Text, comment="What the gone one was called")
    merged_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )
    on_order: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB, comment="How many of a product were on order, by store; an undo gives them back"
    )

    def __str__(self) -> str:
        return self.name


class MergeRequest(Model):
    """Two records that somebody takes for one, and may not merge themselves."""

    __tablename__ = "merge_request"
    __table_args__ = (
        CheckConstraint("remove_uuid <> keep_uuid", name="of_two"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_at_a_moment"),
        one_of("state", REQUEST_STATES),
        Index("uq_merge_request_open", "remove_uuid", "keep_uuid", unique=True,
              postgresql_where=text("state = 'open'")),
        {"comment": "Records that somebody takes for one and may not merge themselves."},
    )  # fmt: skip
    __versioned__ = {}

    table_name: Mapped[str] = mapped_column(Text, index=True)
    remove_uuid: Mapped[UUID] = mapped_column(comment="No foreign key: a merge removes it")
    keep_uuid: Mapped[UUID] = mapped_column(index=True, comment="No foreign key, as its twin")
    name: Mapped[str] = mapped_column(Text, comment="What the two were called when asked")
    reason: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )
    requested_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    state: Mapped[str] = mapped_column(Text, default="open", server_default="open", index=True)
    settled_at: Mapped[Moment | None] = mapped_column(comment="When it was merged or declined")
    settled_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    requested_by: Mapped[User | None] = relationship(foreign_keys=[requested_by_uuid])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_uuid])

    def __str__(self) -> str:
        return self.name
