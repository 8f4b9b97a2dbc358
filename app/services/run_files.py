"""Files that runs made for people: kept until they expire."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models.runs import RunFile


def expire(session: Session, *, now: datetime) -> int:
    """Forget the files whose time is over; tells how many. A sweep of files takes them away."""
    gone = session.scalars(
        delete(RunFile).where(RunFile.expires_at <= now).returning(RunFile.uuid)
    ).all()
    return len(gone)
