"""Months of tables that are cut into months: made ahead and on demand, listed, taken out, archived.

The sales and the temperatures both are. Each names what it needs in a `Months`.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import connection_to
from app.errors import AppError

AHEAD = 3
"""So many months after this one are made ahead."""


class NoSuchMonth(AppError):
    """There is no partition for this month."""


class MonthInUse(AppError):
    """This month is not over yet; only past months can be taken out."""


class CannotArchive(AppError):
    """The archive could not be written; nothing was taken out."""


@dataclass(frozen=True)
class Month:
    """A month of some tables. The rows, by table, are PostgreSQL's own estimate while attached."""

    month: date
    state: str
    """attached, detached (in the schema archive) or archived (in files)"""
    rows: tuple[int, ...]
    bytes: int
    archive: str | None = None


@dataclass(frozen=True)
class Months:
    """The tables of one database that are cut into months."""

    bind: str
    tables: tuple[str, ...]
    create: str
    """The function of the database that makes them, from one day to another."""
    archive: str
    """The table of those taken out: month, a count for each of the first tables, archive."""
    counts: tuple[str, ...]
    """The columns of these counts."""
    before_detach: Callable[[Session], object]
    """What must be done while the rows are there."""

    def make(self, session: Session, first: date, last: date) -> list[date]:
        """Make what is missing from one day's month to another's; returns the months made."""
        return self.make_on(connection_to(session, self.bind), first, last)

    def make_on(self, connection: Connection, first: date, last: date) -> list[date]:
        """The same on a connection to the database."""
        query = text(f"SELECT {self.create}(:first, :last)")
        return list(connection.scalars(query, {"first": first, "last": last}))

    def make_ahead(self, session: Session, today: date, *, months: int = AHEAD) -> list[date]:
        """Make this month and some after it, so that no row of tomorrow finds no home."""
        return self.make(session, today, month_after(today, months))

    def all(self, session: Session) -> list[Month]:
        """Every month that there is or was, oldest first."""
        connection = connection_to(session, self.bind)
        found = [*self._attached(connection), *self._gone(connection)]
        return sorted(found, key=lambda one: one.month)

    def taken_out(self, connection: Connection) -> set[date]:
        """The months whose rows are no longer in the tables."""
        return set(connection.scalars(text(f"SELECT month FROM {self.archive}")))  # noqa: S608

    def detach(
        self, session: Session, month: date, *, today: date, folder: Path | None = None
    ) -> Month:
        """Take a past month out of the tables; its sums stay.

        It goes to the schema archive, or with a folder into files there, one gzipped CSV for each
        table. Raises NoSuchMonth, MonthInUse, CannotArchive.
        """
        first = month.replace(day=1)
        if first >= today.replace(day=1):
            raise MonthInUse
        connection = connection_to(session, self.bind)
        names = [_name(table, first) for table in self.tables]
        there = text("SELECT to_regclass(:name)")
        if not connection.scalar(there, {"name": f"public.{names[0]}"}):
            raise NoSuchMonth(f"There is no partition for {first:%Y-%m}.")
        self.before_detach(session)
        counted = names[: len(self.counts)]
        rows = tuple(_count(connection, name) for name in counted)
        for table, name in zip(self.tables, names, strict=True):
            connection.execute(text(f'ALTER TABLE "{table}" DETACH PARTITION "{name}"'))
            connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA archive'))
        if folder is not None:
            _write(connection, names, folder)
        archive = str(folder) if folder else None
        self._note(connection, first, rows, archive)
        return Month(first, "archived" if archive else "detached", rows, 0, archive)

    def _attached(self, connection: Connection) -> Iterable[Month]:
        counts = ", ".join(
            "coalesce(sum(greatest(c.reltuples, 0)) FILTER (WHERE p.relname = "
            f"'{table}'), 0)::bigint"
            for table in self.tables[: len(self.counts)]
        )
        query = text(f"""
            SELECT to_date(right(c.relname, 7), 'YYYY_MM'),
                   sum(pg_total_relation_size(c.oid))::bigint, {counts}
              FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              JOIN pg_class p ON p.oid = i.inhparent
             WHERE p.relname = ANY (:tables) AND p.relkind = 'p'
             GROUP BY right(c.relname, 7)
        """)  # noqa: S608
        for month, size, *rows in connection.execute(query, {"tables": list(self.tables)}):
            yield Month(month, "attached", tuple(rows), size)

    def _gone(self, connection: Connection) -> Iterable[Month]:
        columns = ", ".join(("month", "archive", *self.counts))
        query = text(f"SELECT {columns} FROM {self.archive}")  # noqa: S608
        for month, archive, *rows in connection.execute(query):
            state = "archived" if archive else "detached"
            yield Month(month, state, tuple(rows), 0, archive)

    def _note(
        self, connection: Connection, month: date, rows: tuple[int, ...], archive: str | None
    ) -> None:
        names = ("month", "archive", *self.counts)
        marks = ", ".join(f":{name}" for name in names)
        told = dict(zip(names, (month, archive, *rows), strict=True))
        insert = f"INSERT INTO {self.archive} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        connection.execute(text(insert), told)


def month_after(day: date, months: int) -> date:
    """A day in the month so many months after that of a day."""
    for _ in range(months):
        day = day.replace(day=28) + timedelta(days=4)
    return day


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0  # noqa: S608


def _write(connection: Connection, names: Iterable[str], folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            with gzip.open(folder / f"{name}.csv.gz", "xb") as file:
                cursor = connection.connection.cursor()
                cursor.copy_expert(
                    f'COPY archive."{name}" TO STDOUT WITH (FORMAT csv, HEADER)', file
                )
                cursor.close()
            connection.execute(text(f'DROP TABLE archive."{name}"'))
    except OSError as error:
        raise CannotArchive(
            f"{error.strerror}: {error.filename}. {CannotArchive.__doc__}"
        ) from error


def _name(table: str, month: date) -> str:
    return f"{table}_{month:%Y_%m}"
