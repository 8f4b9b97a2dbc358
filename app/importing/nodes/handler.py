"""`storekeeper import node`: bring the tables of another Storekeeper here, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from app.importing.handler import ImportHandler

if TYPE_CHECKING:
    from app.importing.feed import Feed
    from app.importing.importer import TableImporter


class FromNode(ImportHandler):
    """The tables of another node, whose database `[nodes.NAME] url` names; --source NAME.

    Rows are known by their natural keys, so that both nodes may have keys of their own. Users and
    roles, settings, schedules and files stay where they are.
    """

    key, title = "node", "From another node"
    has_sample = False

    def open_source(self) -> AbstractContextManager[Any]:
        from app.importing.nodes.source import Node, url_of

        return Node(url_of(self.config, self.options.source))

    def feed(self, feed: type[Feed], source: Any) -> Feed:
        return feed(source)  # type: ignore[call-arg]

    def facts(self) -> dict[str, Any]:
        return {"node": self.options.source} if self.options.source else {}

    def chosen(self) -> Sequence[type[TableImporter]]:
        from app.importing.nodes.tables import importers, shared
        from app.plugins import Registry, load_plugins

        return importers(shared(Registry(load_plugins())))
