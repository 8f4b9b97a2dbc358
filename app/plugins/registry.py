"""Everything that the plugins of one app declare, by kind and key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.errors import AppError
from app.plugins.door import Plugin


class DuplicateKey(AppError):
    """Two plugins declare the same key, and neither extends the other."""


class Registry:
    """Asks the plugins once for each kind of thing, when it is first needed."""

    def __init__(self, plugins: Iterable[Plugin]) -> None:
        self.plugins = list(plugins)
        self._known: dict[str, dict[str, Any]] = {}

    def load_models(self) -> None:
        """Import every module that defines tables."""
        for plugin in self.plugins:
            tuple(plugin.models())

    def all(self, kind: str) -> dict[str, Any]:
        """Everything of one kind, by key. A later class may replace one that it extends."""
        if kind not in self._known:
            self._known[kind] = _collect(self.plugins, kind)
        return self._known[kind]


def _collect(plugins: Iterable[Plugin], kind: str) -> dict[str, Any]:
    things: dict[str, Any] = {}
    owners: dict[str, Plugin] = {}
    for plugin in plugins:
        for thing in getattr(plugin, kind)():
            known = things.get(thing.key)
            if known is not None and not _extends(thing, known):
                raise DuplicateKey(
                    f"The plugins {owners[thing.key].key} and {plugin.key} both declare "
                    f"{kind} {thing.key!r}; let the second extend the first, or rename it."
                )
            things[thing.key], owners[thing.key] = thing, plugin
    return things


def _extends(thing: Any, known: Any) -> bool:
    return isinstance(thing, type) and isinstance(known, type) and issubclass(thing, known)
