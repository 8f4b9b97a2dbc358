"""How the rows of a table are known in a file: by its natural key, those it refers to by theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint

from app.db import Model
from app.importing.importer import Field, Ref, table_of

PREFERRED = ("number", "code", "key", "name", "gtin")
SECRET = ("password", "secret", "token", "hash", "session_key", "credential")
LINE = "line"
DEEPEST = 3
"""A key that refers to a key that refers to a key is as far as people can follow."""


@dataclass(frozen=True)
class Known:
    """One column of a file: its name, the column that holds its values, and the way there.

    `path` are the foreign keys between the table and that column; most are in the table itself.
    """

    name: str
    column: Column[Any]
    path: tuple[Column[Any], ...] = ()


@dataclass(frozen=True)
class TableField:
    """A column of a table, as a file has it: itself, or the natural key of what it refers to."""

    column: Column[Any]
    field: Field
    known: tuple[Known, ...]

    @property
    def name(self) -> str:
        return str(self.column.key)


def fields_of(model: type[Model]) -> list[TableField]:
    """Every column that may be in a file, in the order of the table."""
    table = table_of(model)
    key = natural_key(model)
    found: list[TableField] = []
    taken = {str(column.key) for column in table.columns}
    for column in table.columns:
        if is_secret(column) or column.computed is not None:
            continue
        if column.primary_key and column.key not in key:
            continue
        field = _field(column, taken)
        taken |= {known.name for known in field.known}
        found.append(field)
    return sorted(found, key=lambda field: field.name not in key)


def is_secret(column: Column[Any]) -> bool:
    """Whether a column holds what no file may: the hash of a password, a token."""
    if "secret" in column.info:
        return bool(column.info["secret"])
    name = str(column.key)
    return any(word in name for word in SECRET) and name not in ("sha256", "password_fixed")


@cache
def natural_key(model: type[Model]) -> tuple[str, ...]:
    """The columns by which people know a row: always filled in and unique; else the uuid."""
    table = table_of(model)
    keys = [key for key in _unique(table) if _is_usable(table, key)]
    best = min(keys, key=lambda key: _rank(table, key), default=("uuid",))
    return best


def _unique(table: Table) -> Iterator[tuple[str, ...]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            same = constraint.dialect_options["postgresql"]["nulls_not_distinct"]
            columns = list(constraint.columns)
            if same or not any(column.nullable for column in columns):
                yield tuple(str(column.key) for column in columns)


def _is_usable(table: Table, key: Sequence[str]) -> bool:
    columns = [table.c[name] for name in key]
    own = any(c.references(table.c.uuid) for c in columns) if "uuid" in table.c else False
    return not own and not any(is_secret(c) or c.primary_key for c in columns)


def _rank(table: Table, key: tuple[str, ...]) -> tuple[Any, ...]:
    places = [PREFERRED.index(name) if name in PREFERRED else len(PREFERRED) for name in key]
    return any(table.c[name].foreign_keys for name in key), len(key), min(places), key


def _field(column: Column[Any], taken: set[str]) -> TableField:
    plain = TableField(column, _plain_name(column), (Known(_plain_name(column), column),))
    model = _referred(column)
    if model is None or (model.__table__ is column.table and not column.nullable):
        return plain
    for stem in (_stem(column), f"linked_{_stem(column)}"):
        known = list(_known(model, stem, (column,)))
        names = [one.name for one in known]
        if known and not set(names) & taken and len(set(names)) == len(names):
            return TableField(column, _ref(model, stem), tuple(known))
    return plain


def _known(model: type[Model], stem: str, path: tuple[Column[Any], ...]) -> Iterator[Known]:
    """What names an object of a model; nothing where only its uuid does."""
    if not _can_be_named(model):
        return
    for name in natural_key(model):
        column = table_of(model).c[name]
        inner = _named_through(column)
        if inner is None:
            yield Known(f"{stem}_{name}", column, path)
        else:
            yield from _known(inner, f"{stem}_{_stem(column)}", (*path, column))


def _ref(model: type[Model], stem: str) -> Ref:
    by: dict[str, str | Ref] = {}
    for name in natural_key(model):
        column = table_of(model).c[name]
        inner = _named_through(column)
        by[name] = f"{stem}_{name}" if inner is None else _ref(inner, f"{stem}_{_stem(column)}")
    return Ref(model, create=False, **by)


def _can_be_named(model: type[Model], depth: int = 0) -> bool:
    key = natural_key(model)
    if key == ("uuid",) or depth == DEEPEST:
        return False
    inner = [_named_through(table_of(model).c[name]) for name in key]
    return all(one is None or _can_be_named(one, depth + 1) for one in inner)


def _named_through(column: Column[Any]) -> type[Model] | None:
    """The model through which a column is named; None where its own value is the same everywhere,
    as that of who goes by uuid."""
    model = _referred(column)
    return None if model is None or natural_key(model) == ("uuid",) else model


def _referred(column: Column[Any]) -> type[Model] | None:
    """The model whose uuid a column holds."""
    for foreign in column.foreign_keys:
        if foreign.column.key == "uuid":
            return _models().get(foreign.column.table)
    return None


def _models() -> Mapping[Any, type[Model]]:
    return {mapper.local_table: mapper.class_ for mapper in Model.registry.mappers}


def _stem(column: Column[Any]) -> str:
    return str(column.key).removesuffix("_uuid")


def _plain_name(column: Column[Any]) -> str:
    # The stage keeps the line of the source under this name.
    return "line_number" if column.key == LINE else str(column.key)
