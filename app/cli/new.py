"""`storekeeper new`: write a project that installs, runs, tests and migrates at once."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from string import Template

import click

from app.cli.common import loaded_plugins
from app.errors import AppError, UsageError

SCAFFOLD = Path(__file__).parents[1] / "scaffold"
OURS = frozenset(
    {"app", "core", "daemons", "demo", "jobs", "migrations", "storekeeper", "tests", "wsgi"}
)


class BadName(UsageError):
    """A project cannot have this name."""


class NotEmpty(AppError):
    """There is something in this folder already."""


@click.command()
@click.argument("key")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to; ./KEY by default.")
@click.option("--title", help="Its name for people, such as “Poser Foods”.")
@click.option(
    "--storekeeper", "source", metavar="PATH", type=click.Path(path_type=Path, exists=True),
    help="The copy of Storekeeper to build on; by default this one, or the released package.",
)  # fmt: skip
def new(key: str, folder: Path | None, title: str | None, source: Path | None) -> None:
    """Write a project of your own, called KEY in Python and in the database.

    It has a column for products, a table, an import, pages, a setting and tests, each to be changed
    or thrown away.
    """
    require_free(key)
    folder = folder or Path(key)
    title = (title or key.replace("_", " ").title()).strip()
    if bad := set(title) & set('"\\$\n{}'):
        raise BadName(f"A title cannot have {' '.join(sorted(bad))}.")
    write(folder, key=key, title=title, source=source or _checkout())
    click.echo(f"Written. Now: cd {folder} && make run, and make test")


def require_free(key: str) -> None:
    """Refuse a name that is no name, or that means something already."""
    from app.db.projects import KEY, core_table_of_prefix, load_models

    if not KEY.fullmatch(key) or iskeyword(key):
        raise BadName(f"{key!r} is no name: write up to 20 small letters, digits and underscores.")
    registry = loaded_plugins()
    if key in OURS or key in registry.projects():
        raise BadName(f"The name {key} is taken.")
    module = find_spec(key)
    if key in sys.stdlib_module_names or (module and module.origin):  # no origin: just a folder
        raise BadName(f"The name {key} is taken by a module of Python's.")
    load_models(registry)
    if table := core_table_of_prefix(key):
        raise BadName(f"The name {key} is taken: it is the beginning of our table {table}.")
    for other in registry.projects():
        if other.startswith(f"{key}_") or key.startswith(f"{other}_"):
            raise BadName(f"The names {key} and {other} would be mixed up; choose another.")


def write(folder: Path, *, key: str, title: str, source: Path | None) -> None:
    """Write the files of a new project: all of them, or none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not an empty folder; choose another with --folder.")
    folder = folder.absolute()
    words = {
        "key": key,
        "Name": "".join(part.capitalize() for part in key.split("_")),
        "title": title,
        "core": _core_head(),
        "storekeeper": str(source.absolute()) if source else "storekeeper",
    }
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{key}-", dir=folder.parent) as temporary:
            made = Path(temporary) / key
            for template in sorted(SCAFFOLD.rglob("*.tmpl")):
                _fill(template, made, words)
            made.rename(folder)
    except OSError as error:
        raise AppError(f"{folder} cannot be written: {error.strerror}.") from error


def _fill(template: Path, folder: Path, words: dict[str, str]) -> None:
    path = folder / _renamed(template.relative_to(SCAFFOLD), words["key"])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(template.read_text("utf-8")).substitute(words), "utf-8")


def _renamed(path: Path, key: str) -> Path:
    first, *rest = path.with_suffix("").parts
    name = {"package": key, "gitignore": ".gitignore"}.get(first, first)
    return Path(name, *(part.replace("key_", f"{key}_") for part in rest))


def _core_head() -> str:
    """The revision of our tables on which the first migration of the project stands."""
    from app.db.migrate import FOLDER
    from app.db.revisions import newest_in

    return newest_in(FOLDER / "core" / "versions")


def _checkout() -> Path | None:
    """The copy of Storekeeper that runs, unless it is an installed package."""
    root = SCAFFOLD.parents[1]
    return root if (root / "pyproject.toml").exists() else None
