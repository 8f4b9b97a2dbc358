"""What the pages of jobs show of each: gathered once a request, for all of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app, g, request
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db
from app.models.jobs import JobClock, ShopJob
from app.web.schedules import duration, in_words, sparkline
from app.work.job import job_of, jobs_of
from app.work.job_facts import expected, is_slow, last_runs
from app.work.plans import Plan, next_of, plan_of, zone_of

TONES = {
    "waiting": "quiet", "running": "info", "succeeded": "good", "failed": "bad",
    "cancelled": "quiet", "lost": "bad", "started": "good", "skipped": "warn", "missed": "bad",
    "refused": "bad", "done": "good", "late": "warn",
}  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A job as it is in force, with its last runs. `plan` is None when its code is gone."""

    plan: Plan | None
    clock: Any
    runs: list

    @property
    def next_at(self):
        """When it is planned next; None for never, or not by the clock."""
        planned = self.plan and self.clock and next_of(self.plan, self.clock, zone())
        return max(planned, datetime.now(UTC)) if planned else None

    @property
    def usual(self):
        """How long it usually takes."""
        return expected(self.runs)

    @property
    def is_slow(self):
        return is_slow(self.runs, datetime.now(UTC))

    @property
    def seconds(self):
        """How long the last runs took, oldest first."""
        took = (one.took(datetime.now(UTC)) for one in reversed(self.runs) if one.finished_at)
        return [one.total_seconds() for one in took if one is not None]


def registry():
    return current_app.extensions["storekeeper"]


def zone():
    """The time zone of the shop."""
    return zone_of(current_app.extensions["settings"])


def known_jobs():
    """Every job of the shop by its key."""
    here = request._get_current_object()
    if g.get("known_jobs_of") is not here:
        g.known_jobs_of, g.known_jobs = here, _gather(db.session())
    return g.known_jobs


def of(job):
    """What is known of one job."""
    found = known_jobs().get(job.key)
    return found or _known(job, None, [])


def title(job):
    """What a job is called; its key when its code is gone."""
    plan = of(job).plan
    return _(plan.job.title) if plan else job.key


def when(job):
    """When it is planned, in words."""
    plan = of(job).plan
    if plan is None:
        return _("Its code is gone")
    return _(plan.fault) if plan.fault else when_planned(plan)


def when_planned(plan):
    """When a plan without a fault is for, in words."""
    if plan.schedule is None:
        known = jobs_of(registry())
        names = ", ".join(f"“{_(known[key].title)}”" for key in plan.follows)
        return _("After %(jobs)s", jobs=names)
    return in_words(plan.schedule)


def next_at(job):
    """When it is planned next; nothing while it is paused."""
    return of(job).next_at


def last_badge(job):
    """(tone, word) of the last run; None before the first."""
    from app.web.master.words import words

    runs = of(job).runs
    if not runs:
        return None
    if of(job).is_slow:
        return "warn", _("Takes long")
    return TONES[runs[0].state], words(runs[0].state)


def state_badge(job):
    """(tone, word) when it is not planned, or cannot be."""
    plan = of(job).plan
    if plan is None:
        return "bad", _("Code is gone")
    if job.is_paused:
        return "quiet", _("Paused")
    return ("bad", _("Not planned")) if plan.fault else None


def durations(job):
    """The durations of the last runs as a small line."""
    known = of(job)
    usual = known.usual
    says = _("It usually takes %(time)s", time=duration(usual)) if usual else _("Durations")
    return sparkline(known.seconds, says)


def _gather(session):
    query = select(ShopJob, JobClock).outerjoin(JobClock, JobClock.uuid == ShopJob.uuid)
    rows = session.execute(query).all()
    runs = last_runs(session, [row.key for row, _clock in rows])
    return {row.key: _known(row, clock, runs[row.key]) for row, clock in rows}


def _known(row, clock, runs):
    declared = job_of(registry(), row)
    return Known(declared and plan_of(declared, row), clock, runs)
