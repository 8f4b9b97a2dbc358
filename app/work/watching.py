"""Watching jobs: what a person should hear of, since nothing failed and yet something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.config import Settings
from app.plugins import Registry
from app.work.job_facts import due_today, expected, is_slow, last_runs
from app.work.plans import plans, zone_of
from app.work.ticking import now_of


@dataclass(frozen=True)
class Concern:
    """One thing that is wrong with a job as long as it is told; `key` is the same all the while."""

    key: str
    job: str
    sentence: str


def concerns(session: Session, registry: Registry, settings: Settings) -> Iterator[Concern]:
    """Jobs that take far too long, that missed their deadline, or that cannot be planned."""
    now, zone = now_of(session), zone_of(settings)
    known = {plan.job.key: plan for plan, _ in plans(session, registry)}
    for key, runs in last_runs(session, known).items():
        title = known[key].job.title
        if is_slow(runs, now):
            usual = round((expected(runs) or now - now).total_seconds())
            yield Concern(
                f"job-slow:{key}", key, f"“{title}” still runs; it usually takes {usual} s."
            )
        if fault := known[key].fault:
            yield Concern(f"job-fault:{key}", key, f"“{title}” is not planned: {fault}")
    for due in due_today(session, registry, zone, now):
        if due.state == "missed":
            key, by = due.plan.job.key, due.by.astimezone(zone)
            told = f"“{due.plan.job.title}” was to be done by {by:%H:%M}, and is not."
            yield Concern(f"job-deadline:{key}:{by:%Y-%m-%d}", key, told)
