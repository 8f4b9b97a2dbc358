"""The comparison: what one importer must create, update and delete, found and done set by set.

For each importer there are three steps, each a few statements whatever the number of rows:
1. `check` takes rows out of the stage that this importer cannot take;
2. `compare` writes what differs into a table of changes;
3. `apply` creates and updates by that table; `delete` removes what the source no longer has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Subquery,
    Table,
    Text,
    Uuid,
    and_,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
)

from app.importing.feed import Feed
from app.importing.importer import Fixed, Ref, TableImporter
from app.importing.report import Counts
from app.importing.stage import LINE, Stage, temporary_table

TARGET = "_target"
GREW = 1_000
"""After so many new rows the planner must hear of them, or the next join takes minutes."""


class Comparison:
    """One importer against its table, in the transaction of the run."""

    def __init__(
        self,
        importer: type[TableImporter],
        feed: Feed,
        stage: Stage,
        parameters: Mapping[str, Any],
    ) -> None:
        self.importer = importer
        self.feed = feed
        self.stage = stage
        self.connection: Connection = stage.connection
        self.parameters = parameters
        self.table = importer.table()
        self.name = importer.name()
        self.counts = Counts()
        self.keys = importer.keys_of()
        self.fields = _fields_present(importer, set(feed.present))
        self.missing = _missing_for_create(importer, self.fields)
        self._rows: tuple[int, Table] | None = None
        self._changes: Table | None = None

    @property
    def is_possible(self) -> bool:
        """Whether the source has all that identifies an object of this kind."""
        present = set(self.feed.present)
        return present.issuperset(self.importer.given) and all(
            key in self.fields for key in self.keys
        )

    # Checks -------------------------------------------------------------------------------------

    def check(self, others: Sequence[Comparison]) -> None:
        """Reject the rows that this importer cannot take; `others` are asked whom they create."""
        if self.importer.shared:
            self._reject(self._contradictions())
        elif not self.feed.key or not set(self.feed.key) <= set(self._staged(self.keys)):
            self._reject(self._doubles())
        for ref in self._refs():
            if not any(other.provides(ref) for other in others):
                self._reject(self._unknown(ref, others))
        if self.missing and self.importer.create:
            self._reject(self._uncreatable())
        for check in self.importer.checks:
            self.counts.rejected += self.stage.reject_by_text(check.query, self._used(check.query))

    def provides(self, ref: Ref) -> bool:
        """Whether this importer creates whatever this reference names."""
        staged = {name for name, _ in ref.staged()}
        return self._is_about(ref) and set(self.importer.given) <= staged

    def _is_about(self, ref: Ref) -> bool:
        return (
            self.importer.model is ref.model
            and self.is_possible
            and self.importer.create
            and not self.missing
            and set(self._staged(self.keys)) == {name for name, _ in ref.staged()}
        )

    def _reject(self, bad: Select[Any]) -> None:
        self.counts.rejected += self.stage.reject(bad, self._used(self.importer.scope))

    def _contradictions(self) -> Select[Any]:
        """Rows that say of a shared object something else than the first row that speaks of it."""
        rows = self._source().subquery("r")
        keys, others = self._key_and_other_columns()
        if not others:
            return _nothing()
        first = (
            select(*[rows.c[key] for key in keys], func.min(rows.c.line).label(LINE))
            .group_by(*[rows.c[key] for key in keys])
            .having(func.count() > 1)
            .subquery("f")
        )
        said = self.stage.table.alias("s")
        here = self.stage.table.alias("h")
        differs = or_(*[here.c[name].is_distinct_from(said.c[name]) for name in others])
        return (
            select(
                here.c.line,
                func.format(
                    "%s %s is “%s” here and “%s” in line %s.",
                    self._singular(),
                    _list(here, keys),
                    _list(here, others),
                    _list(said, others),
                    said.c.line,
                ),
            )
            .select_from(first)
            .join(said, said.c.line == first.c.line)
            .join(here, and_(*[here.c[key].is_not_distinct_from(first.c[key]) for key in keys]))
            .where(differs, *[here.c[name].is_not(None) for name in self.importer.given])
        )

    def _doubles(self) -> Select[Any]:
        keys = list(dict.fromkeys(self._staged(self.keys)))
        return doubles(self.stage.table, keys, self._singular(), self.importer.given)

    def _unknown(self, ref: Ref, others: Sequence[Comparison]) -> Select[Any]:
        """Rows that refer to an object that neither is there nor will be created."""
        stage = self.stage.table.alias("s")
        target = ref.model.__table__.alias("t")
        known = select(literal(1)).select_from(target)
        staged = [name for name, _ in ref.staged()]
        joins, condition = _matches(ref, target, stage)
        for other, on in joins:
            known = known.join(other, on)
        conditions = [~exists(known.where(condition).correlate(stage))]
        for other in others:
            if other._is_about(ref):
                coming = other._source().subquery("c")
                conditions.append(
                    ~exists(
                        select(literal(1)).where(
                            *[coming.c[name].is_not_distinct_from(stage.c[name]) for name in staged]
                        )
                    )
                )
        reason = func.format(
            "There is no %s %s yet, and the row does not say enough to create it.",
            _word(ref.model.__tablename__),
            _list(stage, staged),
        )
        return select(stage.c.line, reason).where(
            *[stage.c[name].is_not(None) for name in staged],
            *[stage.c[name].is_not(None) for name in self.importer.given],
            *conditions,
        )

    def _uncreatable(self) -> Select[Any]:
        rows, values = self._values()
        target = self._target()
        reason = func.format(
            "There is no %s %s yet, and the source has no %s to create it.",
            _word(self.table.name),
            _list_of([values[key] for key in self.keys if not isinstance(self.fields[key], Fixed)]),
            " and no ".join(self.missing),
        )
        return (
            select(literal_column("s.line"), reason)
            .select_from(rows.outerjoin(target, self._same(target, values)))
            .where(target.c.uuid.is_(None))
        )

    # Comparing and applying ---------------------------------------------------------------------

    def compare(self) -> None:
        """Find what to create and to update."""
        rows, values = self._values()
        target = self._target()
        types = {TARGET: Uuid(), LINE: Integer()} | {
            name: self.table.c[name].type for name in values
        }
        self._changes = temporary_table(self.connection, f"changes_{self.name}", types)
        differs = [
            target.c[name].is_distinct_from(value)
            for name, value in values.items()
            if name not in self.keys
        ]
        wanted = []
        if self.importer.create:
            wanted.append(target.c.uuid.is_(None))
        if self.importer.update and differs:
            wanted.append(and_(target.c.uuid.is_not(None), or_(*differs)))
        found = (
            select(target.c.uuid, literal_column("s.line"), *values.values())
            .select_from(rows.outerjoin(target, self._same(target, values)))
            .where(or_(*wanted))
        )
        changes = self._changes
        written = self.connection.execute(
            changes.insert().from_select(list(types), found), self._used(self.importer.scope)
        ).rowcount
        if written:
            updated = self._scalar(select(func.count(changes.c[TARGET])))
            self.counts.created, self.counts.updated = written - updated, updated
        self.counts.unchanged = self._scalar(self._count()) - written

    def apply(self) -> None:
        """Create and update, one statement each."""
        assert self._changes is not None, "compare first"
        if self.counts.created + self.counts.updated and self.importer.only_one:
            self._take_flag(self._changes)
        if self.counts.updated:
            self._update(self._changes)
        if self.counts.created:
            self._create(self._changes)

    def delete(self) -> None:
        """Delete what the source no longer has, within the scope."""
        rows, values = self._values()
        kept = select(literal(1)).select_from(rows).where(
            *[self.table.c[key].is_not_distinct_from(values[key]) for key in self.keys]
        )
        gone = self.table.delete().where(
            self.table.c.uuid.in_(select(self._target().c.uuid)), ~exists(kept)
        )
        self.counts.deleted = self.connection.execute(
            gone, self._used(self.importer.scope)
        ).rowcount

    def _update(self, changes: Table) -> None:
        self.connection.execute(
            self.table.update()
            .values({name: changes.c[name] for name in self.fields if name not in self.keys})
            .where(self.table.c.uuid == changes.c[TARGET])
        )

    def _create(self, changes: Table) -> None:
        new = changes.alias("new")
        on_create = {
            name: literal_column(f"({sql})", self.table.c[name].type)
            for name, sql in self.importer.on_create.items()
        }
        created = (
            select(*[new.c[name] for name in self.fields], *on_create.values())
            .where(new.c[TARGET].is_(None))
            .order_by(new.c.line)
        )
        insert = self.table.insert().from_select(
            # The server makes the keys; a default of Python's would be one for all rows.
            [*self.fields, *on_create], created, include_defaults=False
        )  # fmt: skip
        sql = " ".join(self.importer.on_create.values())
        # on_create holds parameters that only text() can bind.
        if used := self._used(sql):
            compiled = insert.compile(self.connection, compile_kwargs={"literal_binds": True})
            self.connection.execute(text(str(compiled)), used)
        else:
            self.connection.execute(insert)
        if self.counts.created >= GREW:
            self.connection.execute(text(f'ANALYZE "{self.table.name}"'))

    def _take_flag(self, changes: Table) -> None:
        only = self.importer.only_one
        assert only is not None
        self.connection.execute(
            self.table.update()
            .values({only.flag: False})
            .where(
                self.table.c[only.flag],
                changes.c[only.flag],
                self.table.c[only.per] == changes.c[only.per],
                self.table.c.uuid.is_distinct_from(changes.c[TARGET]),
            )
        )

    # The records, as a query --------------------------------------------------------------------

    def _values(self) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
        """The rows joined with what they refer to, and each field as an expression over them."""
        rows = self._source().subquery("s")
        joined: FromClause = rows
        found: dict[Ref, ColumnElement[Any]] = {}

        def resolve(ref: Ref) -> ColumnElement[Any]:
            nonlocal joined
            if ref not in found:
                other = ref.model.__table__.alias(f"r{len(found)}")
                conditions = []
                for name, value in ref.by:
                    here = resolve(value) if isinstance(value, Ref) else rows.c[value]
                    column = other.c[name]
                    conditions.append(
                        column.is_not_distinct_from(here) if column.nullable else column == here
                    )
                joined = joined.outerjoin(other, and_(*conditions))
                found[ref] = other.c.uuid
            return found[ref]

        values: dict[str, ColumnElement[Any]] = {}
        for name, field in self.fields.items():
            if isinstance(field, Ref):
                values[name] = resolve(field)
            elif isinstance(field, Fixed):
                values[name] = literal(field.value, self.table.c[name].type)
            else:
                values[name] = rows.c[field]
        return joined, values

    def _source(self) -> Select[Any]:
        """One row for each record: the stage, or its groups where many rows share an object."""
        if not self.importer.shared:
            return self._given(select(self.stage.table))
        if self._rows is None or self._rows[0] != self.stage.revision:
            self._rows = self.stage.revision, self._grouped()
        return select(self._rows[1])

    def _grouped(self) -> Table:
        stage = self.stage.table
        names = list(dict.fromkeys(self._staged(self.fields)))
        types = {LINE: Integer()} | {name: stage.c[name].type for name in names}
        table = temporary_table(self.connection, f"rows_{self.name}", types)
        columns = [stage.c[name] for name in names]
        groups = self._given(select(func.min(stage.c.line), *columns)).group_by(*columns)
        self.connection.execute(table.insert().from_select(list(types), groups))
        return table

    def _given(self, query: Select[Any]) -> Select[Any]:
        return query.where(*[self.stage.table.c[name].is_not(None) for name in self.importer.given])

    def _count(self) -> Select[Any]:
        return select(func.count()).select_from(self._source().subquery("s"))

    def _target(self) -> Subquery:
        names = {"uuid", *self.fields}
        return (
            select(*[column for column in self.table.c if column.name in names])
            .where(text(f"({self.importer.scope})"))
            .subquery("t")
        )

    def _same(self, target: Subquery, values: Mapping[str, ColumnElement[Any]]) -> Any:
        return and_(
            *[
                target.c[key].is_not_distinct_from(values[key])
                if self.table.c[key].nullable
                else target.c[key] == values[key]
                for key in self.keys
            ]
        )

    def _refs(self) -> list[Ref]:
        found: dict[Ref, None] = {}
        waiting = [field for field in self.fields.values() if isinstance(field, Ref)]
        while waiting:
            ref = waiting.pop(0)
            found[ref] = None
            waiting += [value for _, value in ref.by if isinstance(value, Ref)]
        return list(found)

    def _staged(self, names: Sequence[str] | Mapping[str, Any]) -> Iterator[str]:
        for name in names:
            field = self.fields[name]
            if isinstance(field, Ref):
                yield from (column for column, _ in field.staged())
            elif isinstance(field, str):
                yield field

    def _key_and_other_columns(self) -> tuple[list[str], list[str]]:
        keys = list(dict.fromkeys(self._staged(self.keys)))
        return keys, [name for name in dict.fromkeys(self._staged(self.fields)) if name not in keys]

    def _singular(self) -> str:
        return _word(self.table.name).capitalize()

    def _used(self, sql: str) -> dict[str, Any]:
        return {name: value for name, value in self.parameters.items() if f":{name}" in sql}

    def _scalar(self, query: Select[Any]) -> int:
        return self.connection.scalar(query) or 0


def doubles(
    stage: Table, keys: Sequence[str], word: str, given: Sequence[str] = ()
) -> Select[Any]:
    """Rows whose key an earlier row has already."""
    there = [stage.c[name].is_not(None) for name in given]
    columns = [stage.c[key] for key in keys]
    first = (
        select(*columns, func.min(stage.c.line).label(LINE))
        .where(*there)
        .group_by(*columns)
        .having(func.count() > 1)
        .subquery("f")
    )
    reason = func.format("%s %s is already in line %s.", word, _list(stage, keys), first.c.line)
    same = and_(*[stage.c[key].is_not_distinct_from(first.c[key]) for key in keys])
    return (
        select(stage.c.line, reason)
        .join(first, same)
        .where(stage.c.line > first.c.line, *there)
    )


def _fields_present(importer: type[TableImporter], present: set[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, field in importer.field_map().items():
        if isinstance(field, Ref):
            needed = {column for column, _ in field.staged()}
        else:
            needed = {field} if isinstance(field, str) else set()
        if needed <= present:
            found[name] = field
    return found


def _missing_for_create(importer: type[TableImporter], fields: Mapping[str, Any]) -> list[str]:
    return [
        column.name
        for column in importer.table().columns
        if not column.nullable
        and column.server_default is None
        and column.computed is None
        and column.identity is None
        and column.name not in fields
        and column.name not in importer.on_create
    ]


def _matches(
    ref: Ref, target: FromClause, stage: FromClause
) -> tuple[list[tuple[FromClause, Any]], ColumnElement[bool]]:
    joins: list[tuple[FromClause, Any]] = []
    conditions = []
    for name, value in ref.by:
        if isinstance(value, Ref):
            other = value.model.__table__.alias(f"{name}_of")
            more, inner = _matches(value, other, stage)
            joins += [(other, target.c[name] == other.c.uuid), *more]
            conditions.append(inner)
        else:
            conditions.append(target.c[name] == stage.c[value])
    return joins, and_(*conditions)


def _list(rows: FromClause, names: Sequence[str]) -> ColumnElement[str]:
    return _list_of([rows.c[name] for name in names])


def _list_of(values: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.concat_ws(" / ", *[cast(value, Text) for value in values])


def _word(name: str) -> str:
    return name.replace("_", " ")


def _nothing() -> Select[Any]:
    return select(cast(null(), Integer), cast(null(), Text)).where(literal(False))


__all__ = ["Column", "Comparison", "doubles"]
