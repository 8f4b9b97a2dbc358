"""The folder of a project, as `storekeeper new` writes it: its package, its plugin, its files."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import AppError, UsageError

if TYPE_CHECKING:
    from app.plugins import Plugin, Registry


class NoProject(UsageError):
    """This is no folder of a project; go into one that `storekeeper new` wrote."""


@dataclass(frozen=True)
class ProjectFolder:
    """Where a project is, and the entry point by which its plugin is found."""

    folder: Path
    entry: EntryPoint

    @property
    def package(self) -> str:
        return self.entry.module.partition(".")[0]

    @property
    def package_folder(self) -> Path:
        return self.folder / self.package

    @property
    def plugin_file(self) -> Path:
        """The module with the class of the plugin."""
        path = self.folder.joinpath(*self.entry.module.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")

    def loaded(self) -> tuple[Registry, Plugin]:
        """All plugins, and that of this project; also when the project is not installed."""
        from app.plugins import Registry, load_plugins
        from app.plugins.door import load_plugin

        there = load_plugins()
        mine = self._among(there)
        if mine is None:
            sys.path.insert(0, str(self.folder))
            mine = load_plugin(self.entry)
            there = load_plugins(mine)
        return Registry(there), mine

    def _among(self, plugins: list[Plugin]) -> Plugin | None:
        named = (self.entry.module, self.entry.attr)
        found = (p for p in plugins if (type(p).__module__, type(p).__qualname__) == named)
        return next(found, None)


def project_in(folder: Path) -> ProjectFolder:
    """The project of a folder. Raises NoProject."""
    from app.plugins import GROUP

    path = folder / "pyproject.toml"
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NoProject from None
    except OSError as error:
        raise AppError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoProject(f"{path.name} is no TOML: {error}.") from error
    points = said.get("project", {}).get("entry-points", {}).get(GROUP, {})
    if len(points) != 1:
        raise NoProject
    ((name, value),) = points.items()
    found = ProjectFolder(folder, EntryPoint(name, value, GROUP))
    if not (found.package_folder / "__init__.py").is_file() or not found.plugin_file.is_file():
        raise NoProject(f"There is no package {found.package} here, of which {path.name} speaks.")
    return found


def write_all(new: Mapping[Path, str], changed: Mapping[Path, str]) -> None:
    """Write new files and change others: all of them, or none. No file is overwritten."""
    path = Path()
    try:
        with _undone_on_failure() as done:
            for path, text in new.items():
                for folder in [f for f in reversed(path.parents) if not f.exists()]:
                    folder.mkdir()
                    done.append(folder)
                with path.open("x", encoding="utf-8", newline="") as file:
                    done.append(path)
                    file.write(text)
            for path, text in changed.items():
                _replace(path, text)
    except FileExistsError as error:
        raise AppError(f"{path} is there already; choose another name.") from error
    except OSError as error:
        raise AppError(f"{path} cannot be written: {error.strerror}.") from error


@contextmanager
def _undone_on_failure() -> Iterator[list[Path]]:
    done: list[Path] = []
    try:
        yield done
    except BaseException:
        for path in reversed(done):
            path.rmdir() if path.is_dir() else path.unlink()
        raise


def _replace(path: Path, text: str) -> None:
    """Put a text in place of a file at once, so that it is never half written."""
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
