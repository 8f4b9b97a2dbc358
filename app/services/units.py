"""Units of measure, read from how others write them."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.units import UNITS, UnitOfMeasure

_SIZE = re.compile(r"(\d{1,7}(?:\.\d{1,4})?|\.\d{1,4})\s*([a-z# .]{1,20})", re.IGNORECASE)


def meaning(session: Session, text: str) -> str | None:
    """Which of our units a text means: as we write it, or as the shop says that others do."""
    tidy = " ".join(text.lower().split()).rstrip(".")
    if tidy in UNITS:
        return tidy
    query = select(UnitOfMeasure.unit).where(func.lower(UnitOfMeasure.abbreviation) == tidy)
    return session.scalar(query)


def read_size(session: Session, size: str) -> tuple[Decimal, str] | None:
    """How much of which unit a size as printed says: `12.5 OZ` is 12.5 oz; None when unsure."""
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        return None
    unit, amount = meaning(session, found[2]), Decimal(found[1])
    return (amount, unit) if unit is not None and amount > 0 else None
