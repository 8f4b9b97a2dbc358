"""What time does to incidents: snoozes end, steps of escalation are taken, errors are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.config.incidents import Step
from app.models.incidents import Incident
from app.work.incident_events import role_named, write_down

ESCALATED = ("critical", "error")


def wake_due(session: Session, *, at: datetime) -> int:
    """End the snoozes that are over. What was seen meanwhile is open again, and people hear."""
    due = select(Incident).where(Incident.closed_at.is_(None), Incident.snoozed_until <= at)
    found = session.scalars(due.with_for_update(of=Incident, skip_locked=True)).all()
    for incident in found:
        seen = incident.snoozed_at is not None and incident.last_seen_at > incident.snoozed_at
        incident.snoozed_at = incident.snoozed_until = None
        if seen:
            incident.acknowledged_at = incident.acknowledged_by_uuid = None
            incident.waiting_since, incident.step = at, 0
        write_down(session, incident, "woke", at=at, tell=seen)
    return len(found)


def escalate_due(session: Session, steps: tuple[Step, ...], *, at: datetime) -> int:
    """Take the steps that are due for what nobody has acknowledged; warnings wait."""
    if not steps:
        return 0
    waited = case(
        *((Incident.step == place, step.after) for place, step in enumerate(steps)), else_=None
    )
    due = select(Incident).where(
        Incident.state == "open", Incident.severity.in_(ESCALATED),
        Incident.waiting_since + waited <= at,
    )  # fmt: skip
    found = session.scalars(due.with_for_update(of=Incident, skip_locked=True)).all()
    for incident in found:
        for step in steps[incident.step :]:
            if incident.waiting_since + step.after <= at:
                incident.step += 1
                role = role_named(session, step.role)
                told = role.name if role else f"{step.role} (?)"
                write_down(session, incident, "escalated", role=role, note=told, at=at)
    return len(found)


def forget(session: Session, keys: Iterable[str], *, unseen_since: datetime, at: datetime) -> int:
    """Take as recovered what of these kinds was not seen for so long."""
    due = select(Incident).where(
        Incident.closed_at.is_(None), Incident.key.in_(list(keys)),
        Incident.last_seen_at < unseen_since,
    )  # fmt: skip
    found = session.scalars(due.with_for_update(of=Incident, skip_locked=True)).all()
    for incident in found:
        incident.closed_at = at
        write_down(session, incident, "recovered", at=at, tell=False)
    return len(found)
