"""Whether all is well: the databases, their revisions, the last run, the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import migrate
from app.db.binds import BINDS
from app.models.runs import Run

LITTLE_SPACE = 1_000_000_000


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: its state (good, warn, bad, quiet) and a fact about it."""

    key: str
    state: str
    fact: str = ""


def checks(session: Session) -> list[Check]:
    """What the first page tells of the health of this node."""
    return [_database(session), _revisions(), _last_run(session), _disk()]


def faults() -> list[str]:
    """Why this node is not ready, in words; empty when it is."""
    found = []
    for bind in BINDS:
        try:
            if migrate.current(bind) != migrate.head(bind):
                found.append(f"the {bind} database is not at the newest revision")
        except SQLAlchemyError:
            found.append(f"the {bind} database does not answer")
    return found


def _database(session: Session) -> Check:
    size = session.scalar(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
    return Check("database", "good", str(size))


def _revisions() -> Check:
    behind = faults()
    return Check("revisions", "bad" if behind else "good", "; ".join(behind))


def _last_run(session: Session) -> Check:
    run = session.scalars(select(Run).order_by(Run.asked_at.desc()).limit(1)).first()
    if run is None:
        return Check("last_run", "quiet")
    return Check("last_run", "bad" if run.state in ("failed", "lost") else "good", run.title)


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    return Check("disk", "warn" if free < LITTLE_SPACE else "good", f"{free / 1e9:.0f} GB")
