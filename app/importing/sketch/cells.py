"""What stands in the cells of a column, told by the type of its field and by the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Time,
    inspect,
)

from app.db import Model
from app.errors import AppError
from app.importing.cells import Barcode, Day, FileContext, Kind, Label, Money, Number, Whole, Words
from app.importing.errors import Rejected
from app.importing.file_feed import FileColumn
from app.importing.habits import find_habits
from app.importing.importer import table_of
from app.importing.sketch.rows import Rows
from app.importing.table_cells import TableCell
from app.importing.table_keys import Known

ENOUGH = 0.9
"""So many of the cells that hold something can be taken; others are mistakes of the file."""
LENGTHS = (200, 500, 2_000, 10_000)
MINIMUM = {"description": 500, "notes": 2_000, "ingredients": 2_000}
IDENTIFIES = re.compile(r"(^|_)(number|code|item)$")


class DoesNotFit(AppError):
    """The cells of a column are not what its field holds."""


@dataclass(frozen=True)
class Guess:
    """A kind of cells, and how it is written in a program."""

    kind: Kind
    code: str

    @property
    def name(self) -> str:
        return self.code.partition("(")[0]


def guess(model: type[Model], known: Known, rows: Rows, context: FileContext) -> Guess:
    """The kind that takes the cells of the only column of `rows`. Raises DoesNotFit."""
    cells = [text for row in rows.rows if (text := row[0].strip())]
    _refuse_other_words(known.column, cells)
    reason = "it cannot be in a file"
    for one in _possible(model, known, cells):
        wrong = _wrong(one.kind, cells, rows, context)
        if len(cells) - len(wrong) >= len(cells) * ENOUGH:
            return one
        reason = wrong[0]
    raise DoesNotFit(reason)


def reader_context(columns: dict[FileColumn, int], rows: Rows, context: FileContext) -> FileContext:
    """The context with the habits of these rows."""
    found = FileContext(currency=context.currency, patterns=context.patterns)
    find_habits(rows, columns, found)
    return found


def _wrong(kind: Kind, cells: Sequence[str], rows: Rows, context: FileContext) -> list[str]:
    read = kind.reader(reader_context({FileColumn("cell", kind): 0}, rows, context))
    found = []
    for text in cells:
        try:
            read(text)
        except Rejected as error:
            found.append(str(error))
    return found


def _possible(model: type[Model], known: Known, cells: Sequence[str]) -> Iterator[Guess]:
    """The kinds for a field, the strictest first."""
    column, type_ = known.column, known.column.type
    if isinstance(type_, Text):
        yield from _texts(column, cells)
    elif isinstance(type_, Integer):
        yield Guess(Whole(), "Whole()")
    elif isinstance(type_, Numeric):
        yield _number(column, type_)
    elif isinstance(type_, Date):
        yield Guess(Day(), "Day()")
    is_own = column.table is table_of(model)
    # It takes any text, also what the other kinds refuse as a formula.
    if isinstance(type_, Text) and (IDENTIFIES.search(column.key) or _has_formula(cells)):
        return
    if is_own and isinstance(type_, (Text, Integer, Numeric, Boolean, Time, DateTime)):
        attribute = inspect(model).get_property_by_column(column).key
        yield Guess(TableCell(type_), f"TableCell({model.__name__}.{attribute}.type)")


def _texts(column: Column[Any], cells: Sequence[str]) -> Iterator[Guess]:
    name = str(column.key)
    if name == "gtin":
        yield Guess(Barcode(), "Barcode()")
    elif IDENTIFIES.search(name):
        yield Guess(Label(), "Label()")
    longest = max(2 * max(map(len, cells), default=0), MINIMUM.get(name, 0))
    length = next((most for most in LENGTHS if longest <= most), LENGTHS[-1])
    if name != "gtin":
        yield Guess(Words(length), f"Words({length:_})")


def _number(column: Column[Any], type_: Numeric[Any]) -> Guess:
    places, digits = type_.scale or 0, type_.precision or 12
    if column.info.get("show") in ("money", "cost"):
        return Guess(Money(places), f"Money({places})")
    highest = 10 ** (digits - places) - 1
    positive = f"{column.name} > 0" in _checks(column)
    said = ", positive=True" if positive else ""
    kind = Number(places, highest=highest, positive=positive)
    return Guess(kind, f"Number({places}, highest={highest:_}{said})")


def _has_formula(cells: Sequence[str]) -> bool:
    return any(text.startswith("=") for text in cells)


def _refuse_other_words(column: Column[Any], cells: Sequence[str]) -> None:
    """Where only some words are allowed, the cells hold those."""
    for check in _checks(column):
        if check.startswith(f"{column.name} IN ('"):
            allowed = re.findall(r"'([^']*)'", check)
            if odd := sorted({*cells} - {*allowed}):
                raise DoesNotFit(f"“{odd[0]}” is none of {', '.join(allowed)}")


def _checks(column: Column[Any]) -> list[str]:
    checks = [c for c in column.table.constraints if isinstance(c, CheckConstraint)]
    return [str(check.sqltext) for check in checks]
