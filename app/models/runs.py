"""Runs: one execution of anything long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.users import User

RUN_KINDS = ("import", "export", "batch", "job", "playbook", "mail")
RUN_STATES = ("running", "succeeded", "failed", "cancelled", "lost")


class Run(Model):
    """One import, export, job or the like: what was asked, how far it came, what it did."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("kind", RUN_KINDS),
        one_of("state", RUN_STATES),
        {"comment": "Executions of anything long."},
    )

    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, index=True, comment="Of the import handler or job")
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="running", server_default="running")
    dry_run: Mapped[bool] = mapped_column(default=False, server_default="false")
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    by: Mapped[str | None] = mapped_column(Text, comment="Who, where no user is known")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    message: Mapped[str | None] = mapped_column(Text, comment="Why it failed, for people")
    started_at: Mapped[Now] = mapped_column(index=True)
    finished_at: Mapped[Moment | None]
    change_set_id: Mapped[int | None]

    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.title


class RejectedRow(Model):
    """A source row that a run left out, with the reason in words."""

    __tablename__ = "rejected_row"
    __table_args__ = {"comment": "Source rows that a run left out, with the reason."}

    run_uuid: Mapped[UUID] = reference("run", owner=True)
    line: Mapped[int] = mapped_column(comment="Line of the source file, the header being line 1")
    reason: Mapped[str] = mapped_column(Text)
    content: Mapped[str | None] = mapped_column(Text, comment="The row as read, cut to 2,000")

    run: Mapped[Run] = relationship()

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
