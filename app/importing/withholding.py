"""What was withheld: people hear of it, and the run that makes it puts it right."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.importing.report import Report
from app.models.imports import ImportChange
from app.work import incidents

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler

KEY = "import.withheld"


def tell(session: Session, handler: ImportHandler, report: Report) -> None:
    """Open an incident for what a run withheld, or close the one of an earlier run."""
    if handler.options.approve is not None:
        _note_approval(session, handler.options.approve)
    if report.withheld:
        incidents.report(
            session,
            KEY,
            fingerprint=fingerprint(handler.key),
            title=f"“{handler.title}” withheld changes",
            detail="\n".join(f"{one.importer}: {one.reason}" for one in report.withheld),
            link=f"/runs/{report.run}",
        )
    else:
        incidents.recover(session, fingerprint(handler.key))


def fingerprint(key: str) -> str:
    """The same for all runs of a handler."""
    return f"import-withheld:{key}"


def _note_approval(session: Session, run: UUID) -> None:
    change = ImportChange
    session.execute(
        update(change)
        .where(change.run_uuid == run, change.state == "withheld")
        .values(state="made")
        .execution_options(synchronize_session=False)
    )
