"""Guards: what is too much for a run is withheld until a person approves it.

Too much is what exceeds a limit of the person or of the importer, or what is far beyond the usual:
many times the median of the last runs. A few objects never are.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Table, Text, Uuid, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from app.config.importing import IMPORT_UNUSUAL_FACTOR
from app.errors import AppError
from app.importing.comparison import Comparison
from app.importing.options import ACTIONS, Options
from app.importing.stage import copy_rows, temporary_table
from app.models.imports import ImportChange
from app.models.runs import Run

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.importing.handler import ImportHandler

A_FEW = {"create": 500, "update": 500, "delete": 20}
"""So many are fine in any case, unless a person set a limit."""
LATEST, ENOUGH = 10, 5
"""The usual is the median of so many runs at most, and of so many at least."""

Usual = Mapping[tuple[str, str], float]


class TooFewRows(AppError):
    """The source has far fewer rows than it should; nothing was written."""


class NothingWithheld(AppError):
    """This run withheld nothing that could be approved."""


class Guards:
    """Says what is too much; `session` reads what earlier runs did and withheld."""

    def __init__(self, handler: ImportHandler, options: Options, session: Session) -> None:
        self.options = options
        self.factor: int = handler.settings[IMPORT_UNUSUAL_FACTOR]
        self.usual = _usual(session, handler.run_key()) if self.factor else {}
        self._approved = _approved(session, handler.run_key(), options.approve)
        self._table: Table | None = None

    def reason(self, comparison: Comparison, action: str) -> str | None:
        """Why so many changes are too much, in a sentence; None if they are not."""
        count = comparison.counts.of(action)
        said = self.options.limit(action)
        declared = None if count <= A_FEW[action] else getattr(comparison.importer, f"max_{action}")
        limit = said or declared
        if limit is not None:
            there = _there(comparison) if limit.is_percent else 0
            if count > (most := limit.among(there)):
                of = f" of {there:,}" if limit.is_percent else ""
                return f"It would {action} {count:,}{of}, and at most {most:,} may be ({limit})."
        return None if said else self._unusual(comparison, action, count)

    def _unusual(self, comparison: Comparison, action: str, count: int) -> str | None:
        usual = self.usual.get((comparison.name, action))
        if usual is None or count <= max(A_FEW[action], usual * self.factor):
            return None
        return f"It would {action} {count:,}, where the last runs did {usual:,.0f}."

    def approved(self, connection: Connection, comparison: Comparison, action: str) -> Select[Any]:
        """The targets and keys that a person approved, as a query."""
        if self._table is None:
            types: dict[str, TypeEngine[Any]] = {
                "importer": Text(),
                "action": Text(),
                "record_uuid": Uuid(),
                "key": Text(),
            }
            self._table = temporary_table(connection, "approved_changes", types)
            copy_rows(connection, self._table.name, self._approved)
        table = self._table.c
        return select(table.record_uuid, table.key).where(
            table.importer == comparison.name, table.action == action
        )


def _there(comparison: Comparison) -> int:
    target = comparison.rows.target()
    return comparison.connection.scalar(select(func.count()).select_from(target)) or 0


def _usual(session: Session, key: str) -> Usual:
    """The median of what the last runs did, by importer and action."""
    done = Run.key == key, Run.state == "succeeded", Run.dry_run.is_(False)
    query = select(Run.counts).where(*done).order_by(Run.asked_at.desc()).limit(LATEST)
    found: dict[tuple[str, str], list[int]] = {}
    for counts in session.scalars(query):
        for importer, said in counts.items():
            for action in ACTIONS:
                if isinstance(said, dict) and f"{action}d" in said:
                    found.setdefault((importer, action), []).append(said[f"{action}d"])
    return {which: median(many) for which, many in found.items() if len(many) >= ENOUGH}


def _approved(session: Session, key: str, run: UUID | None) -> list[tuple[Any, ...]]:
    """What a run of this handler withheld, as rows; raises NothingWithheld where it did not."""
    if run is None:
        return []
    change = ImportChange
    query = select(change.importer, change.action, change.record_uuid, change.key)
    query = query.join(Run, Run.uuid == change.run_uuid).where(
        change.run_uuid == run,
        change.state == "withheld",
        Run.key == key,
    )
    found = [tuple(row) for row in session.execute(query)]
    if not found:
        raise NothingWithheld
    return found
