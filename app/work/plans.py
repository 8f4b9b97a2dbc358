"""Plans: jobs as they are in force, declared in code and changed by the shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.config import Settings
from app.config.core import WEB_TIME_ZONE
from app.errors import AppError
from app.models.jobs import JobClock, ShopJob
from app.models.users import User
from app.plugins import Registry
from app.work.cron import BadSchedule
from app.work.job import Job, is_planned_work, job_of, jobs_of
from app.work.schedule import Cron, Every, Schedule

PAUSED = "paused"
NEVER = "Nothing says when it runs; give a cron text or an interval."


class NotActive(AppError):
    """%(user)s, as whom this should run, is not active; choose somebody else."""


@dataclass(frozen=True)
class Plan:
    """A job with all that the shop says of it. `schedule` is None while nothing is planned by the
    clock: it is paused, it follows others, or `fault` says what is wrong."""

    job: Job
    row: ShopJob
    schedule: Schedule | None
    fault: str | None = None

    @property
    def text(self) -> str:
        """What the times are dealt with by; another text makes them begin anew."""
        if self.row.is_paused or self.fault:
            return PAUSED
        return self.schedule.text if self.schedule else f"after {', '.join(self.job.after)}"

    @property
    def overlap(self) -> str:
        return self.row.overlap or self.job.overlap

    @property
    def misfire(self) -> str:
        return self.row.misfire or self.job.misfire

    @property
    def deadline(self) -> time | None:
        return self.row.deadline or self.job.deadline

    @property
    def holidays(self) -> str | None:
        return self.row.holidays or self.job.holidays

    @property
    def parameters(self) -> dict[str, Any]:
        return {**self.job.parameters, **(self.row.parameters or {})}

    @property
    def follows(self) -> tuple[str, ...]:
        """The jobs it comes after; none once the shop gave it times of its own."""
        return () if self.schedule else self.job.after

    @property
    def priority(self) -> int:
        return self.job.priority if self.row.priority is None else self.row.priority

    def by(self) -> User | None:
        """The user as whom it runs, where the shop says so. Raises NotActive."""
        user = self.row.run_as
        if user is not None and not user.active:
            raise NotActive(user=user)
        return user

    def work(self) -> Job:
        """What is deferred: one by one, unless it may overlap."""
        if self.overlap == "allow" or is_planned_work(self.row):
            return self.job  # planned work has a lock of its own, as when people ask for it
        return replace(self.job, lock=self.job.lock or (lambda given: f"job {self.job.key}"))


def plan_of(job: Job, row: ShopJob) -> Plan:
    """The plan of a job; one whose schedule cannot be read, or that has none, is not planned."""
    try:
        schedule = _schedule(job, row)
    except BadSchedule as error:
        return Plan(job, row, None, str(error))
    return Plan(job, row, schedule, None if schedule or job.after else NEVER)


def plans(session: Session, registry: Registry) -> Iterator[tuple[Plan, JobClock]]:
    """Every job that is known here, with its clock."""
    rows = session.execute(select(ShopJob, JobClock).join(JobClock, JobClock.uuid == ShopJob.uuid))
    for row, clock in rows.all():
        if job := job_of(registry, row):
            yield plan_of(job, row), clock


def make_known(session: Session, registry: Registry) -> int:
    """Give every declared job its row, where it has none; tells how many were missing."""
    known = jobs_of(registry)
    there = set(session.scalars(select(ShopJob.key)))
    missing = [{"key": key} for key in known if key not in there]
    if missing:
        session.execute(insert(ShopJob).on_conflict_do_nothing(), missing)
    without = select(ShopJob.uuid).where(~select(JobClock).where(
        JobClock.uuid == ShopJob.uuid).exists())  # fmt: skip
    session.execute(insert(JobClock).from_select(["uuid"], without).on_conflict_do_nothing())
    return len(missing)


def begin_anew(session: Session, plan: Plan, *, now: datetime | None = None) -> None:
    """What was planned before now is dealt with: a schedule was changed, or goes on again."""
    now = now or session.execute(select(func.clock_timestamp())).scalar_one()
    values = {"until": now, "since": now, "schedule": plan.text}
    session.execute(
        insert(JobClock)
        .values(uuid=plan.row.uuid, **values)
        .on_conflict_do_update(index_elements=["uuid"], set_=values)
    )


def zone_of(settings: Settings) -> ZoneInfo:
    """The time zone of the shop."""
    return ZoneInfo(settings[WEB_TIME_ZONE])


def today(settings: Settings) -> date:
    """The day it is in the shop."""
    return datetime.now(zone_of(settings)).date()


def next_of(plan: Plan, clock: JobClock, zone: ZoneInfo) -> datetime | None:
    """When it is planned next by the clock, which may be in the past when it is overdue."""
    if plan.schedule is None or plan.row.is_paused or clock.schedule != plan.text:
        return None
    return _next(plan.schedule, clock.until, zone)


@lru_cache(maxsize=10_000)
def _next(schedule: Schedule, until: datetime, zone: ZoneInfo) -> datetime:
    return schedule.next_after(until, zone)


def _schedule(job: Job, row: ShopJob) -> Schedule | None:
    if row.cron is not None:
        return _cron(row.cron)
    if row.every is not None:
        return Every(row.every)
    return job.schedule()


@lru_cache(maxsize=1000)
def _cron(text: str) -> Cron:
    return Cron(text)
