"""What vendors ask for a case of a product, now and from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Quantity, Share, reference
from app.models.vendors import Vendor

if TYPE_CHECKING:
    from app.models.products import Product

_UNIT_COST = "round(case_cost / case_size, 5)"
_DISCOUNT_COST = (
    "round((case_cost - coalesce(discount_amount, case_cost * discount_share)) / case_size, 5)"
)


class ProductCost(Model):
    """What a vendor asks for a case of a product, and what they take off for a span of days."""

    __tablename__ = "product_cost"
    __table_args__ = (
        UniqueConstraint("product_uuid", "vendor_uuid"),
        CheckConstraint("case_cost >= 0", name="case_cost_not_negative"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("pack_size > 0", name="pack_size_positive"),
        CheckConstraint("discount_amount BETWEEN 0 AND case_cost", name="discount_within_cost"),
        CheckConstraint("discount_share BETWEEN 0 AND 1", name="discount_share_a_share"),
        CheckConstraint("num_nonnulls(discount_amount, discount_share) <= 1", name="one_discount"),
        CheckConstraint(
            "num_nonnulls(discount_starts_on, discount_ends_on) = 0"
            " OR num_nonnulls(discount_amount, discount_share) = 1",
            name="discount_given",
        ),
        CheckConstraint("discount_ends_on >= discount_starts_on", name="discount_ends_after_start"),
        Index("uq_product_cost_preferred", "product_uuid", unique=True,
              postgresql_where=text("is_preferred")),
        {"comment": "What vendors ask for a case, as entered; the unit cost is derived."},
    )  # fmt: skip
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    vendor_uuid: Mapped[UUID] = reference("vendor")
    vendor_item: Mapped[str | None] = mapped_column(
        Text, comment="The vendor's number of the product"
    )
    case_cost: Mapped[Cost]
    case_size: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    unit_cost: Mapped[Cost] = mapped_column(Computed(_UNIT_COST, persisted=True))
    pack_size: Mapped[Quantity | None] = mapped_column(
        comment="How many units are in a pack, where cases hold packs"
    )
    pack_cost: Mapped[Cost | None] = mapped_column(
        Computed("round(case_cost / case_size * pack_size, 5)", persisted=True)
    )
    is_preferred: Mapped[bool] = mapped_column(default=False, server_default="false")
    position: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="The order of the others after the preferred one"
    )
    effective_on: Mapped[date | None] = mapped_column(comment="Since when this cost is asked")
    discount_amount: Mapped[Cost | None] = mapped_column(comment="Off a case")
    discount_share: Mapped[Share | None] = mapped_column(comment="Off the cost of a case; a share")
    discount_starts_on: Mapped[date | None] = mapped_column(comment="First day; none: since always")
    discount_ends_on: Mapped[date | None] = mapped_column(
        comment="Last day; none: until further notice"
    )
    discount_cost: Mapped[Cost | None] = mapped_column(
        Computed(_DISCOUNT_COST, persisted=True), comment="Of a unit, while the discount runs"
    )
    discontinued: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The vendor does not deliver it any more"
    )

    product: Mapped[Product] = relationship(back_populates="costs")
    vendor: Mapped[Vendor] = relationship()

    def __str__(self) -> str:
        return f"{self.vendor}: {self.case_cost} / {self.case_size}"

    def has_discount(self, day: date) -> bool:
        """Whether the vendor takes something off on a day."""
        begun = self.discount_starts_on is None or self.discount_starts_on <= day
        over = self.discount_ends_on is not None and self.discount_ends_on < day
        return self.discount_cost is not None and begun and not over

    def unit_cost_on(self, day: date) -> Decimal:
        """What a unit costs on a day, with the discount that holds then."""
        discounted = self.discount_cost if self.has_discount(day) else None
        return self.unit_cost if discounted is None else discounted


class FutureCost(Model):
    """What a vendor will ask from a day on; on that day it becomes the cost and is gone here.

    With a last day, what was asked before comes back after it.
    """

    __tablename__ = "future_cost"
    __table_args__ = (
        UniqueConstraint("product_uuid", "vendor_uuid", "starts_on"),
        CheckConstraint("case_cost >= 0", name="case_cost_not_negative"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index("ix_future_cost_starts_on", "starts_on"),
        {"comment": "What vendors will ask from a day on."},
    )
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    vendor_uuid: Mapped[UUID] = reference("vendor")
    vendor_item: Mapped[str | None] = mapped_column(
        Text, comment="The vendor's number of the product; none: as it is"
    )
    case_cost: Mapped[Cost]
    case_size: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    unit_cost: Mapped[Cost] = mapped_column(Computed(_UNIT_COST, persisted=True))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="Last day; none: until further notice")
    discontinued: Mapped[bool] = mapped_column(default=False, server_default="false")

    product: Mapped[Product] = relationship(back_populates="future_costs")
    vendor: Mapped[Vendor] = relationship()

    def __str__(self) -> str:
        return f"{self.vendor}: {self.case_cost} / {self.case_size}"
