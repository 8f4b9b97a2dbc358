"""Products that somebody asked for and that are not in the file yet."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Moment, Now, Price, Quantity, one_of, reference
from app.models.brands import Brand
from app.models.departments import Department
from app.models.products import Product
from app.models.users import User
from app.models.vendors import Vendor

PENDING_STATES = ("pending", "ready", "resolved", "ignored")


class PendingProduct(Model):
    """A product as somebody described it, until it is one of ours or nobody wants it."""

    __tablename__ = "pending_product"
    __table_args__ = (
        one_of("state", PENDING_STATES),
        CheckConstraint("gtin ~ '^[0-9]{14}$'", name="gtin_14_digits"),
        CheckConstraint("(state = 'resolved') = (product_uuid IS NOT NULL)", name="resolved_into"),
        CheckConstraint(
            "(state IN ('resolved', 'ignored')) = (settled_at IS NOT NULL)", name="settled_when"
        ),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("regular_price >= 0", name="regular_price_not_negative"),
        Index("ix_pending_product_state", "state", "asked_at"),
        Index("ix_pending_product_description_trgm", "description", postgresql_using="gin",
              postgresql_ops={"description": "gin_trgm_ops"}),
        {"comment": "Products asked for that are not in the file yet."},
    )  # fmt: skip
    __versioned__ = {}

    description: Mapped[str] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text, comment="That it shall have, or has elsewhere")
    gtin: Mapped[str | None] = mapped_column(Text, index=True, comment="Canonical: 14 digits")
    size: Mapped[str | None] = mapped_column(Text)
    brand_uuid: Mapped[UUID | None] = reference("brand", nullable=True)
    brand_name: Mapped[str | None] = mapped_column(Text, comment="Where it is none of ours yet")
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)
    department_name: Mapped[str | None] = mapped_column(Text)
    vendor_uuid: Mapped[UUID | None] = reference("vendor", nullable=True)
    vendor_name: Mapped[str | None] = mapped_column(Text)
    vendor_item: Mapped[str | None] = mapped_column(Text)
    unit_cost: Mapped[Cost | None]
    case_size: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    regular_price: Mapped[Price | None]
    special_order: Mapped[bool] = mapped_column(default=False, server_default="false")
    notes: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="pending", server_default="pending")
    asked_at: Mapped[Now]
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    product_uuid: Mapped[UUID | None] = reference("product", nullable=True)
    settled_at: Mapped[Moment | None]
    settled_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    brand: Mapped[Brand | None] = relationship()
    department: Mapped[Department | None] = relationship()
    vendor: Mapped[Vendor | None] = relationship()
    product: Mapped[Product | None] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_uuid])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_uuid])

    @property
    def is_open(self) -> bool:
        return self.state in ("pending", "ready")

    def __str__(self) -> str:
        return self.description
