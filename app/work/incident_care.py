"""All that incidents need from time to time, in one call: about once a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from app.config.incidents import INCIDENTS_ESCALATE, INCIDENTS_FORGET_ERRORS, steps_of
from app.db import unit_of_work
from app.work import error_log, incident_clock, notifying
from app.work.incident_events import now

if TYPE_CHECKING:
    from app.config import Settings


@dataclass(frozen=True)
class Cared:
    """What was done."""

    woken: int
    escalated: int
    forgotten: int
    mails: notifying.Delivered


def care(settings: Settings, *, at: datetime | None = None) -> Cared:
    """End snoozes, take steps of escalation, close errors that stopped, send what is due.

    Needs an application context; commits as it goes. Several processes may do it at once.
    """
    at = at or now()
    steps: tuple[str, ...] = settings[INCIDENTS_ESCALATE]
    with unit_of_work(reason="Incidents") as session:
        woken = incident_clock.wake_due(session, at=at)
        escalated = incident_clock.escalate_due(session, steps_of(steps), at=at)
        unseen_since = at - settings[INCIDENTS_FORGET_ERRORS]
        forgotten = incident_clock.forget(
            session, [error_log.KEY], unseen_since=unseen_since, at=at
        )
    return Cared(woken, escalated, forgotten, notifying.deliver_due(settings, at=at))
