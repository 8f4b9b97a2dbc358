"""Watching jobs: what a person should hear of, since nothing failed and yet something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.models.incidents import Incident
from app.models.jobs import ShopJob
from app.plugins import Registry
from app.work import incidents
from app.work.job_facts import due_today, expected, is_slow, last_runs
from app.work.plans import plans, zone_of
from app.work.ticking import now_of

KEY = "job.late"
QUIET = timedelta(days=1)


@dataclass(frozen=True)
class Concern:
    """One thing that is wrong with a job as long as it is told; `key` is the same all the while."""

    key: str
    row: ShopJob
    sentence: str
    severity: str = "error"


def tell(session: Session, registry: Registry, settings: Settings) -> None:
    """Keep an incident open for each concern, and close those that are settled.

    What a person closed is not opened again for a day: a deadline that was missed stays missed.
    """
    found = {one.key: one for one in concerns(session, registry, settings)}
    ours = select(Incident.fingerprint).where(Incident.key == KEY)
    for settled in set(session.scalars(ours.where(Incident.closed_at.is_(None)))) - found.keys():
        incidents.recover(session, settled)
    lately = func.now() - QUIET
    by_hand = ours.where(Incident.closed_by_uuid.is_not(None), Incident.closed_at > lately)
    for key in sorted(found.keys() - set(session.scalars(by_hand))):
        one = found[key]
        incidents.report(
            session, KEY, fingerprint=key, title=one.sentence, subject=one.row,
            severity=one.severity,
        )  # fmt: skip


def concerns(session: Session, registry: Registry, settings: Settings) -> Iterator[Concern]:
    """Jobs that take far too long, that missed their deadline, or that cannot be planned."""
    now, zone = now_of(session), zone_of(settings)
    known = {plan.job.key: plan for plan, _ in plans(session, registry)}
    for key, runs in last_runs(session, known).items():
        title, row = known[key].job.title, known[key].row
        if is_slow(runs, now):
            usual = round((expected(runs) or now - now).total_seconds())
            told = f"“{title}” still runs; it usually takes {usual} s."
            yield Concern(f"job-slow:{key}", row, told, severity="warning")
        if fault := known[key].fault:
            yield Concern(f"job-fault:{key}", row, f"“{title}” is not planned: {fault}")
    for due in due_today(session, registry, zone, now):
        if due.state == "missed":
            key, by = due.plan.job.key, due.by.astimezone(zone)
            told = f"“{due.plan.job.title}” was to be done by {by:%H:%M}, and is not."
            yield Concern(f"job-deadline:{key}:{by:%Y-%m-%d}", due.plan.row, told)
