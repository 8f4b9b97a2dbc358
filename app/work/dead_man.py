"""A ping to a service outside, which tells somebody when pings stay away: then nothing here can."""

from __future__ import annotations

import socket
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from sqlalchemy.dialects.postgresql import insert

from app.config.incidents import INCIDENTS_DEAD_MAN_URL
from app.db import unit_of_work
from app.models.incidents import DeadManPing
from app.work import incidents
from app.work.incident_events import now

if TYPE_CHECKING:
    from app.config import Settings

FAILED = "dead_man.failed"
PATIENCE = 10.0  # seconds
MOST_REDIRECTS = 3


def ping(settings: Settings, *, at: datetime | None = None) -> str | None:
    """Ping, if the settings name whom; return what went wrong, in a sentence, or None.

    How it went is kept for each machine. A failure is an incident, a warning, which the next
    success closes. Needs an application context.
    """
    url = settings[INCIDENTS_DEAD_MAN_URL]
    machine = socket.gethostname()
    problem = _ask(url) if url else None
    with unit_of_work() as session:
        fingerprint = f"{FAILED}:{machine}"
        if url:
            tried = at or now()
            facts = {"tried_at": tried, "problem": problem}
            facts |= {} if problem else {"answered_at": tried}
            row = insert(DeadManPing).values(machine=machine, **facts)
            session.execute(row.on_conflict_do_update(index_elements=["machine"], set_=facts))
        if problem:
            incidents.report(
                session, FAILED, fingerprint=fingerprint, severity="warning", at=at,
                title=f"{machine} cannot reach the service that watches it", detail=problem,
            )  # fmt: skip
        else:
            incidents.recover(session, fingerprint, at=at)
    return problem


def _ask(url: str) -> str | None:
    """What went wrong; without the path of the address, which often is a key."""
    host = urlsplit(url).hostname
    try:
        with httpx.Client(
            timeout=PATIENCE, follow_redirects=True, max_redirects=MOST_REDIRECTS
        ) as client:  # it knows http and https only, also when it is sent elsewhere
            answer = client.get(url, headers={"User-Agent": "Storekeeper"})
    except httpx.TimeoutException:
        return f"{host} does not answer in time."
    except httpx.HTTPError as error:
        return f"{host} cannot be asked: {type(error).__name__}."
    if answer.is_success:
        return None
    return f"{host} answers {answer.status_code} {answer.reason_phrase}."
