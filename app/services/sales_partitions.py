"""The months of the sales tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.models.sales import BIND, PARTITIONED
from app.services import rollups
from app.services.partitions import AHEAD, CannotArchive, Month, MonthInUse, Months, NoSuchMonth

__all__ = [
    "CannotArchive", "MonthInUse", "NoSuchMonth", "Partition", "all_months", "detach", "make",
    "make_ahead", "make_on", "taken_out",
]  # fmt: skip

MONTHS = Months(
    bind=BIND,
    tables=tuple(str(model.__tablename__) for model in PARTITIONED),
    create="create_sales_partitions",
    archive="sales_archive",
    counts=("transactions", "items"),
    before_detach=rollups.refresh,  # afterwards nobody can
)


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
    return MONTHS.make(session, first, last)


def make_on(connection: Connection, first: date, last: date) -> list[date]:
    """The same on a connection to the sales database."""
    return MONTHS.make_on(connection, first, last)


def make_ahead(session: Session, today: date, *, months: int = AHEAD) -> list[date]:
    """Make this month and some after it, so that no sale of tomorrow finds no home."""
    return MONTHS.make_ahead(session, today, months=months)


def all_months(session: Session) -> list[Partition]:
    """Every month that there is or was, oldest first."""
    return [_partition(one) for one in MONTHS.all(session)]


def taken_out(connection: Connection) -> set[date]:
    """The months whose receipts are no longer in the tables."""
    return MONTHS.taken_out(connection)


def detach(session: Session, month: date, *, today: date, folder: Path | None = None) -> Partition:
    """Take a past month out of the tables; its sums by day stay.

    It goes to the schema archive, or with a folder into files there, one gzipped CSV for each
    table. Raises NoSuchMonth, MonthInUse, CannotArchive.
    """
    return _partition(MONTHS.detach(session, month, today=today, folder=folder))


def _partition(one: Month) -> Partition:
    transactions, items = one.rows
    return Partition(one.month, one.state, transactions, items, one.bytes, one.archive)
