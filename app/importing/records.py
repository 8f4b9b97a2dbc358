"""The feed of an importer that stages its own records: dicts, checked against the columns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Uuid,
)
from sqlalchemy.types import JSON, TypeEngine

from app.importing.cells import NULL, sentence, shown
from app.importing.errors import BadDeclaration, BadSource, Rejected
from app.importing.feed import Feed, Progress
from app.importing.report import Rejects
from app.importing.schema import RecordSchema
from app.importing.signs import printable
from app.importing.stage import escaped
from app.numbers import NotANumber, read

if TYPE_CHECKING:
    from app.importing.importer import TableImporter

CHUNK = 2_000
Write = Callable[[Any], str]


class RecordFeed(Feed):
    """Asks an importer for `rows` and `record`. A row may say its `line`; else rows are counted."""

    def __init__(self, importer: TableImporter) -> None:
        self.importer = importer
        self.columns = importer.staged_columns()
        self.declared = (importer.original or type(importer)).staged_columns().keys()
        self.name = importer.name()  # type: ignore[misc]
        self.writers = {name: writer(name, column.type) for name, column in self.columns.items()}
        self._seen = RecordSchema()

    @property
    def schema(self) -> Mapping[str, str]:
        """What rows hold, by the first of them; nothing if only some objects were asked for."""
        return {} if self.importer.keys is not None else self._seen.found()

    @property
    def types(self) -> Mapping[str, TypeEngine[Any]]:
        return {name: column.type for name, column in self.columns.items()}

    @property
    def filled(self) -> Collection[str]:
        return [name for name, column in self.columns.items() if not column.nullable]

    def chunks(self, rejects: Rejects, progress: Progress) -> Iterator[bytes]:
        lines: list[str] = []
        for number, row in enumerate(self.importer.rows(self.importer.keys), 1):
            self.read = number
            self._seen.add(row)
            line = getattr(row, "line", number)
            try:
                record = self.importer.record(row)
                if record is not None:
                    lines.append(f"{self._line(record)}\t{line}\n")
            except Rejected as rejected:
                rejects.add(line, sentence(str(rejected)), [shown(repr(row), 2_000)])
            except (KeyError, AttributeError) as error:
                raise BadSource(_lacking(type(self.importer).__name__, line, error)) from error
            if len(lines) == CHUNK:
                yield "".join(lines).encode()
                lines.clear()
            if number % CHUNK == 0:
                progress("reading", CHUNK)
        progress("reading", self.read % CHUNK)
        yield "".join(lines).encode()

    def _line(self, record: Mapping[str, Any]) -> str:
        if record.keys() != self.declared:
            odd = ", ".join(sorted(record.keys() ^ self.declared))
            raise BadDeclaration(
                f"{type(self.importer).__name__}.record() must give exactly its fields; see {odd}."
            )
        return "\t".join(self._cell(name, record[name]) for name in self.writers)

    def _cell(self, name: str, value: Any) -> str:
        column = self.columns[name]
        if value is None:
            if not column.nullable:
                raise Rejected(f"{name} is missing")
            return NULL
        try:
            return self.writers[name](value)
        except Rejected as rejected:
            raise Rejected(f"{name} {rejected}") from None


def _lacking(importer: str, line: int, error: KeyError | AttributeError) -> str:
    name = error.name if isinstance(error, AttributeError) else error.args[0]
    return (
        f"{importer} finds no {name} in row {line}: the source has changed, or the importer is "
        "wrong. Nothing was written."
    )


def writer(name: str, type_: TypeEngine[Any]) -> Write:
    """What turns a value into COPY text for a column of a type; it raises Rejected."""
    for kind, make in _WRITERS:
        if isinstance(type_, kind):
            return make(type_)
    raise BadDeclaration(f"The engine cannot stage {name}: its type is {type_!r}.")


def _text(type_: Any) -> Write:
    def write(value: Any) -> str:
        text = value if isinstance(value, str) else str(value)
        if not text.isprintable():
            for part in re.split(r"[\r\n\t]+", text):
                if part.strip():
                    printable(part)
        if type_.length and len(text) > type_.length:
            raise Rejected(f"has {len(text):,} characters, too many")
        return escaped(text)

    return write


def _whole(type_: Any) -> Write:
    small, big = isinstance(type_, SmallInteger), isinstance(type_, BigInteger)
    highest = 2**15 if small else 2**63 if big else 2**31

    def write(value: Any) -> str:
        try:
            number = int(_exactly(value))
            if isinstance(value, bool) or number != _exactly(value):
                raise ValueError
        except (TypeError, ValueError, OverflowError, InvalidOperation, NotANumber):
            raise Rejected(f"“{shown(str(value))}” is no whole number") from None
        if not -highest <= number < highest:
            raise Rejected(f"“{shown(str(value))}” is too large")
        return str(number)

    return write


def _exactly(value: Any) -> Decimal:
    return read(value) if isinstance(value, str) else Decimal(str(value))


def _number(type_: Any) -> Write:
    places = type_.scale
    digits = type_.precision

    def write(value: Any) -> str:
        try:
            number = _exactly(value)
            if isinstance(value, bool) or not number.is_finite():
                raise ValueError
        except (InvalidOperation, ValueError, NotANumber):
            raise Rejected(f"“{shown(str(value))}” is no number") from None
        if places is not None and number != round(number, places):
            raise Rejected(f"“{shown(str(value))}” has more than {places} decimals")
        if digits is not None and abs(number) >= 10 ** (digits - (places or 0)):
            raise Rejected(f"“{shown(str(value))}” is too large")
        return str(number)

    return write


def _flag(type_: Any) -> Write:
    def write(value: Any) -> str:
        if value not in (True, False):
            raise Rejected(f"“{shown(str(value))}” is neither true nor false")
        return "t" if value else "f"

    return write


def _day(type_: Any) -> Write:
    def write(value: Any) -> str:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Rejected(f"“{shown(str(value))}” is no day") from None
        return (day.date() if isinstance(day, datetime) else day).isoformat()

    return write


def _moment(type_: Any) -> Write:
    def write(value: Any) -> str:
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except (TypeError, ValueError):
            raise Rejected(f"“{shown(str(value))}” is no moment") from None
        if moment.tzinfo is None:
            raise Rejected(f"“{shown(str(value))}” has no time zone")
        return moment.isoformat()

    return write


def _uuid(type_: Any) -> Write:
    def write(value: Any) -> str:
        try:
            return str(value if isinstance(value, UUID) else UUID(value))
        except (AttributeError, TypeError, ValueError):
            raise Rejected(f"“{shown(str(value))}” is no UUID") from None

    return write


def _json(type_: Any) -> Write:
    return lambda value: escaped(json.dumps(value))


_WRITERS: tuple[tuple[type[Any], Callable[[Any], Write]], ...] = (
    (Boolean, _flag),
    (Integer, _whole),
    (Numeric, _number),
    (DateTime, _moment),
    (Date, _day),
    (Uuid, _uuid),
    (JSON, _json),
    (String, _text),
)
