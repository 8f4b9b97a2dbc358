"""Projects in the database: whose a table or column is, told by its prefix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError

from app.db.base import Model
from app.db.extension import Extends, join
from app.errors import AppError
from app.plugins import CORE, Plugin, Registry

KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
TAKEN = re.compile(r"Table '(\w+)' is already defined")


class BadModels(AppError):
    """What projects keep in the database is declared in a way that cannot work."""


def load_models(registry: Registry) -> None:
    """Import all tables and let projects extend those of the core; BadModels says all faults."""
    faults = []
    for plugin in registry.plugins:
        try:
            modules = tuple(plugin.models())
        except SQLAlchemyError as error:
            faults.append(f"{plugin.title}: {_in_words(error, plugin)}")
            continue
        if plugin.key != CORE and modules:
            found = [*_key_faults(plugin, registry), *_joined(plugin, modules)]
            faults += [f"{plugin.title}: {fault}" for fault in found]
    if faults:
        raise BadModels("\n".join(faults))


@dataclass(frozen=True)
class Owners:
    """Tells whose things in the database are."""

    projects: tuple[str, ...]

    def of_table(self, name: str) -> str:
        """The project whose prefix a name begins with, else the core."""
        return next((key for key in self.projects if name.startswith(f"{key}_")), CORE)

    def of_column(self, table: str, name: str) -> str:
        owner = self.of_table(table)
        return self.of_table(name) if owner == CORE else owner

    def of_part(self, part: Any) -> str:
        """Of an index or constraint: a project's, when one of its columns is."""
        found = {self.of_column(part.table.name, column.name) for column in part.columns}
        return max(found - {CORE}, default=self.of_table(part.table.name))

    def only(self, owner: str) -> Callable[..., bool]:
        """Alembic's `include_object` for what one of them has made."""

        def include(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
            if kind == "table":
                mine = self.of_table(name) == owner
                # A table of the core is looked at for the columns that a project gave it.
                return mine or (self.of_table(name) == CORE and other is not None)
            if kind == "column":
                return self.of_column(thing.table.name, name) == owner
            return self.of_part(thing) == owner

        return include


def _joined(plugin: Plugin, modules: tuple[ModuleType, ...]) -> Iterator[str]:
    for module in modules:
        for name, thing in list(vars(module).items()):
            if isinstance(thing, type) and issubclass(thing, Extends) and thing is not Extends:
                yield from join(thing, project=plugin.key)
            elif (table := _own_table(module, thing)) is not None:
                yield from _table_faults(name, table.name, plugin.key)


def _table_faults(model: str, table: str, key: str) -> Iterator[str]:
    if not table.startswith(f"{key}_"):
        yield f"the table of {model} must be called {key}_{table}, not {table}."


def _own_table(module: ModuleType, thing: Any) -> Table | None:
    if isinstance(thing, Table):
        return thing
    if getattr(thing, "__module__", "") != module.__name__:
        return None
    table = getattr(thing, "__table__", None)
    return table if isinstance(table, Table) else None


def _key_faults(plugin: Plugin, registry: Registry) -> Iterator[str]:
    """A prefix must tell the project's things from all others."""
    if not KEY.fullmatch(plugin.key):
        yield f"the key {plugin.key!r} must be up to 20 small letters, digits and underscores."
        return
    if name := core_table_of_prefix(plugin.key):
        yield f"the key {plugin.key} is the beginning of our table {name}; choose another."
    for other in registry.projects():
        if other.startswith(f"{plugin.key}_"):
            yield f"the key {plugin.key} is the beginning of {other}, another project's key."


def core_table_of_prefix(key: str) -> str | None:
    """A table of the core that would be taken for the project's."""
    core = (m.class_ for m in Model.registry.mappers if m.class_.__module__.startswith("app."))
    names = sorted({model.__table__.name for model in core})
    return next((name for name in names if name == key or name.startswith(f"{key}_")), None)


def _in_words(error: Exception, plugin: Plugin) -> str:
    if taken := TAKEN.search(str(error)):
        return f"the table {taken[1]} is taken; call yours {plugin.key}_{taken[1]}."
    return str(error).splitlines()[0]
