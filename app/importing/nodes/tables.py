"""The tables that nodes share, and how each is read from the other one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import Column, func
from sqlalchemy.schema import sort_tables_and_constraints
from sqlalchemy.types import TypeEngine

from app.db import Model
from app.importing.feed import Feed, Progress
from app.importing.importer import TableImporter, table_of
from app.importing.nodes.source import Node
from app.importing.report import Rejects
from app.importing.table_keys import Known, TableField, fields_of
from app.importing.tables import ONLY_OUT, importers_of, master_models
from app.importing.targets.table_rows import TableRows
from app.plugins import Registry

OF_A_NODE = ONLY_OUT | {"job", "merged_record", "merge_request", "upgrade"}
"""What each node says for itself."""


def shared(registry: Registry) -> tuple[type[Model], ...]:
    """The tables that a node takes from another, in the order in which they refer to others."""
    modules = [module for plugin in registry.plugins for module in plugin.models()]
    models = {table_of(model): model for model in master_models(modules)}
    sort: Any = sort_tables_and_constraints
    found: dict[str, type[Model]] = {}
    for table, _ in sort(list(models)):
        if table is not None and table.name not in OF_A_NODE and _is_whole(table, found):
            found[table.name] = models[table]
    return tuple(found.values())


def importers(models: Iterable[type[Model]]) -> list[type[TableImporter]]:
    """The importers of these tables, for rows of another node."""
    there = tuple(models)
    names = frozenset(table_of(model).name for model in there)
    return [importer for model in there for importer in _importers(model, names)]


class NodeFeed(Feed):
    """The rows of one table of the other node."""

    model: ClassVar[type[Model]]
    fields: ClassVar[Sequence[TableField]]

    def __init__(self, node: Node) -> None:
        self.node = node
        names = [field.name for field in self.fields if _is_there(field, node.columns)]
        self.rows = TableRows(self.model, names) if names else None

    @property
    def types(self) -> Mapping[str, TypeEngine[Any]]:
        return {known.name: known.column.type for field in self.fields for known in field.known}

    @property
    def present(self) -> Sequence[str]:
        return self.rows.header if self.rows else ()

    @property
    def filled(self) -> Collection[str]:
        there = self.rows.fields if self.rows else ()
        needed = [field for field in there if not field.column.nullable]
        return [one.name for field in needed for one in field.known if not one.column.nullable]

    def chunks(self, rejects: Rejects, progress: Progress) -> Iterator[bytes]:
        self.read = 0
        if self.rows is None:
            return
        number = func.row_number().over().label("line")
        query = self.rows.query().order_by(None).add_columns(number)
        for block in self.node.copied(query):
            rows = block.count(b"\n")
            self.read += rows
            progress("reading", rows)
            yield block


@cache
def _importers(model: type[Model], names: frozenset[str]) -> tuple[type[TableImporter], ...]:
    fields = [field for field in fields_of(model) if not _leads_away(field.column, names)]
    name = table_of(model).name
    members = {"name": f"{name}_of_node", "model": model, "fields": tuple(fields),
               "word": name.replace("_", " ").capitalize()}  # fmt: skip
    feed = type(f"{model.__name__}OfNode", (NodeFeed,), members)
    return importers_of(model, feed=feed, only={field.name for field in fields})


def _leads_away(column: Column[Any], names: Collection[str]) -> bool:
    """Whether it refers to what is not shared: a user of the other node is unknown here."""
    return any(key.column.table.name not in names for key in column.foreign_keys)


def _is_whole(table: Any, before: Mapping[str, Any]) -> bool:
    """Whether a row can be told without what is not shared."""
    names = {*before, table.name}
    return not any(not column.nullable and _leads_away(column, names) for column in table.c)


def _is_there(field: TableField, there: Collection[tuple[str, str]]) -> bool:
    return all(_has(known, there) for known in field.known)


def _has(known: Known, there: Collection[tuple[str, str]]) -> bool:
    return all((c.table.name, c.name) in there for c in (*known.path, known.column))
