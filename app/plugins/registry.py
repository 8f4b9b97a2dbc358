"""Everything that the plugins of one app declare, by kind and key."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.errors import AppError
from app.plugins.door import CORE, Plugin


class DuplicateKey(AppError):
    """Two plugins declare the same key, and neither extends the other."""


class Registry:
    """Asks the plugins once for each kind of thing, when it is first needed."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = _once_each(plugins)
        self._known: dict[str, dict[str, Any]] = {}

    def projects(self) -> dict[str, Path | None]:
        """The key of each plugin but the core's, with the folder of its migrations if it has one.

        The key is the prefix of everything that is the project's in the database.
        """
        return {p.key: p.migrations() for p in self.plugins if p.key != CORE}

    def all(self, kind: str, *, of: str | None = None) -> dict[str, Any]:
        """Everything of one kind, by key. A later class may replace one that it extends.

        A thing that has `joined(other)` takes in a later one of its key, as menu sections do.

        With `of`, only what the plugin of this key declares, or replaces.
        """
        if kind not in self._known:
            self._known[kind] = _collect(self.plugins, kind)
        known = self._known[kind]
        if of is None:
            return known
        theirs = {t.key for p in self.plugins if p.key == of for t in getattr(p, kind)()}
        return {key: thing for key, thing in known.items() if key in theirs}


def _once_each(plugins: Iterable[Plugin]) -> list[Plugin]:
    """The plugins; one that is both installed and given by hand counts once."""
    found: dict[str, Plugin] = {}
    for plugin in plugins:
        known = found.setdefault(plugin.key, plugin)
        if type(known) is not type(plugin):
            raise DuplicateKey(f"Two plugins are called {plugin.key}; rename one of them.")
    return list(found.values())


def _collect(plugins: Iterable[Plugin], kind: str) -> dict[str, Any]:
    things: dict[str, Any] = {}
    owners: dict[str, Plugin] = {}
    for plugin in plugins:
        for thing in getattr(plugin, kind)():
            known = things.get(thing.key)
            if known is not None and hasattr(known, "joined"):
                things[thing.key] = known.joined(thing)
                continue
            if known is not None and _extends(known, thing):
                continue  # the one that extends it was loaded first
            if known is not None and not _extends(thing, known):
                raise DuplicateKey(
                    f"The plugins {owners[thing.key].key} and {plugin.key} both declare "
                    f"{kind} {thing.key!r}; let the second extend the first, or rename it."
                )
            things[thing.key], owners[thing.key] = thing, plugin
    return things


def _extends(thing: Any, known: Any) -> bool:
    return isinstance(thing, type) and isinstance(known, type) and issubclass(thing, known)
