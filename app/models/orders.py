"""Customer orders: what people asked the shop to get for them, and what became of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Cost, Now, Price, Quantity, Share, one_of, reference
from app.models.customers import Customer
from app.models.pending_customers import PendingCustomer
from app.models.pending_products import PendingProduct
from app.models.people import Person
from app.models.product_facts import ProductFacts
from app.models.products import Product
from app.models.purchases import Total
from app.models.stores import Store
from app.models.users import User

ORDER_UNITS = ("each", "case", "weight")
ITEM_STATES = (
    "new", "ready", "placed", "received", "contacted", "contact_failed", "delivered", "cancelled",
    "refund_pending", "refunded", "restocked", "expired", "inactive",
)  # fmt: skip
ITEM_EVENT_KINDS = (
    *ITEM_STATES, "price_confirmed", "payment_received", "customer_resolved", "product_resolved",
    "note_added", "other",
)  # fmt: skip


class CustomerOrder(Model):
    """What somebody ordered at one time. Its state is that of its items."""

    __tablename__ = "customer_order"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(customer_uuid, person_uuid, pending_customer_uuid, contact_name) > 0",
            name="of_somebody",
        ),
        Index("ix_customer_order_contact_name_trgm", "contact_name", postgresql_using="gin",
              postgresql_ops={"contact_name": "gin_trgm_ops"}),
        {"comment": "What customers ordered."},
    )  # fmt: skip
    __versioned__ = {}
    __sample__ = {"contact_name": "Ann Lee"}

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    store_uuid: Mapped[UUID | None] = reference("store", nullable=True)
    customer_uuid: Mapped[UUID | None] = reference("customer", nullable=True)
    person_uuid: Mapped[UUID | None] = reference("person", nullable=True)
    pending_customer_uuid: Mapped[UUID | None] = reference("pending_customer", nullable=True)
    contact_name: Mapped[str | None] = mapped_column(Text, comment="Whom to ask for, as said then")
    phone: Mapped[str | None] = mapped_column(
        Text, info={"show": "phone"}, comment="To tell them about this order"
    )
    email: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Now] = mapped_column(index=True)
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    store: Mapped[Store | None] = relationship()
    customer: Mapped[Customer | None] = relationship()
    person: Mapped[Person | None] = relationship()
    pending_customer: Mapped[PendingCustomer | None] = relationship()
    created_by: Mapped[User | None] = relationship()
    items: Mapped[list[OrderItem]] = relationship(
        back_populates="order", order_by="OrderItem.sequence", passive_deletes="all"
    )

    @property
    def who(self) -> str:
        """Whose order it is."""
        found = self.contact_name or self.customer or self.person or self.pending_customer
        return str(found or "")

    def __str__(self) -> str:
        return f"{self.number} {self.contact_name or ''}".rstrip()


class OrderItem(ProductFacts, Model):
    """One thing that was ordered, at the price of that day."""

    __tablename__ = "order_item"
    __table_args__ = (
        one_of("state", ITEM_STATES),
        one_of("unit", ORDER_UNITS),
        UniqueConstraint("order_uuid", "sequence"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("case_size > 0", name="case_size_positive"),
        CheckConstraint("unit <> 'case' OR case_size IS NOT NULL", name="case_size_told"),
        CheckConstraint("unit_price >= 0", name="unit_price_not_negative"),
        CheckConstraint("discount BETWEEN 0 AND 1", name="discount_a_share"),
        CheckConstraint("paid_amount >= 0", name="paid_amount_not_negative"),
        Index("ix_order_item_state", "state"),
        {"comment": "What was ordered, with the facts and prices of that day."},
    )
    __versioned__ = {}

    order_uuid: Mapped[UUID] = reference("customer_order", owner=True, index=False)
    sequence: Mapped[int] = mapped_column(default=1, server_default="1")
    product_uuid: Mapped[UUID | None] = reference("product", nullable=True)
    pending_product_uuid: Mapped[UUID | None] = reference("pending_product", nullable=True)
    scanned_code: Mapped[str | None] = mapped_column(Text, comment="As scanned or typed")
    weighed: Mapped[bool] = mapped_column(default=False, server_default="false")
    unit_of_measure: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    unit: Mapped[str] = mapped_column(
        Text, default="each", server_default="each", comment="In what the quantity is told"
    )
    unit_cost: Mapped[Cost | None]
    unit_price: Mapped[Price | None] = mapped_column(comment="As quoted, before the discount")
    regular_price: Mapped[Price | None] = mapped_column(comment="On that day")
    sale_price: Mapped[Price | None] = mapped_column(comment="On that day")
    sale_ends_on: Mapped[date | None]
    discount: Mapped[Share] = mapped_column(default=Decimal(0), server_default="0")
    total: Mapped[Total | None] = mapped_column(Computed(
        "round(quantity * CASE unit WHEN 'case' THEN case_size ELSE 1 END * unit_price"
        " * (1 - discount), 2)", persisted=True))  # fmt: skip
    special_order: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="The shop does not carry it otherwise"
    )
    price_needs_confirmation: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Until then it is not placed"
    )
    paid_amount: Mapped[Total] = mapped_column(default=Decimal(0), server_default="0")
    payment_receipt: Mapped[str | None] = mapped_column(Text, comment="Of the register")
    flagged: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="Somebody should look"
    )
    state: Mapped[str] = mapped_column(Text, default="new", server_default="new")
    state_note: Mapped[str | None] = mapped_column(Text)

    order: Mapped[CustomerOrder] = relationship(back_populates="items")
    product: Mapped[Product | None] = relationship()
    pending_product: Mapped[PendingProduct | None] = relationship()
    events: Mapped[list[OrderItemEvent]] = relationship(
        back_populates="item", order_by="OrderItemEvent.happened_at.desc(), "
        "OrderItemEvent.uuid.desc()", passive_deletes="all",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.description


class OrderItemEvent(Model):
    """What happened to an item of an order; rows are only ever added."""

    __tablename__ = "order_item_event"
    __table_args__ = (
        one_of("kind", ITEM_EVENT_KINDS),
        Index("ix_order_item_event_item_uuid", "item_uuid", "happened_at"),
        {"comment": "What happened to items of orders; rows are only ever added."},
    )

    item_uuid: Mapped[UUID] = reference("order_item", owner=True, index=False)
    kind: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[Now]
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    note: Mapped[str | None] = mapped_column(Text)

    item: Mapped[OrderItem] = relationship(back_populates="events")
    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.kind
