"""Products in each store: whether they are sold there and where; and figures that change daily."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Now, Quantity, reference
from app.models.stores import Store

if TYPE_CHECKING:
    from app.models.products import Product


class ProductStore(Model):
    """What is particular about a product in one store."""

    __tablename__ = "product_store"
    __table_args__ = (
        UniqueConstraint("product_uuid", "store_uuid"),
        CheckConstraint("shelf_tags >= 0", name="shelf_tags_not_negative"),
        CheckConstraint("reorder_point >= 0", name="reorder_point_not_negative"),
        CheckConstraint("reorder_to > 0", name="reorder_to_positive"),
        CheckConstraint("reorder_to >= reorder_point", name="reorder_to_above_point"),
        {"comment": "Products in stores: sold there or not, where, and when to order more."},
    )
    __versioned__ = {}

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    store_uuid: Mapped[UUID] = reference("store")
    active: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="Whether this store sells it"
    )
    location: Mapped[str | None] = mapped_column(Text, comment="Aisle, shelf, cooler")
    shelf_tags: Mapped[int] = mapped_column(
        default=1, server_default="1", comment="How many labels hang in this store"
    )
    reorder_point: Mapped[Quantity | None] = mapped_column(comment="Order when there are so many")
    reorder_to: Mapped[Quantity | None] = mapped_column(comment="Order until there are so many")

    product: Mapped[Product] = relationship(back_populates="stores")
    store: Mapped[Store] = relationship()

    def __str__(self) -> str:
        return str(self.store)


class ProductFigures(Model):
    """Figures that change daily and so have no history; app/services/figures.py computes them."""

    __tablename__ = "product_figures"
    __table_args__ = (
        UniqueConstraint("product_uuid"),
        {"comment": "Figures of products that change daily, computed."},
    )

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    last_sold_on: Mapped[date | None] = mapped_column(index=True)
    sold_7_days: Mapped[Quantity] = mapped_column(default=Decimal(0), server_default="0")
    sold_28_days: Mapped[Quantity] = mapped_column(default=Decimal(0), server_default="0")
    true_cost: Mapped[Cost | None] = mapped_column(comment="Of a unit, with the discount in force")
    true_margin: Mapped[Decimal | None] = mapped_column(
        Numeric(12, 5), info={"show": "percent"}, comment="Of the price in force; a share"
    )
    computed_at: Mapped[Now] = mapped_column(comment="When one of them last changed")

    product: Mapped[Product] = relationship(back_populates="figures")
