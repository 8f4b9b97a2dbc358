"""Pending customers: who asked for something and is not a customer yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, DateTime, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, one_of, reference
from app.models.customers import Customer
from app.models.people import ADDRESS_KINDS, EMAIL_KINDS, PHONE_KINDS, Person
from app.models.users import User

PENDING_STATES = ("open", "resolved", "ignored")


class PendingCustomer(Model):
    """Somebody who asked for something, as they told it, until it is known who they are."""

    __tablename__ = "pending_customer"
    __table_args__ = (
        one_of("state", PENDING_STATES),
        one_of("phone_kind", PHONE_KINDS),
        one_of("email_kind", EMAIL_KINDS),
        one_of("address_kind", ADDRESS_KINDS),
        CheckConstraint("first_name <> '' OR last_name <> ''", name="named"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_iso_3166"),
        CheckConstraint(
            "(state = 'resolved') = (customer_uuid IS NOT NULL OR person_uuid IS NOT NULL)",
            name="resolved_into_somebody",
        ),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_at_a_moment"),
        Index("ix_pending_customer_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        {"comment": "Who asked for something and is not a customer yet."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    first_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    middle_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    name: Mapped[str] = mapped_column(
        Text, Computed("btrim(first_name || ' ' || last_name)", persisted=True)
    )
    number: Mapped[str | None] = mapped_column(
        Text, index=True, comment="The number they gave, or will get as a customer"
    )
    phone: Mapped[str | None] = mapped_column(Text, info={"show": "phone"})
    phone_kind: Mapped[str] = mapped_column(Text, default="mobile", server_default="mobile")
    email: Mapped[str | None] = mapped_column(Text)
    email_kind: Mapped[str] = mapped_column(Text, default="home", server_default="home")
    street: Mapped[str | None] = mapped_column(Text)
    street_2: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str | None] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text, comment="State, province or canton")
    postal_code: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str] = mapped_column(
        Text, default="US", server_default="US", comment="ISO 3166-1 alpha-2"
    )
    address_kind: Mapped[str] = mapped_column(Text, default="home", server_default="home")
    notes: Mapped[str | None] = mapped_column(Text, comment="What they asked for")
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )
    created_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    state: Mapped[str] = mapped_column(Text, default="open", server_default="open", index=True)
    settled_at: Mapped[Moment | None] = mapped_column(comment="When it was resolved or ignored")
    settled_by_uuid: Mapped[UUID | None] = reference("user", nullable=True)
    customer_uuid: Mapped[UUID | None] = reference("customer", nullable=True)
    person_uuid: Mapped[UUID | None] = reference("person", nullable=True)

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_uuid])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_uuid])
    customer: Mapped[Customer | None] = relationship()
    person: Mapped[Person | None] = relationship()

    def __str__(self) -> str:
        return self.name or f"{self.first_name} {self.last_name}".strip()
