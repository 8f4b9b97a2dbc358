"""Keys and references to which several objects answer: the row says so, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    Text,
    UniqueConstraint,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from app.importing.importer import Field, table_of
from app.importing.importer_rows import ImporterRows, equal


def ambiguous_rows(rows: ImporterRows) -> Iterator[Select[Any]]:
    """Rows whose key, or a reference, several objects have; asked only where that can be."""
    if rows.importer.comparison is None and not _is_unique(rows.table, rows.keys):
        keys = {key: rows.fields[key] for key in rows.keys}
        yield _several(rows, rows.table, rows.target(), keys, rows.staged(rows.keys))
    for ref in rows.refs():
        table = table_of(ref.model)
        if not _is_unique(table, [name for name, _ in ref.by]):
            said = [name for name, _ in ref.staged()]
            yield _several(rows, table, table.alias("t"), dict(ref.by), said)


def _is_unique(table: Table, names: Sequence[str]) -> bool:
    """Whether the database itself sees to it that no two rows agree in these columns."""
    # Without a value an object is like others without one, and no constraint forbids that.
    filled = {name for name in names if not table.c[name].nullable}
    constraints = [c.columns.keys() for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes = [
        [column.name for column in index.columns]
        for index in table.indexes
        if index.unique and not _is_partial(index) and len(index.expressions) == len(index.columns)
    ]
    of_key = table.primary_key.columns.keys()
    return any(
        columns and filled.issuperset(columns) for columns in (of_key, *constraints, *indexes)
    )


def _is_partial(index: Any) -> bool:
    return index.dialect_options["postgresql"].get("where") is not None


def _several(
    rows: ImporterRows,
    table: Table,
    target: FromClause,
    fields: Mapping[str, Field],
    said: Sequence[str],
) -> Select[Any]:
    joined, values = rows.each(fields)
    columns = [target.c[name] for name in fields]
    count = func.count()
    doubled = select(*columns, count.label("times")).group_by(*columns).having(count > 1)
    several = doubled.subquery("several")
    same = [
        equal(several.c[name], value, nullable=bool(table.c[name].nullable))
        for name, value in values.items()
    ]
    shown: list[ColumnElement[Any]] = [literal_column(f's."{name}"') for name in said]
    reason = func.format(
        "%s %s is there %s times; which one is meant cannot be told.",
        table.name.replace("_", " ").capitalize(),
        func.concat_ws(" / ", *[cast(value, Text) for value in shown]),
        several.c.times,
    )
    return (
        select(literal_column("s.line"), reason)
        .distinct()
        .select_from(joined.join(several, and_(*same)))
        .where(or_(*[value.is_not(None) for value in shown]))
    )
