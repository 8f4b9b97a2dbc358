"""Migrations: three trees, one env.py; one process migrates at a time, the others wait.

The tree of the core database has a branch for each project, in a folder of the project's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from flask_migrate import Migrate
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.base import db
from app.db.binds import BINDS
from app.db.projects import Owners
from app.errors import AppError
from app.plugins import CORE

FOLDER = Path(__file__).parents[2] / "migrations"
_LOCK = 7_041_776_111  # any number, as long as every process takes the same

_migrate = Migrate(db=db, directory=str(FOLDER))


class CannotMigrate(AppError):
    """The database could not be brought to this revision."""


class WrongRevision(AppError):
    """The database is not at the revision of this program; run `storekeeper db upgrade`."""


def init_app(app: Any) -> None:
    """Let Flask-Migrate know the app."""
    _migrate.init_app(app, db)


def databases() -> tuple[str, ...]:
    """The binds of every database: the three, then those of older sales, `trainwreck.2019`."""
    return (*BINDS, *sorted(bind for bind in db.engines if bind and bind not in BINDS))


def upgrade(binds: tuple[str, ...] | None = None, revision: str = "heads") -> None:
    """Bring the databases to a revision, by default all, each branch to its newest."""
    for bind in databases() if binds is None else binds:
        _migrated(command.upgrade, bind, "heads" if revision == "head" else revision)


def downgrade(bind: str, revision: str = "-1") -> None:
    """Take one database back; what the newer revision added is lost.

    `poser@base` and `poser@-1` take back the branch of a project; `-1` is about the core's.
    """
    if revision.startswith("-") and bind == "core" and projects():
        revision = f"{current(bind, CORE)}{revision}"
    _migrated(command.downgrade, bind, revision)


def current(bind: str, branch: str | None = None) -> str | None:
    """The revision a database is at, of one branch or of all; None when it is empty."""
    with engine_of(bind).connect() as connection:
        return current_of(connection, bind, branch)


def current_of(connection: Connection, bind: str, branch: str | None = None) -> str | None:
    """The same, asked by this connection."""
    heads = heads_of(connection)
    scripts = _scripts(bind)
    try:
        # Alembic keeps only the ends: a revision that another depends on is implied.
        found = scripts.get_all_current(heads)
    except CommandError:  # a revision of a project that is not installed
        return ", ".join(sorted(heads))
    return _named(found, branch)


def heads_of(connection: Connection) -> tuple[str, ...]:
    """The newest revisions that a database says it is at."""
    return MigrationContext.configure(connection).get_current_heads()


def unknown_to_us(connection: Connection, bind: str) -> list[str]:
    """Those of them that are of a newer program, or of a project that is not installed."""
    known = {script.revision for script in _scripts(bind).walk_revisions()}
    return sorted(set(heads_of(connection)) - known)


def head(bind: str, branch: str | None = None) -> str | None:
    """The newest revision of a tree, of one branch or of all."""
    scripts = _scripts(bind)
    return _named({scripts.get_revision(name) for name in scripts.get_heads()}, branch)


def branches(bind: str) -> list[str]:
    """The core's branch of a tree, then those of projects."""
    return [CORE, *(projects() if bind == "core" else ())]


def revisions_of(bind: str) -> list[Script]:
    """Every revision of a tree, oldest first."""
    return list(reversed(list(_scripts(bind).walk_revisions())))


def projects() -> Mapping[str, Path | None]:
    """The projects of this app, with the folders of their migrations."""
    found: Mapping[str, Path | None]
    found = engine_of("core").get_execution_options().get("projects", {})
    return found


def branch_of(script: Script) -> str:
    """The project whose revision this is, else the core."""
    return min(script.branch_labels, default=CORE)


def only(branch: str | None) -> Callable[..., bool] | None:
    """What Alembic compares for a new migration: that which is this branch's."""
    return None if branch is None else Owners(tuple(projects())).only(branch)


def require_head() -> None:
    """Refuse to go on with a database of another revision."""
    behind = [bind for bind in BINDS if current(bind) != head(bind)]
    if behind:
        raise WrongRevision(f"{WrongRevision.__doc__} (Not at head: {', '.join(behind)}.)")


def engine_of(bind: str) -> Engine:
    try:
        return db.engines[None if bind == "core" else bind]
    except KeyError:
        known = ", ".join(databases())
        raise CannotMigrate(f"There is no database {bind}; there are: {known}.") from None


def tree_of(bind: str) -> str:
    """Whose migrations and tables a database has: those of 2019 are those of trainwreck."""
    return bind.partition(".")[0]


def metadata_of(bind: str) -> MetaData:
    """The tables of one database; empty while no model lives there."""
    return db.metadatas.get(None if bind == "core" else tree_of(bind)) or MetaData()


def config_of(bind: str) -> Config:
    """Flask-Migrate's configuration, pointed at the tree of one database."""
    config: Config = _migrate.get_config()
    folders = [FOLDER / tree_of(bind) / "versions"]
    if bind == "core":
        folders += [folder for folder in projects().values() if folder is not None]
    config.set_main_option("version_locations", "\n".join(_plain(folder) for folder in folders))
    config.set_main_option("path_separator", "newline")
    config.attributes["bind"] = bind
    return config


def read_again() -> None:
    """There is a new migration."""
    _read.cache_clear()


@cache
def _read(locations: str) -> ScriptDirectory:
    """Read once: the files do not change under a process, but apps differ in their projects."""
    folders = [folder.replace("%%", "%") for folder in locations.split("\n")]
    return ScriptDirectory(str(FOLDER), version_locations=folders)


def _scripts(bind: str) -> ScriptDirectory:
    return _read(str(config_of(bind).get_main_option("version_locations")))


def _plain(folder: Path) -> str:
    return str(folder).replace("%", "%%")


def _named(revisions: Iterable[Script], branch: str | None) -> str | None:
    names = [r.revision for r in revisions if branch is None or branch_of(r) == branch]
    return ", ".join(sorted(names)) or None


def _migrated(step: Any, bind: str, revision: str) -> None:
    try:
        with _alone(bind):
            step(config_of(bind), revision)
    except (CommandError, SQLAlchemyError) as error:
        reason = str(error).splitlines()[0]
        raise CannotMigrate(
            f"The {bind} database was not migrated to {revision}: {reason}"
        ) from error


@contextmanager
def _alone(bind: str) -> Iterator[None]:
    with engine_of(bind).connect() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
