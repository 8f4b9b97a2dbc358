"""The records of one importer, as a query over the stage of its feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Subquery,
    Table,
    TextClause,
    and_,
    func,
    literal,
    literal_column,
    select,
    text,
    tuple_,
)
from sqlalchemy.types import TypeEngine

from app.db import Model
from app.importing.feed import Feed
from app.importing.importer import Field, Fixed, Ref, TableImporter, must_be_given, table_of
from app.importing.stage import LINE, Stage, temporary_table


class ImporterRows:
    """What an importer takes from a stage: which fields, of which rows, with what joined to them.

    Fields for which the source has no column are left out, and so are left alone in the table.
    """

    def __init__(
        self,
        importer: type[TableImporter],
        feed: Feed,
        stage: Stage,
        parameters: Mapping[str, Any],
        subset: Sequence[Any] | None = None,
    ) -> None:
        self.importer = importer
        self.feed = feed
        self.stage = stage
        self.parameters = parameters
        self.table = importer.table()
        self.keys = importer.keys_of()
        self.fields = _fields_present(importer, {*feed.present, *feed.derived})
        self.missing = _missing_for_create(importer, self.fields)
        """Columns without which nothing can be created."""
        self.subset = subset
        """Keys of the objects that this run is about; None: all of them."""
        self.is_withheld = False
        """Whether what it would create waits for an approval."""
        self._groups: tuple[int, Table] | None = None

    @property
    def is_possible(self) -> bool:
        """Whether the source has all that identifies an object of this kind."""
        present = {*self.feed.present, *self.feed.derived}
        return present.issuperset(self.importer.given) and all(
            key in self.fields for key in self.keys
        )

    def source(self) -> Select[Any]:
        """One row for each record: the stage, or its groups where many rows share an object."""
        if not self.importer.shared:
            return self._given(select(self.stage.table))
        if self._groups is None or self._groups[0] != self.stage.revision:
            self._groups = self.stage.revision, self._grouped()
        return select(self._groups[1])

    def count(self) -> ColumnElement[int]:
        """How many records there are, as an expression over the stage."""
        if self.importer.shared:
            return select(func.count()).select_from(self.source().subquery()).scalar_subquery()
        there = [self.stage.table.c[name].is_not(None) for name in self.importer.given]
        return func.count().filter(*there) if there else func.count()

    def values(self) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
        """The rows, as `s`, joined with what they refer to; each field as an expression of that."""
        return self._expressed(self.source(), self.fields)

    def each(self, fields: Mapping[str, Field]) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
        """The same for some fields, of all rows of the stage also where many share an object."""
        return self._expressed(self._given(select(self.stage.table)), fields)

    def resolved(self, ref: Ref) -> tuple[FromClause, ColumnElement[Any]]:
        """The rows, as `s`, joined with what one reference names, and the uuid that it has."""
        joins = _Joins(self.source().subquery("s"))
        uuid = joins.uuid_of(ref)
        return joins.joined, uuid

    def target(self) -> Subquery:
        """The objects within the scope of the importer, as `t`."""
        names = {"uuid", *self.fields}
        columns = [column for column in self.table.c if column.key in names]
        query = select(*columns).where(self.sql(f"({self.importer.scope})"))
        if self.subset is not None:
            query = query.where(self._is_asked_for())
        return query.subquery("t")

    def _is_asked_for(self) -> ColumnElement[bool]:
        keys = [self.table.c[key] for key in self.keys]
        one = keys[0] if len(keys) == 1 else tuple_(*keys)
        return one.in_(list(self.subset or ()))

    def is_same(self, target: FromClause, values: Mapping[str, ColumnElement[Any]]) -> Any:
        """Whether record and object are the same, by their keys."""
        return and_(
            *[
                equal(target.c[key], values[key], nullable=bool(self.table.c[key].nullable))
                for key in self.keys
            ]
        )

    def refs(self) -> list[Ref]:
        """All references, those inside of others too."""
        found: dict[Ref, None] = {}
        waiting = [field for field in self.fields.values() if isinstance(field, Ref)]
        while waiting:
            ref = waiting.pop(0)
            found[ref] = None
            waiting += [value for _, value in ref.by if isinstance(value, Ref)]
        return list(found)

    def staged(self, names: Iterable[str]) -> list[str]:
        """The staged columns that these fields need."""
        found: dict[str, None] = {}
        for name in names:
            field = self.fields[name]
            if isinstance(field, Ref):
                found |= dict.fromkeys(column for column, _ in field.staged())
            elif isinstance(field, str):
                found[field] = None
        return list(found)

    @property
    def filled(self) -> set[str]:
        """The staged columns that are never NULL in these rows."""
        return {*self.importer.given, *self.feed.filled}

    def sql(self, sql: str) -> TextClause:
        """SQL of a declaration, with the parameters of the run that it names."""
        used = [name for name in self.parameters if re.search(rf"(?<!:):{name}\b", sql)]
        return text(sql).bindparams(**{name: self.parameters[name] for name in used})

    def _expressed(
        self, query: Select[Any], fields: Mapping[str, Field]
    ) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
        rows = query.subquery("s")
        joins = _Joins(rows)
        values: dict[str, ColumnElement[Any]] = {}
        for name, field in fields.items():
            if isinstance(field, Ref):
                values[name] = joins.uuid_of(field)
            elif isinstance(field, Fixed):
                values[name] = literal(field.value, self.table.c[name].type)
            else:
                values[name] = rows.c[field]
        return joins.joined, values

    def _grouped(self) -> Table:
        stage = self.stage.table
        columns = [stage.c[name] for name in self.staged(self.fields)]
        types: dict[str, TypeEngine[Any]] = {LINE: Integer()}
        types |= {column.name: column.type for column in columns}
        name = f"rows_{self.importer.name()}"
        table = temporary_table(self.stage.connection, name, types)
        groups = self._given(select(func.min(stage.c.line), *columns)).group_by(*columns)
        if self.importer.beside is not None:
            groups = groups.where(stage.c.line.in_(self._lines_of_missing()))
        self.stage.connection.execute(table.insert().from_select(list(types), groups))
        return table

    def _lines_of_missing(self) -> Select[Any]:
        """The lines that speak of an object that is not there: what creates missing ones has
        nothing to say of the others, so that they may be called otherwise in the source."""
        joins = _Joins(self._given(select(self.stage.table)).subquery("s"))
        uuid = joins.uuid_of(_ref_to(self.importer.model, self.fields, self.keys))
        return select(literal_column("s.line")).select_from(joins.joined).where(uuid.is_(None))

    def _given(self, query: Select[Any]) -> Select[Any]:
        return query.where(*[self.stage.table.c[name].is_not(None) for name in self.importer.given])


class _Joins:
    """Finds the uuid behind each reference by a join; the same reference is joined once."""

    def __init__(self, rows: FromClause) -> None:
        self.rows = rows
        self.joined = rows
        self._found: dict[Ref, ColumnElement[Any]] = {}

    def uuid_of(self, ref: Ref) -> ColumnElement[Any]:
        if ref not in self._found:
            conditions = []
            other = table_of(ref.model).alias()
            for name, value in ref.by:
                here = self.uuid_of(value) if isinstance(value, Ref) else self.rows.c[value]
                conditions.append(equal(other.c[name], here, nullable=bool(other.c[name].nullable)))
            self.joined = self.joined.outerjoin(other, and_(*conditions))
            self._found[ref] = other.c.uuid
        return self._found[ref]


def _ref_to(model: type[Model], fields: Mapping[str, Field], keys: Sequence[str]) -> Ref:
    found = {key: fields[key] for key in keys}
    by = {key: field for key, field in found.items() if not isinstance(field, Fixed)}
    return Ref(model, create=False, **by)


def alike(one: FromClause, other: FromClause, names: Sequence[str], filled: set[str]) -> Any:
    """Whether two staged rows agree in these columns."""
    return and_(*[equal(one.c[name], other.c[name], nullable=name not in filled) for name in names])


def equal(one: Any, other: Any, *, nullable: bool) -> ColumnElement[bool]:
    """Whether two values are the same, where two NULLs are.

    Only a plain `=` can be hashed; without that, two large sets are compared row by row.
    """
    same: ColumnElement[bool] = one.is_not_distinct_from(other) if nullable else one == other
    return same


def _fields_present(importer: type[TableImporter], present: set[str]) -> dict[str, Field]:
    found: dict[str, Field] = {}
    for name, field in importer.field_map().items():
        needed: set[str] = set()
        if isinstance(field, Ref):
            needed = {column for column, _ in field.staged()}
        elif isinstance(field, str):
            needed = {field}
        if needed <= present:
            found[name] = field
    return found


def _missing_for_create(importer: type[TableImporter], fields: Mapping[str, Field]) -> list[str]:
    made = {*fields, *importer.on_create}
    return [name for name in must_be_given(importer.table()) if name not in made]
