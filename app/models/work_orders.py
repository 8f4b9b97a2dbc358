"""Work orders: what the shop does for a customer, such as to repair something."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Now, one_of, reference
from app.models.customers import Customer
from app.models.purchases import Total
from app.models.users import User

WORK_STATES = (
    "submitted", "received", "awaiting_approval", "awaiting_parts", "working", "released",
    "delivered", "cancelled",
)  # fmt: skip
WORK_EVENT_KINDS = (*WORK_STATES, "note_added")


class WorkOrder(Model):
    """Work for a customer, from when they ask until they have it back."""

    __tablename__ = "work_order"
    __table_args__ = (
        one_of("state", WORK_STATES),
        CheckConstraint("estimated_total >= 0", name="estimated_total_not_negative"),
        CheckConstraint("delivered_on >= received_on", name="delivered_after_start"),
        Index("ix_work_order_state", "state", "submitted_on"),
        {"comment": "Work for customers."},
    )
    __versioned__ = {}

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    customer_uuid: Mapped[UUID] = reference("customer")
    title: Mapped[str] = mapped_column(Text, comment="What is to be done")
    estimated_total: Mapped[Total | None]
    submitted_on: Mapped[date | None]
    received_on: Mapped[date | None]
    released_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="submitted", server_default="submitted")
    state_note: Mapped[str | None] = mapped_column(Text)

    customer: Mapped[Customer] = relationship()
    events: Mapped[list[WorkOrderEvent]] = relationship(
        back_populates="work_order", order_by="WorkOrderEvent.happened_at.desc(), "
        "WorkOrderEvent.uuid.desc()", passive_deletes="all",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class WorkOrderEvent(Model):
    """What happened to a work order; rows are only ever added."""

    __tablename__ = "work_order_event"
    __table_args__ = (
        one_of("kind", WORK_EVENT_KINDS),
        Index("ix_work_order_event_work_order_uuid", "work_order_uuid", "happened_at"),
        {"comment": "What happened to work orders; rows are only ever added."},
    )

    work_order_uuid: Mapped[UUID] = reference("work_order", owner=True, index=False)
    kind: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[Now]
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    note: Mapped[str | None] = mapped_column(Text)

    work_order: Mapped[WorkOrder] = relationship(back_populates="events")
    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.kind
