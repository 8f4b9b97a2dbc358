"""Templates: the header of a table's file with some rows, and a version that changes with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Connection, Date, DateTime, Integer, Numeric, Time, Uuid
from sqlalchemy.types import JSON

from app.importing.table_keys import Known
from app.importing.targets.table_rows import TableRows

SAMPLES = 3
_VALUES: tuple[tuple[type[Any], Any], ...] = (
    (Boolean, True), (Integer, 1), (Numeric, Decimal("1.5")), (Date, date(2026, 1, 31)),
    (DateTime, datetime(2026, 1, 31, 9, 30, tzinfo=UTC)), (Time, time(9, 30)),
    (Uuid, UUID(int=1)), (JSON, {}), (ARRAY, []),
)  # fmt: skip


def version_of(rows: TableRows) -> str:
    """The version of a template: another as soon as a column comes, goes or changes its type."""
    columns = [f"{known.name} {known.column.type}" for known in rows.known]
    return sha256("\n".join(columns).encode()).hexdigest()[:8]


def samples(rows: TableRows, connection: Connection) -> list[Sequence[Any]]:
    """Rows to learn from: the first of the table, or one that is made up where it is empty."""
    found = list(rows.read(connection, limit=SAMPLES))
    return found or [[_made_up(known) for known in rows.known]]


def _made_up(known: Known) -> Any:
    fits = (value for kind, value in _VALUES if isinstance(known.column.type, kind))
    return next(fits, known.name.replace("_", " ").capitalize())
