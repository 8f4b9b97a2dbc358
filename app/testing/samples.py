"""A record of any model, made from its columns: enough for contract tests to show and change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Time,
    Uuid,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB

_NUMBERS = count(7000)
_PAGES = count()


@dataclass(frozen=True)
class Of:
    """The key of a sample of another table, where no foreign key says so."""

    table: str

    @property
    def model(self) -> type[Any]:
        from app.db import Model

        found = (m.class_ for m in Model.registry.mappers if m.class_.__table__.name == self.table)
        return next(found)


def _gtin() -> str:
    from app.barcodes import with_check_digit

    return with_check_digit(f"0040000{next(_NUMBERS):06d}")


def _setting() -> dict[str, str]:
    from app.config.core import CORE_SETTINGS

    free = [one for one in CORE_SETTINGS if not one.file_only and one.format(one.default)]
    one = free[next(_NUMBERS) % len(free)]
    return {"key": one.key, "value": one.format(one.default)}


def _page() -> str:
    """The key of a view; another each time, as a page has one help."""
    keys = ("products", "vendors", "people", "brands", "stores", "departments", "runs", "users")
    return keys[next(_PAGES) % len(keys)]


# What the checks of these tables ask for beyond the type of a column; `...` is a record of its own.
_TOLD: dict[str, Any] = {
    "person": {"first_name": "Ann", "last_name": "Lee"},
    "product_code": {"gtin": _gtin},
    "tax": {"rate": Decimal("0.0625")},
    "stored_file": {"sha256": lambda: f"{next(_NUMBERS):064x}"},
    "phone_number": {"number": "+15155550134"},
    "email_address": {"address": "ann@example.org"},
    "setting": _setting,
    "page_help": {"page": _page, "text": "Ann **Lee**."},
    "field_help": {"page": _page},
    "pending_customer": {"first_name": "Bob", "last_name": "May"},
    "member": {"person_uuid": Of("person")},
    "note": {"subject_table": "person", "subject_uuid": Of("person")},
    "attachment": {
        "subject_table": "person",
        "subject_uuid": Of("person"),
        "name": "invoice.pdf",
    },
    "user_token": {"token_hash": lambda: f"{next(_NUMBERS):064x}"},
    "scheduled_shift": {"ends_at": datetime(2026, 11, 23, 17, 0, tzinfo=UTC)},
}


def sample(session: Any, model: type[Any], **given: Any) -> Any:
    """A saved record of a model, with a value in each column that needs one.

    Other records that it needs are made too. A model whose checks want more than a type tells
    offers `__sample__`, a mapping of its own.
    """
    values = {**values_of(session, model), **given}
    record = model(**values)
    session.add(record)
    session.flush()
    return record


def values_of(session: Any, model: type[Any]) -> dict[str, Any]:
    """Values for all columns that need one, by name."""
    told = _TOLD.get(model.__table__.name, {})
    told = {**(told() if callable(told) else told), **getattr(model, "__sample__", {})}
    found: dict[str, Any] = {}
    for name, column in inspect(model).columns.items():
        if isinstance(told.get(name), Of):
            found[name] = sample(session, told[name].model).uuid
        elif name in told:
            found[name] = told[name]() if callable(told[name]) else told[name]
        elif (
            column.computed is None
            and not column.primary_key
            and (_is_needed(column) or name in told)
        ):
            found[name] = _value(session, model, column)
    return found


def _is_needed(column: Any) -> bool:
    return not column.nullable and column.default is None and column.server_default is None


def _value(session: Any, model: type[Any], column: Any) -> Any:
    if column.foreign_keys:
        (key,) = column.foreign_keys
        target = next(m.class_ for m in model.registry.mappers if m.local_table is key.column.table)
        return sample(session, target).uuid
    number = next(_NUMBERS)
    if isinstance(column.type, Text):
        return _allowed(model, column) or f"Sample {number}"
    made: tuple[tuple[type[Any], Any], ...] = (
        (Boolean, True), (DateTime, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
        (Date, date(2026, 11, 23)), (Integer, number), (Numeric, Decimal("2.5")),
        (Uuid, UUID(int=number)), (JSONB, {}), (Time, time(2, 30)),
    )  # fmt: skip
    return next(value for kind, value in made if isinstance(column.type, kind))


def _allowed(model: type[Any], column: Any) -> str | None:
    """The first word that a check of the form `column IN ('a', 'b')` allows."""
    for constraint in model.__table__.constraints:
        if isinstance(constraint, CheckConstraint):
            text = str(constraint.sqltext)
            if text.startswith(f"{column.name} IN ('"):
                return text.split("'")[1]
    return None
