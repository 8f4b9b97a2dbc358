"""Members: who owns a share of the shop, and what they paid for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Now, Price, one_of, reference
from app.models.customers import Customer
from app.models.people import Person

PAYMENT_STATES = ("received", "returned")


class MembershipType(Model):
    """A kind of membership, with the equity that is paid for it in all."""

    __tablename__ = "membership_type"
    __table_args__ = (
        CheckConstraint("equity_required >= 0", name="equity_required_not_negative"),
        {"comment": "Kinds of membership."},
    )
    __versioned__ = {}

    number: Mapped[int | None] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    equity_required: Mapped[Price | None] = mapped_column(
        comment="What a member pays in all; none: not asked for"
    )

    def __str__(self) -> str:
        return self.name


class Member(Model):
    """A membership of a person, or of a customer such as a business."""

    __tablename__ = "member"
    __table_args__ = (
        CheckConstraint("withdrew_on >= joined_on", name="withdrew_after_joining"),
        CheckConstraint(
            "person_uuid IS NOT NULL OR customer_uuid IS NOT NULL", name="member_of_somebody"
        ),
        {"comment": "Memberships; what was paid for one is told by its equity payments."},
    )
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[str] = mapped_column(Text, unique=True)
    membership_type_uuid: Mapped[UUID | None] = reference("membership_type", nullable=True)
    person_uuid: Mapped[UUID | None] = reference("person", nullable=True)
    customer_uuid: Mapped[UUID | None] = reference("customer", nullable=True)
    joined_on: Mapped[date | None] = mapped_column(index=True)
    withdrew_on: Mapped[date | None] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    equity_due_on: Mapped[date | None] = mapped_column(
        index=True, comment="When the next payment is due"
    )
    notes: Mapped[str | None] = mapped_column(Text)

    membership_type: Mapped[MembershipType | None] = relationship()
    person: Mapped[Person | None] = relationship(back_populates="members")
    customer: Mapped[Customer | None] = relationship(back_populates="members")
    payments: Mapped[list[EquityPayment]] = relationship(
        back_populates="member", order_by="EquityPayment.received_at.desc()", passive_deletes="all"
    )

    @property
    def name(self) -> str:
        """Who it is."""
        return str(self.person or self.customer or self.number)

    def __str__(self) -> str:
        return self.number


class EquityPayment(Model):
    """Money that a member paid for their share, or got back (then it is negative).

    A member with payments is not deleted: this is money.
    """

    __tablename__ = "equity_payment"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_is_something"),
        one_of("state", PAYMENT_STATES),
        {"comment": "What members paid for their share; negative: what they got back."},
    )
    __versioned__ = {}

    member_uuid: Mapped[UUID] = reference("member")
    amount: Mapped[Price]
    received_at: Mapped[Now] = mapped_column(index=True)
    description: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text, comment="The system that it came from")
    transaction_number: Mapped[str | None] = mapped_column(
        Text, index=True, comment="As the register knows it"
    )
    state: Mapped[str] = mapped_column(
        Text, default="received", server_default="received",
        comment="A returned one, such as a cheque that bounced, does not count",
    )  # fmt: skip

    member: Mapped[Member] = relationship(back_populates="payments")

    def __str__(self) -> str:
        return f"{self.amount}"
