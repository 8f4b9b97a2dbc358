"""Rows of a sample that show how the file is, and what comes of them: they become a test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, Time, UniqueConstraint
from sqlalchemy.types import TypeEngine

from app.importing.cells import FileContext, Read
from app.importing.errors import BadSource, Rejected
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.importer import table_of
from app.importing.one_table import OneTable, importer_of
from app.importing.sketch.cells import reader_context
from app.importing.sketch.fit import Fit, Taken
from app.importing.sketch.rows import Rows

SHOWN = 5
Values = dict[str, Any]
"""What a row says, by the name of the column in our tables."""


@dataclass(frozen=True)
class Picked:
    """Some rows of a sample, and the values of each."""

    rows: Rows
    values: list[Values]


def handler_of(fit: Fit, header: Sequence[str]) -> type[OneTable]:
    """The handler that the program to be written will declare."""
    columns = tuple(
        FileColumn(one.known.name, one.guess.kind, (header[one.place],)) for one in fit.taken
    )
    found = {"key": "sample", "title": "Sample", "model": fit.model, "by": fit.key,
             "columns": columns, "create": not fit.lacking}  # fmt: skip
    return type("Sample", (OneTable,), found)


def pick(fit: Fit, sample: Rows, context: FileContext) -> Picked:
    """The first good rows, and others where only those show how the file writes numbers and days.

    Raises BadSource where no row is good, or days can be read in two ways.
    """
    feed = importer_of(handler_of(fit, sample.header)).feed
    assert feed is not None and issubclass(feed, FileFeed)  # noqa: S101, PT018 - it has just been made
    columns = {one: fit.taken[place].place for place, one in enumerate(feed.columns)}
    wanted = reader_context(columns, sample, context)
    good = _Good(fit, columns, wanted)
    found = [(row, values) for row in sample.rows if (values := good.values(row)) is not None]
    if not found:
        raise BadSource(f"No row of the sample can be taken: {good.why}.")
    chosen = found[:SHOWN]
    for habit in ("dates", "decimal"):
        chosen += _proof(habit, chosen, found, sample, columns, wanted)
    return Picked(sample.chosen([row for row, _ in chosen]), [values for _, values in chosen])


Pairs = list[tuple[list[str], Values]]


def _proof(
    habit: str,
    chosen: Pairs,
    found: Pairs,
    sample: Rows,
    columns: Mapping[FileColumn, int],
    wanted: FileContext,
) -> Pairs:
    """A row that shows a habit of the file which the chosen rows do not show."""

    def shows(rows: Pairs) -> bool:
        here = reader_context(dict(columns), sample.chosen([row for row, _ in rows]), wanted)
        return bool(getattr(here, habit) == getattr(wanted, habit))

    if shows(chosen):
        return []
    return next(([pair] for pair in found if shows([*chosen, pair])), [])


class _Good:
    """Tells which rows can be taken beside those before, and what their values are."""

    def __init__(self, fit: Fit, columns: Mapping[FileColumn, int], context: FileContext) -> None:
        self.columns = columns
        self.readers: dict[str, Read] = {c.name: c.kind.reader(context) for c in columns}
        self.taken: dict[str, Taken] = {one.known.name: one for one in fit.taken}
        self.unique = [*_unique(fit), tuple(sorted(_names(fit, fit.key)))]
        self.seen: set[tuple[Any, ...]] = set()
        self.why = "they are empty"

    def values(self, row: Sequence[str]) -> Values | None:
        """The values of a row; None if it cannot be taken."""
        try:
            found = {column.name: self._value(column, row[place].strip())
                     for column, place in self.columns.items()}  # fmt: skip
        except Rejected as error:
            self.why = str(error)
            return None
        same = {(names, *(found[name] for name in names)) for names in self.unique
                if all(found[name] is not None for name in names)}  # fmt: skip
        if same & self.seen:
            self.why = "its key is doubled"
            return None
        self.seen |= same
        return found

    def _value(self, column: FileColumn, text: str) -> Any:
        if not text:
            if column.filled:
                raise Rejected(f"{column.name} is empty")
            return None
        copied = self.readers[column.name](text).partition("\t")[0]
        return value_of(copied, self.taken[column.name].known.column.type)


def value_of(copied: str, type_: TypeEngine[Any]) -> Any:
    """What the database makes of a text that COPY takes."""
    if isinstance(type_, Boolean):
        return copied == "t"
    kinds: tuple[tuple[type[Any], Any], ...] = (
        (Integer, int), (Numeric, Decimal), (DateTime, datetime.fromisoformat),
        (Date, date.fromisoformat), (Time, time.fromisoformat),
    )  # fmt: skip
    for kind, read in kinds:
        if isinstance(type_, kind):
            return read(copied)
    signs = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: signs.get(found[1], found[1]), copied)


def _unique(fit: Fit) -> Iterator[tuple[str, ...]]:
    """The names of columns whose values may not come twice."""
    for constraint in table_of(fit.model).constraints:
        if isinstance(constraint, UniqueConstraint):
            fields = [str(column.key) for column in constraint.columns]
            if set(fields) <= fit.fields:
                yield tuple(sorted(_names(fit, fields)))


def _names(fit: Fit, fields: Sequence[str]) -> set[str]:
    return {one.known.name for one in fit.taken if one.field.name in fields}
