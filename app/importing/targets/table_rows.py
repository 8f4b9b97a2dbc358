"""The rows of a table as a file has them: streamed, with natural keys instead of uuids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, select
from sqlalchemy.types import TypeEngine

from app.db import Model
from app.importing.errors import BadDeclaration
from app.importing.importer import table_of
from app.importing.table_keys import Known, TableField, fields_of, natural_key
from app.importing.targets.asking import EVERYTHING, Question, conditions

CHUNK = 1_000


class TableRows:
    """A table, or some of its fields, in the order of its natural key."""

    def __init__(
        self, model: type[Model], fields: Sequence[str] = (), question: Question = EVERYTHING
    ) -> None:
        self.model, self.question = model, question
        self.fields = _wanted(model, fields)
        self.known: list[Known] = [known for field in self.fields for known in field.known]

    @property
    def header(self) -> list[str]:
        return [known.name for known in self.known]

    @property
    def types(self) -> list[TypeEngine[Any]]:
        return [known.column.type for known in self.known]

    def read(self, connection: Connection, *, limit: int | None = None) -> Iterator[Sequence[Any]]:
        """The rows, by a cursor of the server: memory stays flat however many there are."""
        # Of this statement only: the connection is that of a whole unit of work.
        streamed = {"stream_results": True, "yield_per": CHUNK}
        rows = connection.execute(self.query().limit(limit), execution_options=streamed)
        with rows:
            yield from rows

    def query(self) -> Select[Any]:
        """The rows, each foreign key followed to what people call the object."""
        table = table_of(self.model)
        joins = _Joins(table)
        columns = [joins.column(known) for known in self.known]
        key = [table.c[name] for name in natural_key(self.model)]
        where = list(conditions(self.model, self.question, joins.value))
        query = select(*columns).select_from(joins.joined).where(*where)
        return query.order_by(*key, table.c.uuid)


class _Joins:
    """Joins what foreign keys refer to, each way once."""

    def __init__(self, table: FromClause) -> None:
        self.table = self.joined = table
        self._found: dict[tuple[Column[Any], ...], FromClause] = {}

    def column(self, known: Known) -> Any:
        return self.value(known).label(known.name)

    def value(self, known: Known) -> ColumnElement[Any]:
        """The column of a file, as an expression."""
        return self._at(known.path).c[known.column.key]

    def _at(self, path: tuple[Column[Any], ...]) -> FromClause:
        if not path:
            return self.table
        if path not in self._found:
            here = self._at(path[:-1]).c[path[-1].key]
            (foreign,) = path[-1].foreign_keys
            other = foreign.column.table.alias()
            self.joined = self.joined.outerjoin(other, other.c.uuid == here)
            self._found[path] = other
        return self._found[path]


def _wanted(model: type[Model], names: Sequence[str]) -> list[TableField]:
    every = fields_of(model)
    if not names:
        return every
    called = {field.name: field for field in every}
    called |= {known.name: field for field in every for known in field.known}
    if unknown := [name for name in names if name not in called]:
        there = ", ".join(field.name for field in every)
        raise BadDeclaration(
            f"{table_of(model).name} has no {', '.join(unknown)} to export; it has {there}."
        )
    return list(dict.fromkeys(called[name] for name in names))
