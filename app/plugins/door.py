"""What a plugin is: an object with a method for each kind of thing it may bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from app.config import Setting
from app.errors import AppError

GROUP = "storekeeper.plugins"
CORE = "core"


class BadPlugin(AppError):
    """A plugin could not be loaded."""


@dataclass(frozen=True)
class Command:
    """A command of the `storekeeper` program, named so that it is imported only when called."""

    key: str
    target: str
    """Where the click command is, as in `poser.cli:report`."""
    help: str = ""


class Plugin:
    """Override only what you add. Import inside the method: a daemon never loads views."""

    key: str
    """The project's name for itself; its tables and columns begin with it."""
    title: str
    """Its name for people."""

    def settings(self) -> Iterable[Setting[Any]]:
        """Declared settings."""
        return ()

    def models(self) -> Iterable[ModuleType]:
        """Modules with tables, and with columns for tables of the core; imported at start."""
        return ()

    def migrations(self) -> Path | None:
        """The folder of the migrations that make these tables and columns."""
        return None

    def importing(self) -> Iterable[type[Any]]:
        """Import handlers."""
        return ()

    def watchers(self) -> Iterable[type[Any]]:
        """Datasync watchers."""
        return ()

    def batches(self) -> Iterable[type[Any]]:
        """Batch types."""
        return ()

    def folders(self) -> Iterable[Any]:
        """Folders that filemon looks after."""
        return ()

    def emails(self) -> Iterable[type[Any]]:
        """Email types."""
        return ()

    def work(self) -> Iterable[Any]:
        """Long work that people and programs may ask for (`app.work.Work`)."""
        return ()

    def jobs(self) -> Iterable[Any]:
        """Work that is done again and again (`app.work.job.Job`)."""
        return ()

    def daemons(self) -> Iterable[Any]:
        """Programs that go on beside the web app (`app.work.daemon.Daemon`)."""
        return ()

    def checks(self) -> Iterable[Any]:
        """What `storekeeper check` and the status page look at (`app.services.health.Check`)."""
        return ()

    def problem_reports(self) -> Iterable[Any]:
        """What is looked for in the data each night (`app.services.problems.ProblemReport`)."""
        return ()

    def views(self) -> Iterable[type[Any]]:
        """Master views and pages; asked for by the web app only."""
        return ()

    def menu(self) -> Iterable[Any]:
        """Sections of the menu; asked for by the web app only."""
        return ()

    def commands(self) -> Iterable[Command]:
        """Commands of the `storekeeper` program."""
        return ()

    def templates(self) -> str | None:
        """A folder of templates that are found before ours by the same path."""
        return None

    def translations(self) -> str | None:
        """A folder with LANGUAGE/LC_MESSAGES/messages.mo; its words count before ours."""
        return None


def load_plugins(*extra: Plugin) -> list[Plugin]:
    """The core first, then each installed project by name, then those given by hand."""
    from app.core_plugin import Core

    return [Core(), *(load_plugin(entry) for entry in sorted(entry_points(group=GROUP))), *extra]


def load_plugin(entry: Any) -> Plugin:
    """The plugin of an entry point. Raises BadPlugin."""
    try:
        plugin = entry.load()()
    except Exception as error:
        raise BadPlugin(
            f"The plugin {entry.name} ({entry.value}) could not be loaded: {error}"
        ) from error
    if not isinstance(plugin, Plugin):
        raise BadPlugin(f"The plugin {entry.name} ({entry.value}) is not an app.plugins.Plugin.")
    return plugin
