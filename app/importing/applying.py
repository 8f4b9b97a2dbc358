"""Bringing a table to its source: compare, look whether that is too much, note, write."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from app.importing import violations
from app.importing.comparison import Comparison, Refuse
from app.importing.differences import Differences, Spool
from app.importing.guards import Guards
from app.importing.report import Report, Withheld

if TYPE_CHECKING:
    from app.importing.engine import Engine


FEW = 10


class Applying:
    """The writing half of a run. `keeps_all` notes every change, not only what is withheld."""

    def __init__(
        self,
        connection: Connection,
        guards: Guards,
        report: Report,
        *,
        keeps_all: bool,
        when_withheld: Callable[[], None],
    ) -> None:
        self.connection = connection
        self.guards = guards
        self.report = report
        self.keeps_all = keeps_all
        self.when_withheld = when_withheld
        self._differences: Differences | None = None
        self._kept_back = 0

    def bring(self, comparison: Comparison, records: int, engine: Engine) -> None:
        """Create and update what one importer must."""
        words = comparison.name.replace("_", " ")
        engine.progress(f"comparing {words}", 0)
        with self.report.timed("compare"):
            comparison.importer.before(self.connection)
            comparison.compare(records)
            if comparison.changes is not None:
                for action in ("create", "update"):
                    self._look(comparison, action)
        engine.progress(f"writing {words}", 0)
        with self.report.timed("apply"):
            if not self._only_tries(comparison):
                violations.apply(comparison, self._told(comparison, engine))
            comparison.importer.after(self.connection)

    def delete(self, comparison: Comparison, engine: Engine) -> None:
        """Delete what one importer no longer has in its source."""
        with self.report.timed("compare"):
            comparison.find_gone()
            if comparison.gone is not None:
                self._look(comparison, "delete")
        with self.report.timed("apply"):
            if not self._only_tries(comparison):
                violations.delete(comparison, self._told(comparison, engine))

    def spool(self, run: UUID) -> Spool | None:
        """What was noted, in a file; None where nothing was."""
        if self._differences is None:
            return None
        spool = self._differences.spool(run)
        self.report.shown = spool.count
        return spool

    def _told(self, comparison: Comparison, engine: Engine) -> Refuse:
        """Let a comparison tell what it meets while it writes."""
        words = comparison.name.replace("_", " ")
        comparison.refuse = partial(self._refuse, engine, comparison)
        comparison.pulse = partial(engine.progress, f"writing {words}", 0)
        return comparison.refuse

    def _only_tries(self, comparison: Comparison) -> bool:
        """Whether nothing may be written, as no roll back would take it back."""
        return comparison.is_outside and self.report.dry_run

    def _refuse(
        self, engine: Engine, comparison: Comparison, line: int | None, target: Any, reason: str
    ) -> None:
        """Reject a row of the source; what could not be deleted has none, and is told as a note."""
        if line is not None:
            engine.rejects.add(line, reason)
            return
        self._kept_back += 1
        words = comparison.name.replace("_", " ")
        if self._kept_back <= FEW:
            self.report.notes.append(f"Not deleted: {words} {target}. {reason}")
        elif self._kept_back == FEW + 1:
            self.report.notes.append("There are more that could not be deleted.")

    def _look(self, comparison: Comparison, action: str) -> None:
        if not comparison.counts.of(action):
            return
        reason = self.guards.reason(comparison, action)
        if reason is not None:
            self._withhold(comparison, action, reason)
        if self.keeps_all and comparison.counts.of(action):
            self._noted().note(comparison, action, "tried" if self.report.dry_run else "made")

    def _withhold(self, comparison: Comparison, action: str, reason: str) -> None:
        """Take out of the changes of one kind all but those that a person approved."""
        differences = self._noted()
        approved = self.guards.approved(self.connection, comparison, action)
        differences.note(comparison, action, "withheld", but=approved)
        count = comparison.withhold(action, differences.places(comparison, action))
        if count:
            self.report.withheld.append(Withheld(comparison.name, action, count, reason))
        if count and action == "create":
            comparison.rows.is_withheld = True
            self.when_withheld()

    def _noted(self) -> Differences:
        if self._differences is None:
            self._differences = Differences(self.connection)
        return self._differences
