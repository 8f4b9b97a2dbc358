"""Runs: one execution of anything long."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.files import StoredFile
from app.models.users import User

RUN_KINDS = ("import", "export", "batch", "job", "playbook", "mail", "edit")
RUN_STATES = ("waiting", "running", "succeeded", "failed", "cancelled", "lost")
UNFINISHED = ("waiting", "running")
FILE_ROLES = ("source", "result")
LOG_LEVELS = ("info", "warning", "error")


class Run(Model):
    """One import, export, job or the like: what was asked, how far it came, what it did."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("kind", RUN_KINDS),
        one_of("state", RUN_STATES),
        Index("ix_run_unfinished", "state", postgresql_where="state IN ('waiting', 'running')"),
        Index("ix_run_of_job", "key", "asked_at", postgresql_where="kind = 'job'"),
        {"comment": "Executions of anything long."},
    )

    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, index=True, comment="Of the import handler or job")
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="running", server_default="running")
    dry_run: Mapped[bool] = mapped_column(default=False, server_default="false")
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    by: Mapped[str | None] = mapped_column(Text, comment="Who, where no user is known")
    asked_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    message: Mapped[str | None] = mapped_column(Text, comment="Why it failed, for people")
    asked_at: Mapped[Now] = mapped_column(index=True)
    started_at: Mapped[Moment | None] = mapped_column(comment="Of the last attempt")
    finished_at: Mapped[Moment | None]
    change_set_id: Mapped[int | None]
    queue: Mapped[str | None] = mapped_column(Text, comment="Empty: run where it was asked for")
    priority: Mapped[int] = mapped_column(default=0, server_default="0", comment="High goes first")
    job_id: Mapped[int | None] = mapped_column(
        BigInteger, comment="Of procrastinate_jobs, while it waits"
    )
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    not_before: Mapped[Moment | None] = mapped_column(comment="When it may start")
    worker: Mapped[str | None] = mapped_column(Text, comment="Machine and process that ran it")
    lock: Mapped[str | None] = mapped_column(Text, comment="Runs of one lock go one by one")
    idempotency_key: Mapped[str | None] = mapped_column(
        Text, unique=True, comment="Asked for twice with one key, it runs once"
    )
    again_of_uuid: Mapped[UUID | None] = reference("run", nullable=True)
    cancel_asked_at: Mapped[Moment | None]
    cancel_asked_by: Mapped[str | None] = mapped_column(Text)

    user: Mapped[User | None] = relationship(foreign_keys="Run.user_uuid")
    asked_by: Mapped[User | None] = relationship(foreign_keys="Run.asked_by_uuid")
    again_of: Mapped[Run | None] = relationship(remote_side="Run.uuid")
    progress: Mapped[RunProgress | None] = relationship(viewonly=True)
    files: Mapped[list[RunFile]] = relationship(back_populates="run", passive_deletes=True)

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def __str__(self) -> str:
        return self.title


class RunProgress(Model):
    """How far a run is, and that it lives; apart from it, since its own work may hold it locked."""

    __tablename__ = "run_progress"
    __table_args__ = {"comment": "How far runs are, and when their process last said it lives."}

    uuid: Mapped[UUID] = mapped_column(
        ForeignKey("run.uuid", ondelete="CASCADE"), primary_key=True, comment="Of the run"
    )
    done: Mapped[int | None] = mapped_column(BigInteger)
    total: Mapped[int | None] = mapped_column(BigInteger)
    phase: Mapped[str | None] = mapped_column(Text, comment="What is going on, in words")
    heartbeat_at: Mapped[Now]

    def __str__(self) -> str:
        return self.phase or ""


class RunLogLine(Model):
    """What a run said while it ran."""

    __tablename__ = "run_log_line"
    __table_args__ = (
        one_of("level", LOG_LEVELS),
        {"comment": "What runs said while they ran."},
    )

    run_uuid: Mapped[UUID] = reference("run", owner=True)
    at: Mapped[Now]
    level: Mapped[str] = mapped_column(Text, default="info", server_default="info")
    line: Mapped[str] = mapped_column(Text)

    run: Mapped[Run] = relationship()

    def __str__(self) -> str:
        return self.line


class RunFile(Model):
    """A file that a run made or was given, for people to fetch until it expires."""

    __tablename__ = "run_file"
    __table_args__ = (
        one_of("role", FILE_ROLES),
        {"comment": "Files that runs read and made, until they expire."},
    )

    run_uuid: Mapped[UUID] = reference("run", owner=True)
    role: Mapped[str] = mapped_column(Text, default="result", server_default="result")
    name: Mapped[str] = mapped_column(Text)
    file_uuid: Mapped[UUID] = reference("stored_file")
    expires_at: Mapped[Moment] = mapped_column(index=True)

    run: Mapped[Run] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    def __str__(self) -> str:
        return self.name


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
