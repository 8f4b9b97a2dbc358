"""What products sell for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Price, one_of, reference
from app.models.stores import Store

if TYPE_CHECKING:
    from app.models.products import Product

PRICE_KINDS = (
    "regular", "sale", "tpr", "manager_special", "member", "associate", "alternate", "suggested",
)  # fmt: skip


class ProductPrice(Model):
    """A price of one kind for a span of days, in one store or in all.

    No two prices of one kind, level, product and store overlap: the database refuses it. Without a
    first day it holds since always, without a last day until further notice; both are included.
    """

    __tablename__ = "product_price"
    __table_args__ = (
        one_of("kind", PRICE_KINDS),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("multiple > 0", name="multiple_positive"),
        CheckConstraint("level > 0", name="level_positive"),
        CheckConstraint("pack_price >= 0", name="pack_price_not_negative"),
        CheckConstraint("pack_multiple > 0", name="pack_multiple_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ExcludeConstraint(
            ("product_uuid", "="),
            ("kind", "="),
            ("level", "="),
            (text("coalesce(store_uuid, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_product_price_overlap",
        ),
        {"comment": "Prices by kind, level, store and days; no two of one kind overlap."},
    )
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True)
    store_uuid: Mapped[UUID | None] = reference("store", nullable=True)
    kind: Mapped[str] = mapped_column(Text, default="regular", server_default="regular")
    price: Mapped[Price]
    multiple: Mapped[int] = mapped_column(
        default=1, server_default="1", comment="How many units this price buys, as in 3 for 5.00"
    )
    level: Mapped[int] = mapped_column(
        default=1,
        server_default="1",
        comment="1 for everybody; higher ones for groups of customers",
    )
    pack_price: Mapped[Price | None] = mapped_column(comment="Of a pack, where that is cheaper")
    pack_multiple: Mapped[int | None] = mapped_column(comment="How many units such a pack holds")
    starts_on: Mapped[date | None] = mapped_column(comment="First day; none: since always")
    ends_on: Mapped[date | None] = mapped_column(comment="Last day; none: until further notice")

    product: Mapped[Product] = relationship(back_populates="prices")
    store: Mapped[Store | None] = relationship()

    @property
    def each(self) -> Decimal:
        """What one unit costs."""
        return self.price / self.multiple

    def holds_on(self, day: date) -> bool:
        """Whether this is asked on a day."""
        begun = self.starts_on is None or self.starts_on <= day
        return begun and (self.ends_on is None or self.ends_on >= day)

    def __str__(self) -> str:
        return f"{self.kind} {self.price}"
