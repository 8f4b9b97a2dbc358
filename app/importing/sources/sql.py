"""Rows of another database, streamed: whatever SQLAlchemy can open, by one query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from sqlalchemy import Connection, Row, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from app.config import Settings
from app.config.setting import Setting
from app.importing.errors import BadSource

BATCH = 2_000
PATIENCE = 15
"""Seconds that connecting may take."""
_WAITS = {"pymysql": "connect_timeout", "psycopg2": "connect_timeout", "psycopg": "connect_timeout"}
_DRIVERS = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}


class SourceLost(BadSource):
    """The source broke off before its end; nothing was written."""


@dataclass(frozen=True)
class Database:
    """A database to read from, with one connection whose transaction is never committed."""

    name: str
    connection: Connection = field(repr=False)

    @classmethod
    @contextmanager
    def open(cls, url: str, *, name: str) -> Iterator[Self]:
        """Connect by a URL, whose password no message repeats. Raises BadSource."""
        engine = create_engine(_url(url, name), connect_args=_waits(url))
        try:
            with _sentences(name, "cannot be reached"):
                connection = engine.connect()
            with connection:
                yield cls(name, connection)
        finally:
            engine.dispose()

    def rows(self, query: str, **parameters: Any) -> Iterator[Row[Any]]:
        """The rows of a query, fetched as they are asked for. Raises SourceLost."""
        streamed = {"stream_results": True, "yield_per": BATCH}
        with _sentences(self.name, "cannot be read"):
            result = self.connection.execute(text(query), parameters, execution_options=streamed)
        with result:
            rows = iter(result)
            while True:
                with _sentences(self.name, "broke off, and nothing was written", SourceLost):
                    row = next(rows, None)
                if row is None:
                    return
                yield row


@dataclass(frozen=True)
class SqlSource:
    """The rows of one query on a database that a secret setting names.

    class FromOldSystem(ImportHandler):
        source = SqlSource(OLD_URL, "SELECT number, name FROM customers WHERE changed >= :start")
        def open_source(self): return self.source.open(self.settings, start=self.options.start)

    Rows go by attribute: `row.number`. They are streamed, so that millions fit.
    """

    url: Setting[Any]
    query: str

    @contextmanager
    def open(self, settings: Settings, **parameters: Any) -> Iterator[Iterator[Row[Any]]]:
        """The rows, to be read once. Raises BadSource."""
        with open_database(settings, self.url) as database:
            yield database.rows(self.query, **parameters)


@contextmanager
def open_database(settings: Settings, url: Setting[Any]) -> Iterator[Database]:
    """The database that a setting names. Raises BadSource, also where the setting is empty."""
    said = settings[url]
    if not said:
        raise BadSource(f"No database is configured; set {url.key} to its address.")
    with Database.open(said, name=f"the database of {url.key}") as database:
        yield database


def _url(said: str, name: str) -> URL:
    try:
        url = make_url(said)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        # The error repeats the address, and with it the password.
        raise BadSource(
            f"The address of {name} is none; it is written like mysql://user:password@host/name."
        ) from (error if isinstance(error, NoSuchModuleError) else None)
    return url


def _waits(said: str) -> Mapping[str, int]:
    driver = _DRIVERS.get(said.partition(":")[0], said.partition(":")[0]).partition("+")[2]
    driver = driver or {"postgresql": "psycopg2"}.get(said.partition(":")[0], "")
    return {_WAITS[driver]: PATIENCE} if driver in _WAITS else {}


@contextmanager
def _sentences(name: str, what: str, kind: type[BadSource] = BadSource) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0].rstrip(".")
        raise kind(f"{name[0].upper()}{name[1:]} {what}: {reason}.") from error
    except (SQLAlchemyError, ImportError) as error:
        raise kind(f"{name[0].upper()}{name[1:]} {what}: {error}.") from error
