"""Codes under which products are found: those that scanners read, and those of other systems."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Quantity, one_of, reference

if TYPE_CHECKING:
    from app.models.products import Product

CODE_KINDS = (
    "upc_a", "upc_e", "ean_8", "ean_13", "gtin_14", "plu",
    "random_weight", "price_verifier", "in_store",
)  # fmt: skip


class ProductCode(Model):
    """A barcode or PLU under which a product is scanned; a case has one with its pack quantity."""

    __tablename__ = "product_code"
    __table_args__ = (
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_14_digits"),
        CheckConstraint("pack_quantity > 0", name="pack_quantity_positive"),
        one_of("kind", CODE_KINDS),
        Index("uq_product_code_primary", "product_uuid", unique=True,
              postgresql_where=text("is_primary")),
        Index("ix_product_code_gtin_trgm", "gtin", postgresql_using="gin",
              postgresql_ops={"gtin": "gin_trgm_ops"}),
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


class AlternateCode(Model):
    """Another text by which people or other systems know a product; no scanner reads it."""

    __tablename__ = "alternate_code"
    __table_args__ = (
        UniqueConstraint("product_uuid", "code"),
        CheckConstraint("code <> ''", name="code_named"),
        Index("ix_alternate_code_code_trgm", "code", postgresql_using="gin",
              postgresql_ops={"code": "gin_trgm_ops"}),
        {"comment": "What people or other systems call products by, beside their number."},
    )  # fmt: skip
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    code: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0, server_default="0")

    product: Mapped[Product] = relationship(back_populates="alternate_codes")

    def __str__(self) -> str:
        return self.code
