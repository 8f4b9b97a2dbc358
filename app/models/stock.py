"""Stock: how much of what is where, and every movement that made it so."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Moment, Now, Quantity, one_of, reference
from app.models.products import Product
from app.models.stores import Store
from app.models.users import User

MOVEMENT_KINDS = ("adjustment", "count", "receipt", "return", "sale", "transfer")


class AdjustmentReason(Model):
    """Why stock was adjusted: spoiled, stolen, given to a food bank."""

    __tablename__ = "adjustment_reason"
    __table_args__ = {"comment": "Why stock is adjusted."}
    __versioned__ = {}

    code: Mapped[str] = mapped_column(Text, unique=True, comment="As other systems know it")
    name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="False: not offered any more"
    )

    def __str__(self) -> str:
        return self.name


class Stock(Model):
    """How much of a product a store has; kept by the database as movements are written.

    It has no history of its own: that is the movements.
    """

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("product_uuid", "store_uuid"),
        CheckConstraint("on_order >= 0", name="on_order_not_negative"),
        Index("ix_stock_on_hand", "on_hand", "uuid"),
        {"comment": "Stock on hand by product and store: the sum of the movements."},
    )

    product_uuid: Mapped[UUID] = reference("product", owner=True, index=False)
    store_uuid: Mapped[UUID] = reference("store")
    on_hand: Mapped[Quantity] = mapped_column(
        default=Decimal(0), server_default="0", comment="The sum of all movements; may be negative"
    )
    on_order: Mapped[Quantity] = mapped_column(
        default=Decimal(0), server_default="0", comment="Ordered and not received yet"
    )
    counted_at: Mapped[Moment | None] = mapped_column(comment="When it was last counted")

    product: Mapped[Product] = relationship()
    store: Mapped[Store] = relationship()

    def __str__(self) -> str:
        return f"{self.product}, {self.store}"


class StockMovement(Model):
    """What came or went, with all that is known of it. It never changes: mistakes are countered.

    Only where its product is merged into another does it follow; see docs/why/stock.md.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        one_of("kind", MOVEMENT_KINDS),
        CheckConstraint("quantity <> 0 OR kind = 'count'", name="quantity_given"),
        CheckConstraint("(counted IS NOT NULL) = (kind = 'count')", name="counted_when_counting"),
        CheckConstraint("counted >= 0", name="counted_not_negative"),
        CheckConstraint("unit_cost >= 0", name="unit_cost_not_negative"),
        CheckConstraint("(document_kind IS NULL) = (document_uuid IS NULL)", name="document_whole"),
        Index("ix_stock_movement_product_uuid", "product_uuid", "store_uuid", "moved_at"),
        Index("ix_stock_movement_document_uuid", "document_uuid"),
        Index("ix_stock_movement_was_of", "was_of", postgresql_using="gin",
              postgresql_where=text("was_of IS NOT NULL")),
        {"comment": "Everything that came or went; only ever appended."},
    )  # fmt: skip

    product_uuid: Mapped[UUID] = reference("product", index=False)
    store_uuid: Mapped[UUID] = reference("store")
    kind: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Quantity] = mapped_column(comment="In units; negative for what went")
    counted: Mapped[Quantity | None] = mapped_column(comment="How many were found, in a count")
    unit_cost: Mapped[Cost | None]
    reason_uuid: Mapped[UUID | None] = reference("adjustment_reason", nullable=True)
    note: Mapped[str | None] = mapped_column(Text)
    moved_at: Mapped[Now] = mapped_column(index=True)
    recorded_at: Mapped[Now]
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    by: Mapped[str | None] = mapped_column(Text, comment="Who, where no user is known")
    document_kind: Mapped[str | None] = mapped_column(
        Text, comment="The table of what it belongs to, such as a delivery"
    )
    document_uuid: Mapped[UUID | None]
    was_of: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid), comment="Products that were merged into this one, one after the other"
    )

    product: Mapped[Product] = relationship()
    store: Mapped[Store] = relationship()
    reason: Mapped[AdjustmentReason | None] = relationship()
    user: Mapped[User | None] = relationship()

    @property
    def who(self) -> str:
        return str(self.user or self.by or "")

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:f}"
