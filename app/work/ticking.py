"""Ticking: what a job that is due becomes, in one transaction: a run in the queue, or a record why
not.

Whoever ticks holds the job's clock locked, and a tick is there once for each job and time. So it
does not matter how many schedulers there are, or how long one of them slept.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import extract, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.config import Settings
from app.errors import AppError
from app.models.jobs import Holiday, JobClock, JobTick, ShopJob
from app.models.runs import UNFINISHED, Run
from app.plugins import Registry
from app.work import telling
from app.work.deciding import Missed, decide
from app.work.deferring import defer
from app.work.job import job_of
from app.work.plans import Plan, begin_anew, plan_of, zone_of
from app.work.schedule import Schedule

log = logging.getLogger("storekeeper.scheduler")

BY = "scheduler"
LONGEST_QUEUE = 100
"""So many runs of a job may wait behind each other."""
LONGEST_RUN = timedelta(days=7)
SETTLED = timedelta(seconds=1)
"""A run is looked at so long after it ended, since what ended before may be committed later."""
TOO_FAR = timedelta(days=1)
"""A clock of a job that is so far ahead was set while the server's clock was wrong."""

# One that was stopped in the middle gives its locks back to the others.
_PATIENCE = text("SET LOCAL idle_in_transaction_session_timeout = '5s'")


def tick(
    session: Session,
    registry: Registry,
    settings: Settings,
    job: UUID,
    *,
    now: datetime | None = None,
) -> int:
    """Deal with the times of a job that have come; tells how many runs it asked for.

    Nothing when another scheduler is at it. `now` is that of the database, unless given.
    """
    session.execute(_PATIENCE)
    clock = session.scalars(
        select(JobClock).where(JobClock.uuid == job).with_for_update(skip_locked=True)
    ).one_or_none()
    row = session.get(ShopJob, job)
    declared = job_of(registry, row) if row else None
    if clock is None or row is None or declared is None:
        return 0
    now = now or now_of(session)
    plan = plan_of(declared, row)
    if clock.schedule != plan.text or clock.until > now + TOO_FAR:
        begin_anew(session, plan, now=now)
        return 0
    if plan.row.is_paused or plan.fault:
        return 0
    if plan.schedule is None:
        return _follow(session, settings, plan, clock)
    return _by_the_clock(session, settings, plan, plan.schedule, clock, now)


def now_of(session: Session) -> datetime:
    """The time of the database, which is one for all."""
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)


def _by_the_clock(
    session: Session, settings: Settings, plan: Plan, schedule: Schedule, clock: JobClock,
    now: datetime,
) -> int:  # fmt: skip
    decision = decide(
        schedule, after=clock.until, now=now, zone=zone_of(settings), misfire=plan.misfire,
        window=plan.job.window, most=plan.job.most,
    )  # fmt: skip
    if decision.until is None:
        return 0
    if decision.missed:
        _note_missed(session, plan, decision.missed)
    started = sum(_start(session, settings, plan, moment) for moment in decision.start)
    clock.until = decision.until
    return started


def _follow(session: Session, settings: Settings, plan: Plan, clock: JobClock) -> int:
    """Start what comes after other jobs once each of them has succeeded anew."""
    ended = ends_of(session, plan.follows, since=clock.until)
    if len(ended) < len(set(plan.follows)):
        return 0
    clock.until = max(ended.values())
    return _start(session, settings, plan, clock.until)


def may_follow(session: Session, plan: Plan, clock: JobClock) -> bool:
    """Whether all that a job comes after have succeeded since it last did."""
    if not plan.follows or plan.row.is_paused:
        return False
    return len(ends_of(session, plan.follows, since=clock.until)) == len(set(plan.follows))


def ends_of(session: Session, keys: tuple[str, ...], *, since: datetime) -> dict[str, datetime]:
    """When each of these jobs has last succeeded since then; without those that have not."""
    query = (
        select(Run.key, func.max(Run.finished_at))
        .where(Run.kind == "job", Run.key.in_(keys), Run.state == "succeeded", ~Run.dry_run)
        .where(Run.asked_at > since - LONGEST_RUN, Run.finished_at > since)
        .where(Run.finished_at < func.clock_timestamp() - SETTLED)
        .group_by(Run.key)
    )
    return {key: ended for key, ended in session.execute(query) if ended}


def _start(session: Session, settings: Settings, plan: Plan, planned: datetime) -> int:
    """Note a tick, and ask for its run unless a rule of the job is against it."""
    new = insert(JobTick).values(job_uuid=plan.row.uuid, planned_at=planned, outcome="started")
    made = session.scalar(new.on_conflict_do_nothing().returning(JobTick.uuid))
    if made is None:
        return 0
    outcome: dict[str, Any]
    against = _against(session, settings, plan, planned)
    if against:
        outcome = {"outcome": "skipped", "reason": against[0], "note": against[1]}
    else:
        outcome = _asked(session, plan)
    session.execute(update(JobTick).where(JobTick.uuid == made).values(outcome))
    return int(outcome["outcome"] == "started")


def _asked(session: Session, plan: Plan) -> dict[str, Any]:
    try:
        by = plan.by() or BY
        run = defer(session, plan.work(), plan.parameters, by=by, priority=plan.priority)
    except AppError as error:
        log.warning("The job %s cannot start: %s", plan.job.key, error)
        link = f"/jobs/{plan.row.uuid}"
        telling.of_refusal(session, plan.row.key, plan.job.title, str(error), link=link)
        return {"outcome": "refused", "reason": "parameters", "note": str(error)}
    return {"outcome": "started", "run_uuid": run.uuid}


def _against(
    session: Session, settings: Settings, plan: Plan, planned: datetime
) -> tuple[str, str | None] | None:
    """(reason, note) why a job does not start at this time; None when nothing is against it."""
    if plan.holidays:
        day = planned.astimezone(zone_of(settings)).date()
        name = holiday_on(session, day, plan.job.calendar)
        if (name is None) == (plan.holidays == "only"):
            return ("holiday", name) if name else ("no_holiday", None)
    if plan.overlap == "allow":
        return None
    many = session.scalars(
        select(func.count()).where(
            Run.kind == plan.job.kind, Run.key == plan.job.key, Run.state.in_(UNFINISHED)
        )
    ).one()
    if plan.overlap == "skip":
        return ("overlap", None) if many else None
    return ("queue_full", None) if many >= LONGEST_QUEUE else None


def holiday_on(session: Session, day: Any, calendar: str) -> str | None:
    """The name of the holiday that a day is; None for any other day."""
    again = (
        Holiday.yearly
        & (extract("month", Holiday.day_on) == day.month)
        & (extract("day", Holiday.day_on) == day.day)
        & (Holiday.day_on <= day)
    )
    query = select(Holiday.name).where(
        Holiday.calendar == calendar, or_(Holiday.day_on == day, again)
    )
    return session.scalars(query.limit(1)).first()


def _note_missed(session: Session, plan: Plan, missed: Missed) -> None:
    log.warning(
        "The job %s missed %s times from %s to %s, since no scheduler ran.",
        plan.job.key, missed.count, missed.first, missed.last,
    )  # fmt: skip
    values = {
        "job_uuid": plan.row.uuid, "planned_at": missed.last, "outcome": "missed",
        "reason": "nothing_ran", "missed": missed.count, "missed_since": missed.first,
    }  # fmt: skip
    session.execute(insert(JobTick).values(values).on_conflict_do_nothing())
