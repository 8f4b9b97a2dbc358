"""Records that violate a constraint of the database: each is refused by itself, the rest goes on.

All are written at once. Only where the database refuses that, the changes are halved until those
that it refuses are alone; the last of a thousand such ends the run, since then the source is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg2 import errors
from sqlalchemy import Integer, Table, func, select
from sqlalchemy.exc import DataError, IntegrityError

from app.importing.comparison import TARGET, Comparison
from app.importing.stage import LINE, temporary_table

MOST = 1_000
NUMBER = "number_"
Refuse = Callable[[int | None, Any, str], None]
"""Told the line, if there is one, the target, if there is one, and the reason, in a sentence."""

_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (errors.UniqueViolation, "Another record has this already ({detail})."),
    (
        errors.ForeignKeyViolation,
        "Other records refer to it, or it to one that is gone ({detail}).",
    ),
    (errors.NotNullViolation, "It has no {column}, which every record needs."),
    (errors.CheckViolation, "It breaks the rule {constraint}."),
    (errors.ExclusionViolation, "It overlaps with another record ({detail})."),
)


def apply(comparison: Comparison, refuse: Refuse) -> None:
    """Create and update; refuse what the database refuses."""
    if comparison.changes is None or comparison.importer.on_violation == "stop":
        comparison.apply()
    else:
        _Halving(comparison, "changes", comparison.apply).work(refuse)


def delete(comparison: Comparison, refuse: Refuse) -> None:
    """Delete what was found gone, but for what other records refer to."""
    if comparison.gone is None or comparison.importer.on_violation == "stop":
        comparison.delete()
    else:
        _Halving(comparison, "gone", comparison.delete).work(refuse)


class _Halving:
    """Does the changes in one table of a comparison: at once, or in halves where that fails."""

    def __init__(self, comparison: Comparison, name: str, do: Callable[[], None]) -> None:
        self.comparison, self.name, self.do = comparison, name, do
        self.connection = comparison.connection
        self.whole: Table = getattr(comparison, name)
        self.refused = 0

    def work(self, refuse: Refuse) -> None:
        if self._attempt() is None:
            return
        numbered, total = self._numbered()
        done = dict.fromkeys(("created", "updated", "deleted"), 0)
        waiting = [(1, total)]
        while waiting:
            first, last = waiting.pop()
            self._choose(numbered, first, last)
            error = self._attempt()
            if error is None:
                for verb in done:
                    done[verb] += getattr(self.comparison.counts, verb)
            elif first < last:
                middle = (first + last) // 2
                waiting += [(middle + 1, last), (first, middle)]
            else:
                self._refuse(error, refuse)
        for verb in _VERBS[self.name]:
            setattr(self.comparison.counts, verb, done[verb])
        setattr(self.comparison, self.name, self.whole)

    def _attempt(self) -> IntegrityError | DataError | None:
        try:
            with self.connection.begin_nested():
                self.do()
        except (IntegrityError, DataError) as error:
            return error
        return None

    def _numbered(self) -> tuple[Table, int]:
        """A copy with numbers, since a table has no order."""
        types = {column.name: column.type for column in self.whole.columns}
        name = f"numbered_{self.whole.name}"
        copy = temporary_table(self.connection, name, {**types, NUMBER: Integer()})
        rows = select(self.whole, func.row_number().over())
        found = self.connection.execute(copy.insert().from_select([*types, NUMBER], rows))
        return copy, found.rowcount

    def _choose(self, numbered: Table, first: int, last: int) -> None:
        """Let the comparison see only these rows, and count only them."""
        types = {column.name: column.type for column in self.whole.columns}
        part = temporary_table(self.connection, "part_of_changes", types)
        rows = select(*[numbered.c[name] for name in types])
        rows = rows.where(numbered.c[NUMBER].between(first, last))
        self.connection.execute(part.insert().from_select(list(types), rows))
        targets = select(func.count(), func.count(part.c[TARGET])).select_from(part)
        every, there = self.connection.execute(targets).one()
        counts = self.comparison.counts
        if self.name == "gone":
            counts.deleted = every
        else:
            counts.created, counts.updated = every - there, there
        setattr(self.comparison, self.name, part)

    def _refuse(self, error: IntegrityError | DataError, refuse: Refuse) -> None:
        self.refused += 1
        if self.refused > MOST:
            raise error
        part: Table = getattr(self.comparison, self.name)
        row = self.connection.execute(select(part)).one()._mapping
        self.comparison.counts.rejected += 1
        refuse(row.get(LINE), row[TARGET], _reason(error.orig))


_VERBS = {"changes": ("created", "updated"), "gone": ("deleted",)}


def _reason(error: Any) -> str:
    diagnosis = getattr(error, "diag", None)
    facts = {
        "detail": (getattr(diagnosis, "message_detail", None) or str(error))
        .strip()
        .rstrip(".")[:300],
        "column": getattr(diagnosis, "column_name", None),
        "constraint": getattr(diagnosis, "constraint_name", None),
    }
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            return sentence.format(**facts)
    return f"The database refuses it ({facts['detail']})."
