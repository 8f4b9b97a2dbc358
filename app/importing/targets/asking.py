"""Which rows of a table a person asks for: filters on its columns, and days."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, String, Text, cast, literal, or_, select
from sqlalchemy.types import TypeEngine

from app.db import Model
from app.db.versioning import ChangeSet, is_versioned, versions_of
from app.errors import AppError
from app.importing.cells import FileContext
from app.importing.errors import Rejected
from app.importing.importer import table_of
from app.importing.table_cells import TableCell
from app.importing.table_keys import Known, fields_of

CHANGED = "changed"
"""Asked for by day, it is when a row was last written, as the history knows."""
_FILTER = re.compile(r"([a-z0-9_]+)(!=|>=|<=|=|>|<|~)(.*)", re.DOTALL)

Value = Callable[[Known], ColumnElement[Any]]


class BadQuestion(AppError):
    """This cannot be asked of the table."""


@dataclass(frozen=True)
class Question:
    """What is asked of a table; nothing said means all of it.

    `filters` are such as `number=7`, `name~milk`, `price>=2.50`, and `notes=`, which is empty.
    `start` and `end` are days of the column `on`, in the time zone of the shop.
    """

    filters: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    on: str = CHANGED
    zone: tzinfo = UTC

    def as_json(self) -> dict[str, Any]:
        """What was said, as a run remembers it."""
        days = {"start": self.start, "end": self.end}
        said = {name: day.isoformat() for name, day in days.items() if day}
        return (
            {"filters": list(self.filters)} if self.filters else {}
        ) | ({**said, "on": self.on} if said else {})  # fmt: skip


EVERYTHING = Question()


def conditions(
    model: type[Model], question: Question, value: Value
) -> Iterator[ColumnElement[bool]]:
    """What each row must meet; `value` gives the expression of a column. Raises BadQuestion."""
    there = {known.name: known for field in fields_of(model) for known in field.known}
    for said in question.filters:
        yield _condition(there, said, value)
    if question.start or question.end:
        yield from _days(model, there, question, value)


def _condition(there: dict[str, Known], said: str, value: Value) -> ColumnElement[bool]:
    match = _FILTER.fullmatch(said)
    if match is None:
        raise BadQuestion(
            "“%(said)s” is no filter; write one such as number=7 or name~milk.", said=said
        )
    name, verb, told = match.groups()
    here = value(_named(there, name))
    if verb == "~":
        return cast(here, Text).icontains(told, autoescape=True)
    if not told and verb in ("=", "!="):
        empty = or_(here.is_(None), cast(here, Text) == "")
        return ~empty if verb == "!=" else empty
    other = _typed(name, told, here.type)
    if verb == "!=":
        return here.is_distinct_from(other)
    verbs: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "=": here.__eq__, ">": here.__gt__, "<": here.__lt__, ">=": here.__ge__,
        "<=": here.__le__,
    }  # fmt: skip
    return verbs[verb](other)


def _named(there: dict[str, Known], name: str) -> Known:
    if name not in there:
        raise BadQuestion(
            "There is no column %(name)s; there are %(columns)s.",
            name=name, columns=", ".join(there),
        )  # fmt: skip
    return there[name]


def _typed(name: str, told: str, type_: TypeEngine[Any]) -> ColumnElement[Any]:
    if isinstance(type_, String):
        return literal(told)
    try:
        read = TableCell(type_).reader(FileContext())(told)
    except Rejected as rejected:
        raise BadQuestion("%(name)s %(why)s.", name=name, why=str(rejected)) from None
    return cast(literal(read, String()), type_)


def _days(
    model: type[Model], there: dict[str, Known], question: Question, value: Value
) -> Iterator[ColumnElement[bool]]:
    if question.on == CHANGED and is_versioned(model):
        kept = versions_of(model)
        moment: Any = ChangeSet.issued_at
        change = select(kept.uuid).join(ChangeSet, ChangeSet.id == kept.transaction_id)
        last = kept.end_transaction_id.is_(None)
        yield table_of(model).c.uuid.in_(change.where(last, *_within(moment, question)))
        return
    here = value(_named(there, question.on))
    if not isinstance(here.type, Date | DateTime):
        raise BadQuestion("The column %(name)s holds no days.", name=question.on)
    yield from _within(here, question)


def _within(here: Any, question: Question) -> Iterator[ColumnElement[bool]]:
    first: Any = question.start
    after: Any = question.end and question.end + timedelta(days=1)
    if isinstance(here.type, DateTime):
        first = first and datetime.combine(first, time(), question.zone)
        after = after and datetime.combine(after, time(), question.zone)
    if first:
        yield here >= first
    if after:
        yield here < after
