"""Column types that many tables share, so that money is money everywhere."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Numeric, func
from sqlalchemy.orm import MappedColumn, mapped_column

Price = Annotated[Decimal, mapped_column(Numeric(10, 3), info={"show": "money"})]
"""A price for people, up to 9,999,999.999 in the currency of the shop."""

Cost = Annotated[Decimal, mapped_column(Numeric(14, 5), info={"show": "cost"})]
"""A cost, with five decimals since the unit cost of a case of 144 needs them."""

Share = Annotated[Decimal, mapped_column(Numeric(8, 5), info={"show": "percent"})]
"""A part of one: 0.0625 is 6.25 %."""

Quantity = Annotated[Decimal, mapped_column(Numeric(12, 4), info={"show": "quantity"})]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Now = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]


def reference(
    table: str, *, owner: bool = False, nullable: bool = False, index: bool = True
) -> MappedColumn[UUID]:
    """A foreign key to another table; what is owned goes when its owner goes.

    Indexed by default, since the database looks here when the other row is deleted.
    """
    return mapped_column(
        ForeignKey(f"{table}.uuid", ondelete="CASCADE" if owner else None),
        nullable=nullable,
        index=index,
    )


def one_of(column: str, words: tuple[str, ...], *, name: str | None = None) -> CheckConstraint:
    """A check that a text column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def uuid_of(text: str) -> UUID | None:
    """The key that a text is; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
