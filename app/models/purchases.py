"""Purchases: what the shop ordered from a vendor, what came, and what the vendor owes for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Identity, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Now, Quantity, one_of, reference
from app.models.departments import Department
from app.models.employees import Employee
from app.models.product_facts import ProductFacts
from app.models.products import Product
from app.models.stores import Store
from app.models.users import User
from app.models.vendors import Vendor

PURCHASE_STATES = ("new", "ordered", "shipped", "received", "invoiced", "paid", "cancelled")
CREDIT_KINDS = ("damaged", "expired", "mispicked", "missing")
CREDIT_STATES = ("new", "submitted", "satisfied", "refused")
QUANTITIES = ("ordered", "shipped", "received", *CREDIT_KINDS)
"""What is counted of an item, in cases and in units."""
COUNTS = tuple(f"{unit}_{what}" for what in QUANTITIES for unit in ("cases", "units"))

Total = Annotated[Decimal, mapped_column(Numeric(12, 2), info={"show": "money"})]
Count = Annotated[
    Decimal,
    mapped_column(Numeric(12, 4), default=0, server_default="0", info={"show": "quantity"}),
]


class Purchase(Model):
    """An order to a vendor, and the delivery that came of it."""

    __tablename__ = "purchase"
    __table_args__ = (
        one_of("state", PURCHASE_STATES),
        CheckConstraint("shipped_on >= ordered_on", name="shipped_after_start"),
        CheckConstraint("received_on >= ordered_on", name="received_after_start"),
        CheckConstraint("invoice_total >= 0", name="invoice_total_not_negative"),
        Index("ix_purchase_vendor_uuid", "vendor_uuid", "ordered_on"),
        Index("ix_purchase_state", "state", "ordered_on"),
        Index("ix_purchase_po_number", "po_number"),
        {"comment": "Orders to vendors, and what came of them."},
    )
    __versioned__ = {}

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    vendor_uuid: Mapped[UUID] = reference("vendor", index=False)
    store_uuid: Mapped[UUID] = reference("store")
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)
    buyer_uuid: Mapped[UUID | None] = reference("employee", nullable=True)
    state: Mapped[str] = mapped_column(Text, default="new", server_default="new")
    po_number: Mapped[str | None] = mapped_column(Text, comment="What the vendor knows it by")
    ordered_on: Mapped[date | None]
    ship_method: Mapped[str | None] = mapped_column(Text)
    notes_to_vendor: Mapped[str | None] = mapped_column(Text)
    shipped_on: Mapped[date | None]
    received_on: Mapped[date | None]
    invoice_number: Mapped[str | None] = mapped_column(Text, index=True)
    invoiced_on: Mapped[date | None] = mapped_column(comment="The day of the invoice")
    invoice_total: Mapped[Total | None] = mapped_column(comment="As the invoice says")
    paid_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Now] = mapped_column(index=True)
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    # Joined, since a purchase is called by it.
    vendor: Mapped[Vendor] = relationship(lazy="joined", innerjoin=True)
    store: Mapped[Store] = relationship()
    department: Mapped[Department | None] = relationship()
    buyer: Mapped[Employee | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    items: Mapped[list[PurchaseItem]] = relationship(
        back_populates="purchase", order_by="PurchaseItem.sequence", passive_deletes="all"
    )

    def __str__(self) -> str:
        return f"{self.number} {self.vendor}" if self.vendor else str(self.number)


class PurchaseItem(ProductFacts, Model):
    """A line of a purchase: what was asked for, what came, and what was wrong with it."""

    __tablename__ = "purchase_item"
    __table_args__ = (
        UniqueConstraint("purchase_uuid", "sequence"),
        *(CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative") for name in COUNTS),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("po_case_size > 0", name="po_case_size_positive"),
        CheckConstraint("invoice_case_size > 0", name="invoice_case_size_positive"),
        CheckConstraint("po_unit_cost >= 0", name="po_unit_cost_not_negative"),
        CheckConstraint("invoice_unit_cost >= 0", name="invoice_unit_cost_not_negative"),
        CheckConstraint("invoice_case_cost >= 0", name="invoice_case_cost_not_negative"),
        {"comment": "Lines of purchases; quantities are in cases and units beside them."},
    )
    __versioned__ = {}

    purchase_uuid: Mapped[UUID] = reference("purchase", owner=True, index=False)
    sequence: Mapped[int] = mapped_column(default=1, server_default="1")
    product_uuid: Mapped[UUID | None] = reference("product", nullable=True)
    vendor_item: Mapped[str | None] = mapped_column(Text, comment="The vendor's number of it")
    cases_ordered: Mapped[Count]
    units_ordered: Mapped[Count]
    po_line: Mapped[int | None] = mapped_column(comment="Of the purchase order")
    catalog_unit_cost: Mapped[Cost | None] = mapped_column(comment="On file when it was ordered")
    po_unit_cost: Mapped[Cost | None] = mapped_column(comment="As ordered")
    po_case_size: Mapped[Quantity | None]
    po_total: Mapped[Total | None] = mapped_column(Computed(
        "round((cases_ordered * coalesce(po_case_size, case_size, 1) + units_ordered)"
        " * po_unit_cost, 2)", persisted=True))  # fmt: skip
    cases_shipped: Mapped[Count] = mapped_column(comment="As the invoice says")
    units_shipped: Mapped[Count]
    cases_received: Mapped[Count]
    units_received: Mapped[Count]
    out_of_stock: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The vendor had none"
    )
    invoiced_on: Mapped[date | None] = mapped_column(comment="None: as the purchase says")
    invoice_number: Mapped[str | None] = mapped_column(Text, comment="None: as the purchase says")
    invoice_line: Mapped[int | None]
    invoice_case_cost: Mapped[Cost | None]
    invoice_unit_cost: Mapped[Cost | None]
    invoice_case_size: Mapped[Quantity | None]
    invoice_total: Mapped[Total | None] = mapped_column(Computed(
        "round((cases_shipped * coalesce(invoice_case_size, case_size, 1) + units_shipped)"
        " * invoice_unit_cost, 2)", persisted=True))  # fmt: skip
    cases_damaged: Mapped[Count]
    units_damaged: Mapped[Count]
    cases_expired: Mapped[Count]
    units_expired: Mapped[Count]
    cases_mispicked: Mapped[Count] = mapped_column(comment="Something else came instead")
    units_mispicked: Mapped[Count]
    cases_missing: Mapped[Count]
    units_missing: Mapped[Count]

    purchase: Mapped[Purchase] = relationship(back_populates="items")
    product: Mapped[Product | None] = relationship()
    credits: Mapped[list[PurchaseCredit]] = relationship(
        back_populates="item", order_by="PurchaseCredit.kind", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.description


class PurchaseCredit(Model):
    """What a vendor owes for an item that was damaged, expired, another one, or not there."""

    __tablename__ = "purchase_credit"
    __table_args__ = (
        one_of("kind", CREDIT_KINDS),
        one_of("state", CREDIT_STATES),
        UniqueConstraint("item_uuid", "kind"),
        CheckConstraint("cases >= 0", name="cases_not_negative"),
        CheckConstraint("units >= 0", name="units_not_negative"),
        CheckConstraint("cases + units > 0", name="quantity_positive"),
        CheckConstraint("total >= 0", name="total_not_negative"),
        CheckConstraint("kind = 'mispicked' OR mispick_description IS NULL", name="of_a_mispick"),
        Index("ix_purchase_credit_state", "state"),
        {"comment": "What vendors owe for items that were not as they should be."},
    )
    __versioned__ = {}
    __sample__: ClassVar[dict[str, Any]] = {"cases": Decimal(1)}

    item_uuid: Mapped[UUID] = reference("purchase_item", index=False)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="new", server_default="new")
    cases: Mapped[Count]
    units: Mapped[Count]
    total: Mapped[Total | None] = mapped_column(comment="What they owe")
    discarded: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="It was thrown away and cannot be returned"
    )
    expires_on: Mapped[date | None] = mapped_column(comment="As printed on what was expired")
    mispick_product_uuid: Mapped[UUID | None] = reference("product", nullable=True)
    mispick_gtin: Mapped[str | None] = mapped_column(Text)
    mispick_brand: Mapped[str | None] = mapped_column(Text)
    mispick_description: Mapped[str | None] = mapped_column(Text, comment="What came instead")
    mispick_size: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)

    item: Mapped[PurchaseItem] = relationship(back_populates="credits")
    mispick_product: Mapped[Product | None] = relationship()

    def __str__(self) -> str:
        return f"{self.item}: {self.kind}" if self.item else self.kind
