"""What people hear of how runs end: an incident opens for each kind of run, and closes by success.

A person who asked for something sees on its page why it failed; an incident opens where nobody
waits for it, or where the program itself is to blame.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.runs import Run
from app.work import incidents

KEY = "run.failed"


def of_failure(session: Session, run: UUID, message: str, *, unforeseen: bool = False) -> None:
    """A run failed, or its process is gone; in the transaction that notes so."""
    query = select(Run.key, Run.title, Run.queue, Run.user_uuid).where(Run.uuid == run)
    found = session.execute(query).one()
    if not unforeseen and _somebody_looks(found):
        return
    incidents.report(
        session,
        KEY,
        fingerprint=fingerprint(found.key),
        title=f"“{found.title}” failed",
        detail=message,
        link=f"/runs/{run}",
    )


def of_refusal(session: Session, job: str, title: str, why: str, *, link: str) -> None:
    """A job could not even be asked for; its next success settles that too."""
    incidents.report(
        session,
        KEY,
        fingerprint=fingerprint(job),
        title=f"“{title}” cannot start",
        detail=why,
        link=link,
    )


def of_success(session: Session, key: str) -> None:
    """A run of this key did all that it should."""
    incidents.recover(session, fingerprint(key))


def fingerprint(key: str) -> str:
    """The same for all runs of one kind, since one success settles all failures before it."""
    return f"run:{key}"


def _somebody_looks(found: Any) -> bool:
    """Whether a person asked for it, here or at a terminal, and looks."""
    return found.queue is None or found.user_uuid is not None
