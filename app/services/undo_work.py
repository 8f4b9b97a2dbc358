"""Undo in the background: of change sets so large that no page could wait for them."""

from __future__ import annotations

from app.services import undoing
from app.work.running import Running
from app.work.work import Work

LARGE = 5_000
"""Rows from which on an undo is a run of its own."""


def _undo(running: Running) -> None:
    number = running.parameters["change_set"]
    running.progress(phase="looking")
    with running.unit_of_work(origin="web", final=True) as session:
        report = undoing.undo(
            session, number, by=running.by, overrule=bool(running.parameters.get("overrule"))
        )
        running.counts = {
            str(table.model.__table__.name): {f"{act}d": many for act, many in table.acts.items()}
            for table in report.plan.tables
        }


UNDO = Work("undo", "Undo of a change set", run=_undo, kind="edit", again=False)
