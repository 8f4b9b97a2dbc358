"""What is known of jobs: their last runs, how long they usually take, what must be done today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.jobs import JobClock
from app.plugins import Registry
from app.work.plans import Plan, plans
from app.work.schedule import moment_of, newest
from app.work.ticking import holiday_on

REMEMBERED = 20
"""So many last runs tell how long a job takes."""
SLOWER, AT_LEAST = 3, timedelta(minutes=1)
A_DAY = timedelta(days=1)
LONGEST_CHAIN = 20

_LAST = text("""
    SELECT k.key, r.uuid, r.state, r.asked_at, r.started_at, r.finished_at, r.message
      FROM unnest(CAST(:keys AS text[])) AS k (key)
     CROSS JOIN LATERAL (
       SELECT * FROM run WHERE kind = 'job' AND run.key = k.key AND NOT dry_run
          AND k.key NOT LIKE '%:%' ORDER BY asked_at DESC LIMIT :many) r
     UNION ALL
    SELECT k.key, r.uuid, r.state, r.asked_at, r.started_at, r.finished_at, r.message
      FROM unnest(CAST(:keys AS text[])) AS k (key)
     CROSS JOIN LATERAL (
       SELECT * FROM run WHERE run.key = k.key AND NOT dry_run
          AND k.key LIKE '%:%' ORDER BY asked_at DESC LIMIT :many) r
""")


@dataclass(frozen=True)
class LastRun:
    """One run of a job, as its history needs it."""

    uuid: UUID
    state: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    message: str | None

    def took(self, now: datetime) -> timedelta | None:
        """How long it ran, or has run so far."""
        if self.started_at is None or self.state == "waiting":
            return None
        return (self.finished_at or now) - self.started_at


def last_runs(session: Session, keys: Iterable[str]) -> dict[str, list[LastRun]]:
    """The last runs of jobs, the newest first."""
    found: dict[str, list[LastRun]] = {key: [] for key in keys}
    for key, *facts in session.execute(_LAST, {"keys": list(found), "many": REMEMBERED}):
        found[key].append(LastRun(*facts))
    return found


def expected(runs: Iterable[LastRun]) -> timedelta | None:
    """How long a job usually takes: the median of its last successes; None before the first."""
    took = [
        (one.finished_at - one.started_at).total_seconds()
        for one in runs
        if one.state == "succeeded" and one.started_at and one.finished_at
    ]
    return timedelta(seconds=median(took)) if took else None


def is_slow(runs: list[LastRun], now: datetime) -> bool:
    """Whether the run that goes on takes far longer than usual."""
    usual = expected(runs)
    going = next((one for one in runs if one.state == "running"), None)
    took = going.took(now) if going else None
    if usual is None or took is None:
        return False
    return took > usual * SLOWER and took > usual + AT_LEAST


@dataclass(frozen=True)
class Due:
    """A job that must have succeeded by a time of this day: it is done, late, waiting, running or
    missed."""

    plan: Plan
    by: datetime
    state: str
    run: LastRun | None = None


def due_today(session: Session, registry: Registry, zone: ZoneInfo, now: datetime) -> list[Due]:
    """The jobs with a deadline today, in the order of their deadlines."""
    known: dict[str, tuple[Plan, JobClock]] = {
        plan.job.key: (plan, clock) for plan, clock in plans(session, registry)
    }
    wanted = [
        (plan, plan.deadline)
        for plan, _ in known.values()
        if plan.deadline and not plan.row.is_paused
    ]
    last = last_runs(session, [plan.job.key for plan, _ in wanted])
    today = now.astimezone(zone).date()
    found = []
    for plan, deadline in wanted:
        by = moment_of(datetime.combine(today, deadline), zone)
        planned = _last_planned(session, known, plan.job.key, by, zone)
        if planned is not None:
            found.append(_due(plan, by, last[plan.job.key], planned, now))
    return sorted(found, key=lambda one: one.by)


def _due(plan: Plan, by: datetime, runs: list[LastRun], planned: datetime, now: datetime) -> Due:
    since = [one for one in runs if one.asked_at >= planned]
    done = next((one for one in reversed(since) if one.state == "succeeded"), None)
    if done is not None and done.finished_at is not None:
        return Due(plan, by, "done" if done.finished_at <= by else "late", done)
    if now > by:
        return Due(plan, by, "missed", since[0] if since else None)
    going = next((one for one in since if one.state == "running"), None)
    return Due(plan, by, "running" if going else "waiting", going or (since[0] if since else None))


def _last_planned(
    session: Session, known: dict[str, tuple[Plan, Any]], key: str, by: datetime, zone: ZoneInfo,
    depth: int = 0,
) -> datetime | None:  # fmt: skip
    """When a job was last planned in the day before its deadline, or that which it comes after."""
    if key not in known or depth > LONGEST_CHAIN:
        return None
    plan, clock = known[key]
    if plan.schedule is None:
        before = (_last_planned(session, known, k, by, zone, depth + 1) for k in plan.follows)
        return max((one for one in before if one), default=None)
    planned = newest(
        plan.schedule,
        after=max(by - A_DAY, clock.since),
        until=by - timedelta(microseconds=1),
        zone=zone,
        most=1,
    )
    return next((one for one in planned if _fits(session, plan, one, zone)), None)


def _fits(session: Session, plan: Plan, planned: datetime, zone: ZoneInfo) -> bool:
    if not plan.holidays:
        return True
    name = holiday_on(session, planned.astimezone(zone).date(), plan.job.calendar)
    return (name is not None) == (plan.holidays == "only")
