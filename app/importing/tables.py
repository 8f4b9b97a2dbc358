"""An import for every table that has a history, made from its model: `department-table`.

Columns that a project adds to a table are there with nothing more to do. What says who may do what
is never brought in by a file: users, roles and what they may. Nor are settings.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from types import ModuleType
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint

from app.db import Model
from app.importing.errors import BadDeclaration
from app.importing.feed import Feed
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.handler import FileHandler, ImportHandler
from app.importing.importer import Ref, TableImporter, must_be_given, table_of
from app.importing.table_cells import TableCell
from app.importing.table_keys import TableField, fields_of, natural_key
from app.plugins import Registry

ONLY_OUT = {"user", "role", "user_role", "role_permission", "setting"}
"""Tables that are exported only: rights are given by people, settings are checked one by one."""


class TableFile(FileHandler):
    """An import of one table from a file as `storekeeper export` writes it."""

    model: ClassVar[type[Model]]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # Now, and not when this class was made: projects add their columns in between.
        self._importers = importers_of(self.model)

    def chosen(self) -> Sequence[type[TableImporter]]:
        return self._importers


def master_models(modules: Iterable[ModuleType]) -> list[type[Model]]:
    """The models of these modules whose tables have a history, by the name of the table."""
    names = {module.__name__ for module in modules}
    found = (m.class_ for m in Model.registry.mappers if m.class_.__module__ in names)
    masters = [m for m in found if hasattr(m, "__versioned__") and "uuid" in table_of(m).c]
    return sorted(masters, key=lambda model: table_of(model).name)


def every_handler(registry: Registry, *, of: str | None = None) -> dict[str, type[ImportHandler]]:
    """The imports that plugins declare, and those of their tables, by key.

    Apart from `registry.all`, since that loads no tables, which `import --help` relies on. With
    `of`, only those of one plugin; a declared import goes before one of a table of that key.
    """
    plugins = [p for p in registry.plugins if of in (None, p.key)]
    models = master_models(module for plugin in plugins for module in plugin.models())
    made = [handler_of(model) for model in models if table_of(model).name not in ONLY_OUT]
    declared: dict[str, type[ImportHandler]] = registry.all("importing", of=of)
    return {handler.key: handler for handler in made} | declared


@cache
def handler_of(model: type[Model]) -> type[TableFile]:
    """The import of one table."""
    words = table_of(model).name.replace("_", " ")
    return type(
        f"{model.__name__}Table",
        (TableFile,),
        {
            "__doc__": f"Bring in the table {table_of(model).name} as it was exported.",
            "model": model,
            "key": f"{table_of(model).name.replace('_', '-')}-table",
            "title": f"Table: {words}",
        },
    )


def importers_of(
    model: type[Model], *, feed: type[Feed] | None = None, only: Collection[str] | None = None
) -> tuple[type[TableImporter], ...]:
    """What creates and updates; where rows refer to rows of their own table, what ties those.

    They read a file unless another `feed` stages the same columns. `only` are the fields to bring.
    """
    fields = [field for field in fields_of(model) if only is None or field.name in only]
    key = natural_key(model)
    feed = feed or _feed(model, fields, key)
    late = _late(model, [field.name for field in fields if _is_own(field, model)])
    own = [field for field in fields if field.name in late and field.name not in key]
    first = _importer(model, feed, [field for field in fields if field not in own], key)
    if not own:
        return (first,)
    keys = [field for field in fields if field.name in key]
    links = _importer(model, feed, [*keys, *own], key, title=f"{_words(model)} links")
    links.create = False
    return first, links


def _importer(
    model: type[Model],
    feed: type[Feed],
    fields: Sequence[TableField],
    key: tuple[str, ...],
    title: str = "",
) -> type[TableImporter]:
    found = {field.name: field.field for field in fields}
    return type(
        f"{model.__name__}Importer",
        (TableImporter,),
        {
            "__doc__": f"Keeps {table_of(model).name} equal to a file.",
            "model": model, "key": key, "fields": found, "feed": feed, "title": title,
            "may_delete": not title,
        },
    )  # fmt: skip


def _feed(model: type[Model], fields: Sequence[TableField], key: tuple[str, ...]) -> type[FileFeed]:
    columns = tuple(_columns(model, fields, key))
    staged = [known.name for field in fields if field.name in key for known in field.known]
    return type(
        f"{model.__name__}Rows",
        (FileFeed,),
        {
            "name": table_of(model).name, "word": _words(model), "columns": columns,
            "key": tuple(staged),
        },
    )  # fmt: skip


def _columns(
    model: type[Model], fields: Sequence[TableField], key: tuple[str, ...]
) -> Iterator[FileColumn]:
    must = must_be_given(table_of(model))
    for field in fields:
        for known in field.known:
            is_needed = not (field.column.nullable or known.column.nullable)
            yield FileColumn(
                known.name,
                TableCell(known.column.type),
                required=field.name in key,
                filled=is_needed,
                help=field.column.comment or ("" if field.name not in must else "Always filled in"),
            )


def _is_own(field: TableField, model: type[Model]) -> bool:
    """Whether a column refers to rows of its own table by their key."""
    return isinstance(field.field, Ref) and field.field.model is model


def _late(model: type[Model], own: Sequence[str]) -> set[str]:
    """What can be written only when all rows are there: what refers to rows of the same table,
    and what the checks of the table allow only together with that."""
    table = table_of(model)
    checks = [set(re.findall(r"\w+", str(c.sqltext))) for c in table.constraints
              if isinstance(c, CheckConstraint)]  # fmt: skip
    together = set[str]().union(*[words for words in checks if words & set(own)])
    free = {str(c.key) for c in table.c if c.nullable or c.server_default is not None}
    return {*own, *(together & free)}


def _words(model: type[Model]) -> str:
    return table_of(model).name.replace("_", " ").capitalize()


def model_named(models: Iterable[type[Model]], name: str) -> type[Model]:
    """The model of a table. Raises BadDeclaration, naming those that there are."""
    known = {table_of(model).name: model for model in models}
    found = known.get(name.replace("-", "_"))
    if found is None:
        raise BadDeclaration(
            f"There is no table {name!r} to export; there are: {', '.join(known)}."
        )
    return found
