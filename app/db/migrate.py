"""Migrations: three trees, one env.py; one process migrates at a time, the others wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask_migrate import Migrate
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.base import db
from app.db.binds import BINDS
from app.db.versioning import versioned_models
from app.errors import AppError

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


def upgrade(binds: tuple[str, ...] = BINDS, revision: str = "head") -> None:
    """Bring the databases to a revision."""
    for bind in binds:
        _migrated(command.upgrade, bind, revision)


def downgrade(bind: str, revision: str = "-1") -> None:
    """Take one database back; what the newer revision added is lost."""
    _migrated(command.downgrade, bind, revision)


def current(bind: str) -> str | None:
    """The revision a database is at; None when it is empty."""
    with engine_of(bind).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@cache
def head(bind: str) -> str | None:
    """The newest revision of a tree, read once: the files do not change under a process."""
    return ScriptDirectory.from_config(config_of(bind)).get_current_head()


def require_head() -> None:
    """Refuse to go on with a database of another revision."""
    behind = [bind for bind in BINDS if current(bind) != head(bind)]
    if behind:
        raise WrongRevision(f"{WrongRevision.__doc__} (Not at head: {', '.join(behind)}.)")


def differences(bind: str) -> list[str]:
    """How a database differs from the models, a line each; empty when it does not."""
    with engine_of(bind).connect() as connection:
        options = {"compare_type": True, "include_name": _not_a_partition(connection)}
        context = MigrationContext.configure(connection, opts=options)
        found = [_in_words(entry) for entry in compare_metadata(context, metadata_of(bind))]
        if bind == "core":
            found += _untracked(connection)
    return found


def engine_of(bind: str) -> Engine:
    return db.engines[None if bind == "core" else bind]


def metadata_of(bind: str) -> MetaData:
    """The tables of one database; empty while no model lives there."""
    return db.metadatas.get(None if bind == "core" else bind) or MetaData()


def config_of(bind: str) -> Config:
    """Flask-Migrate's configuration, pointed at the tree of one database."""
    config: Config = _migrate.get_config()
    config.set_main_option("version_locations", str(FOLDER / bind / "versions"))
    config.set_main_option("path_separator", "os")
    config.attributes["bind"] = bind
    return config


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


def _not_a_partition(connection: Any) -> Callable[[str | None, str, Any], bool]:
    """A partition is made when its month comes, and has the columns of its table."""
    query = text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")
    partitions = set(connection.scalars(query))
    return lambda name, kind, parents: kind != "table" or name not in partitions


def _untracked(connection: Any) -> list[str]:
    tracked = set(
        connection.scalars(
            text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'history_update'")
        )
    )
    names = {model.__table__.name for model in versioned_models()}
    return [
        f"history of table {name} is not recorded: no trigger"
        for name in sorted(names - {name.strip('"') for name in tracked})
    ]


def _in_words(entry: Any) -> str:
    if isinstance(entry, list):
        return "; ".join(_in_words(part) for part in entry)
    verb, *things = entry
    names = ", ".join(_name(thing) for thing in things if thing is not None)
    return f"{verb.replace('_', ' ')}: {names}"


def _name(thing: Any) -> str:
    table = getattr(thing, "table", None)
    name = getattr(thing, "name", None) or str(thing)
    return f"{table.name}.{name}" if table is not None else str(name)
