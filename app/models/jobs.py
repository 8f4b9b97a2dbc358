"""Jobs: what the shop says of work that is done again and again, and every time it was due."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import count
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, Now, one_of, reference
from app.models.runs import Run
from app.models.users import User

OVERLAPS = ("skip", "queue", "allow")
MISFIRES = ("skip", "once", "all")
HOLIDAY_RULES = ("skip", "only")
OUTCOMES = ("started", "skipped", "missed", "refused")
_FIRST, _DAYS = date(2030, 1, 1), count()  # samples; a calendar has each day once
DUE_STATES = ("done", "late", "waiting", "running", "missed")
REASONS = ("overlap", "queue_full", "holiday", "no_holiday", "nothing_ran", "parameters")


class ShopJob(Model):
    """A job in this shop. What is empty holds as it is declared in code."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("overlap", OVERLAPS),
        one_of("misfire", MISFIRES),
        one_of("holidays", HOLIDAY_RULES),
        CheckConstraint("num_nonnulls(cron, every_seconds) <= 1", name="one_schedule"),
        CheckConstraint("every_seconds BETWEEN 1 AND 31622400", name="every_seconds_in_range"),
        {"comment": "Jobs as this shop wants them; what is empty holds as declared in code."},
    )
    __versioned__ = {}

    key: Mapped[str] = mapped_column(Text, unique=True)
    cron: Mapped[str | None] = mapped_column(Text, comment="On the clock of the shop")
    every_seconds: Mapped[int | None] = mapped_column(Integer)
    paused_at: Mapped[Moment | None]
    paused_by: Mapped[str | None] = mapped_column(Text)
    pause_reason: Mapped[str | None] = mapped_column(Text)
    overlap: Mapped[str | None] = mapped_column(Text, comment="While the last one still runs")
    misfire: Mapped[str | None] = mapped_column(Text, comment="For times at which nothing ran")
    deadline: Mapped[time | None] = mapped_column(Time, comment="When it must be done, each day")
    holidays: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int | None] = mapped_column(comment="High goes first")
    parameters: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    run_as_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    run_as: Mapped[User | None] = relationship()

    @property
    def is_paused(self) -> bool:
        return self.paused_at is not None

    @property
    def every(self) -> timedelta | None:
        return None if self.every_seconds is None else timedelta(seconds=self.every_seconds)

    def __str__(self) -> str:
        return self.key


class JobClock(Model):
    """Up to when the times of a job are dealt with; apart from it, since it has no history."""

    __tablename__ = "job_clock"
    __table_args__ = {"comment": "Up to when the planned times of jobs are dealt with."}

    uuid: Mapped[UUID] = mapped_column(
        ForeignKey("job.uuid", ondelete="CASCADE"), primary_key=True, comment="Of the job"
    )
    until: Mapped[Now]
    since: Mapped[Now] = mapped_column(comment="Since when it is planned so")
    schedule: Mapped[str] = mapped_column(
        Text, default="", server_default="", comment="By which it was dealt with"
    )

    job: Mapped[ShopJob] = relationship()

    def __str__(self) -> str:
        return self.schedule


class JobTick(Model):
    """One time at which a job was due, and what came of it. There is one for each, or none."""

    __tablename__ = "job_tick"
    __table_args__ = (
        UniqueConstraint("job_uuid", "planned_at"),
        one_of("outcome", OUTCOMES),
        one_of("reason", REASONS),
        {"comment": "Times at which jobs were due, and what came of them."},
    )

    job_uuid: Mapped[UUID] = reference("job", owner=True, index=False)
    planned_at: Mapped[Moment] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it did not start")
    note: Mapped[str | None] = mapped_column(Text, comment="More about it, for people")
    noted_at: Mapped[Now]
    missed: Mapped[int | None] = mapped_column(
        comment="How many times this stands for, the last of which is planned_at"
    )
    missed_since: Mapped[Moment | None] = mapped_column(comment="The first of them")
    run_uuid: Mapped[UUID | None] = mapped_column(
        ForeignKey("run.uuid", ondelete="SET NULL"), index=True
    )

    job: Mapped[ShopJob] = relationship()
    run: Mapped[Run | None] = relationship()

    def __str__(self) -> str:
        return f"{self.planned_at:%Y-%m-%d %H:%M:%S}"


class Holiday(Model):
    """A day on which the shop is closed, or otherwise not as usual."""

    __tablename__ = "holiday"
    __table_args__ = (
        UniqueConstraint("calendar", "day_on"),
        Index("ix_holiday_day_on", "day_on"),
        {"comment": "Holidays of the shop, by calendar."},
    )
    __versioned__ = {}
    __sample__: ClassVar[dict[str, Any]] = {"day_on": lambda: _FIRST + timedelta(days=next(_DAYS))}

    name: Mapped[str] = mapped_column(Text)
    day_on: Mapped[date] = mapped_column(Date)
    yearly: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Also in every later year"
    )
    calendar: Mapped[str] = mapped_column(Text, default="shop", server_default="shop")

    def __str__(self) -> str:
        return self.name
