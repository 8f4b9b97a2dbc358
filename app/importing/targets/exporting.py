"""An export of a table is a run like any other: who asked for what, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.config import Settings
from app.db import unit_of_work
from app.db.unit_of_work import Person
from app.importing.noting import noted
from app.work import runs
from app.work.running import Running


class TableExport:
    """What a run tells of the export of one table."""

    direction = "export"

    def __init__(self, settings: Settings, table: str, said: dict[str, Any]) -> None:
        self.settings, self.table, self.said = settings, table, said
        self.title = f"{table.replace('_', ' ').capitalize()} to a file"

    def run_key(self) -> str:
        """The key of its runs."""
        return f"export:{self.table}"

    def asked(self, reason: str | None) -> dict[str, Any]:
        """What was asked of a run, as it is kept with it."""
        return {"table": self.table, **self.said} | ({"reason": reason} if reason else {})

    def facts(self) -> dict[str, Any]:
        """What to remember of a run beside its counts."""
        return {}


class Exporting:
    """An export that goes on. Say in `written` how many rows it wrote."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.written = 0


@contextmanager
def export_run(
    export: TableExport, *, by: Person | str | None, reason: str | None = None
) -> Iterator[Exporting]:
    """A run around the writing of a file."""
    with noted(None, export, by, reason, False) as running:
        exporting = Exporting(running)
        yield exporting
        counts = {"rows": {"written": exporting.written}}
        with unit_of_work(by=by) as session:
            runs.succeed(session, running.run, counts=counts)
