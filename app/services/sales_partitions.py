"""The months of the sales tables: made ahead and on demand, listed, taken out, archived."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from app.db import connection_to
from app.errors import AppError
from app.models.sales import BIND, PARTITIONED

AHEAD = 3
"""So many months after this one are made ahead."""
TABLES = tuple(str(model.__tablename__) for model in PARTITIONED)


class NoSuchMonth(AppError):
    """There is no partition for this month."""


class MonthInUse(AppError):
    """This month is not over yet; only past months can be taken out."""


class CannotArchive(AppError):
    """The archive could not be written; nothing was taken out."""


@dataclass(frozen=True)
class Partition:
    """A month of the sales tables. The rows are PostgreSQL's own estimate."""

    month: date
    state: str
    """attached, detached (in the schema archive) or archived (in files)"""
    transactions: int
    items: int
    bytes: int
    archive: str | None = None


def make(session: Session, first: date, last: date) -> list[date]:
    """Make what is missing from one day's month to another's; returns the months made."""
    return make_on(connection_to(session, BIND), first, last)


def make_on(connection: Connection, first: date, last: date) -> list[date]:
    """The same on a connection to the sales database."""
    query = text("SELECT create_sales_partitions(:first, :last)")
    return list(connection.scalars(query, {"first": first, "last": last}))


def make_ahead(session: Session, today: date, *, months: int = AHEAD) -> list[date]:
    """Make this month and some after it, so that no sale of tomorrow finds no home."""
    return make(session, today, _month_after(today, months))


def all_months(session: Session) -> list[Partition]:
    """Every month that there is or was, oldest first."""
    connection = connection_to(session, BIND)
    attached = [Partition(*row) for row in connection.execute(_ATTACHED)]
    gone = [Partition(*row) for row in connection.execute(_GONE)]
    return sorted([*attached, *gone], key=lambda one: one.month)


def taken_out(connection: Connection) -> set[date]:
    """The months whose receipts are no longer in the tables."""
    return set(connection.scalars(text("SELECT month FROM sales_archive")))


def detach(session: Session, month: date, *, today: date, folder: Path | None = None) -> Partition:
    """Take a past month out of the tables; its sums by day stay.

    It goes to the schema archive, or with a folder into files there, one gzipped CSV for each
    table. Raises NoSuchMonth, MonthInUse, CannotArchive.
    """
    first = month.replace(day=1)
    if first >= today.replace(day=1):
        raise MonthInUse
    connection = connection_to(session, BIND)
    names = [_name(table, first) for table in TABLES]
    if not connection.scalar(text("SELECT to_regclass(:name)"), {"name": f"public.{names[0]}"}):
        raise NoSuchMonth(f"There is no partition for {first:%Y-%m}.")
    from app.services import rollups

    rollups.refresh(session)  # afterwards nobody can
    counts = [connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in names[:2]]  # noqa: S608
    for table, name in zip(TABLES, names, strict=True):
        connection.execute(text(f'ALTER TABLE "{table}" DETACH PARTITION "{name}"'))
        connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA archive'))
    if folder is not None:
        _write(connection, names, folder)
    archive = str(folder) if folder else None
    told = {"month": first, "transactions": counts[0], "items": counts[1], "archive": archive}
    connection.execute(_NOTE, told)
    state = "archived" if archive else "detached"
    return Partition(first, state, counts[0] or 0, counts[1] or 0, 0, archive)


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


def _month_after(day: date, months: int) -> date:
    for _ in range(months):
        day = day.replace(day=28) + timedelta(days=4)
    return day


_ATTACHED = text("""
    SELECT to_date(right(min(c.relname), 7), 'YYYY_MM'), 'attached',
           sum(greatest(c.reltuples, 0)) FILTER (WHERE p.relname = 'transaction')::bigint,
           sum(greatest(c.reltuples, 0)) FILTER (WHERE p.relname = 'transaction_item')::bigint,
           sum(pg_total_relation_size(c.oid))::bigint
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      JOIN pg_class p ON p.oid = i.inhparent
     WHERE p.relname = ANY (sales_tables()) AND p.relkind = 'p'
     GROUP BY right(c.relname, 7)
""")
_GONE = text("""
    SELECT month, CASE WHEN archive IS NULL THEN 'detached' ELSE 'archived' END,
           transactions, items, 0, archive
      FROM sales_archive
""")
_NOTE = text("""
    INSERT INTO sales_archive (month, transactions, items, archive)
    VALUES (:month, :transactions, :items, :archive)
""")
