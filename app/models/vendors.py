"""Vendors: from whom the shop buys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Model


class Vendor(Model):
    """A company from which the shop buys."""

    __tablename__ = "vendor"
    __table_args__ = (
        Index("ix_vendor_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        CheckConstraint("lead_time_days >= 0", name="lead_time_not_negative"),
        {"comment": "Companies from which the shop buys."},
    )  # fmt: skip
    __versioned__ = {}

    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    abbreviation: Mapped[str | None] = mapped_column(Text)
    account_number: Mapped[str | None] = mapped_column(
        Text, comment="The shop's number in the vendor's books"
    )
    lead_time_days: Mapped[int | None]
    terms: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    notes: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name
