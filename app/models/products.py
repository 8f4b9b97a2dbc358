"""Products, with their codes, costs and prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Price, Quantity, one_of, reference
from app.models.brands import Brand
from app.models.departments import Category, Department, Family, Subdepartment
from app.models.stores import Store
from app.models.vendors import Vendor

PRICE_KINDS = ("regular", "sale", "associate")
UNITS = ("each", "lb", "oz", "kg", "g", "gal", "fl oz", "l", "ml")
CODE_KINDS = (
    "upc_a", "upc_e", "ean_8", "ean_13", "gtin_14", "plu",
    "random_weight", "price_verifier", "in_store",
)  # fmt: skip


class Product(Model):
    """Something the shop sells."""

    __tablename__ = "product"
    __table_args__ = (
        Index("ix_product_description_trgm", "description", postgresql_using="gin",
              postgresql_ops={"description": "gin_trgm_ops"}),
        Index("ix_product_description_lower", text("lower(description)"), "uuid"),
        CheckConstraint("unit_size > 0", name="unit_size_positive"),
        one_of("unit_of_measure", UNITS),
        {"comment": "What the shop sells."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[str] = mapped_column(Text, unique=True, comment="What people call it by")
    description: Mapped[str] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(Text, comment="As printed, such as 12.5 oz")
    unit_size: Mapped[Quantity | None]
    unit_of_measure: Mapped[str | None] = mapped_column(Text)
    brand_uuid: Mapped[UUID | None] = reference("brand", nullable=True)
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)
    subdepartment_uuid: Mapped[UUID | None] = reference("subdepartment", nullable=True)
    category_uuid: Mapped[UUID | None] = reference("category", nullable=True)
    family_uuid: Mapped[UUID | None] = reference("family", nullable=True)
    sold_by_weight: Mapped[bool] = mapped_column(default=False, server_default="false")
    food_stampable: Mapped[bool] = mapped_column(default=False, server_default="false")
    discountable: Mapped[bool] = mapped_column(default=True, server_default="true")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    notes: Mapped[str | None] = mapped_column(Text)

    brand: Mapped[Brand | None] = relationship()
    department: Mapped[Department | None] = relationship()
    subdepartment: Mapped[Subdepartment | None] = relationship()
    category: Mapped[Category | None] = relationship()
    family: Mapped[Family | None] = relationship()
    codes: Mapped[list[ProductCode]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductCode.is_primary.desc(), ProductCode.gtin",
    )  # fmt: skip
    costs: Mapped[list[ProductCost]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductCost.is_preferred.desc(), ProductCost.unit_cost",
    )  # fmt: skip
    prices: Mapped[list[ProductPrice]] = relationship(
        back_populates="product", passive_deletes="all",
        order_by="ProductPrice.kind, ProductPrice.starts_on.desc()",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.description


class ProductCode(Model):
    """A barcode or PLU under which a product is scanned; a case has one with its pack quantity."""

    __tablename__ = "product_code"
    __table_args__ = (
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_14_digits"),
        CheckConstraint("pack_quantity > 0", name="pack_quantity_positive"),
        one_of("kind", CODE_KINDS),
        Index("uq_product_code_primary", "product_uuid", unique=True,
              postgresql_where=text("is_primary")),
        {"comment": "Barcodes and PLUs of products, in canonical form."},
    )  # fmt: skip
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True)
    gtin: Mapped[str] = mapped_column(
        Text, unique=True, comment="Canonical: 14 digits, the identity of the code"
    )
    kind: Mapped[str] = mapped_column(Text)
    pack_quantity: Mapped[Quantity] = mapped_column(
        default=Decimal(1), server_default="1", comment="How many units one scan stands for"
    )
    is_primary: Mapped[bool] = mapped_column(default=False, server_default="false")

    product: Mapped[Product] = relationship(back_populates="codes")

    def __str__(self) -> str:
        return self.gtin


class ProductCost(Model):
    """What a vendor asks for a case of a product."""

    __tablename__ = "product_cost"
    __table_args__ = (
        UniqueConstraint("product_uuid", "vendor_uuid"),
        CheckConstraint("case_cost >= 0", name="case_cost_not_negative"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
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
    unit_cost: Mapped[Cost] = mapped_column(
        Computed("round(case_cost / case_size, 5)", persisted=True)
    )
    is_preferred: Mapped[bool] = mapped_column(default=False, server_default="false")

    product: Mapped[Product] = relationship(back_populates="costs")
    vendor: Mapped[Vendor] = relationship()

    def __str__(self) -> str:
        return f"{self.vendor}: {self.case_cost} / {self.case_size}"


class ProductPrice(Model):
    """A price of one kind for a span of days, in one store or in all.

    No two prices of one kind, product and store overlap: the database refuses it. Without a
    first day it holds since always, without a last day until further notice; both are included.
    """

    __tablename__ = "product_price"
    __table_args__ = (
        one_of("kind", PRICE_KINDS),
        CheckConstraint("price >= 0", name="price_not_negative"),
        CheckConstraint("multiple > 0", name="multiple_positive"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ExcludeConstraint(
            ("product_uuid", "="),
            ("kind", "="),
            (text("coalesce(store_uuid, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_product_price_overlap",
        ),
        {"comment": "Prices by kind, store and days; no two of one kind overlap."},
    )
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True)
    store_uuid: Mapped[UUID | None] = reference("store", nullable=True)
    kind: Mapped[str] = mapped_column(Text, default="regular", server_default="regular")
    price: Mapped[Price]
    multiple: Mapped[int] = mapped_column(
        default=1, server_default="1", comment="How many units this price buys, as in 3 for 5.00"
    )
    starts_on: Mapped[date | None] = mapped_column(comment="First day; none: since always")
    ends_on: Mapped[date | None] = mapped_column(comment="Last day; none: until further notice")

    product: Mapped[Product] = relationship(back_populates="prices")
    store: Mapped[Store | None] = relationship()

    def __str__(self) -> str:
        return f"{self.kind} {self.price}"
