"""People, and how to reach them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import one_of, reference

if TYPE_CHECKING:
    from app.models.customers import CustomerPerson, Shopper
    from app.models.employees import Employee
    from app.models.members import Member
    from app.models.users import User
    from app.models.vendors import VendorContact

PHONE_KINDS = ("mobile", "home", "work", "fax", "other")
EMAIL_KINDS = ("home", "work", "other")
ADDRESS_KINDS = ("home", "work", "postal", "other")


class Person(Model):
    """A human being, whatever else they are to the shop."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        CheckConstraint("first_name <> '' OR last_name <> ''", name="named"),
        CheckConstraint("display_name <> ''", name="display_name_is_something"),
        CheckConstraint("preferred_name <> ''", name="preferred_name_is_something"),
        {"comment": "Human beings, whatever else they are to the shop."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    first_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    middle_name: Mapped[str | None] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    preferred_name: Mapped[str | None] = mapped_column(
        Text, comment="What they want to be called in place of their first name"
    )
    display_name: Mapped[str | None] = mapped_column(
        Text, comment="The whole name as it is to be shown; none: preferred or first, and last"
    )
    name: Mapped[str] = mapped_column(
        Text,
        Computed(
            "btrim(coalesce(display_name,"
            " coalesce(preferred_name, first_name) || ' ' || last_name))",
            persisted=True,
        ),
    )
    born_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)

    phones: Mapped[list[PhoneNumber]] = relationship(
        back_populates="person", order_by="PhoneNumber.position", passive_deletes="all"
    )
    emails: Mapped[list[EmailAddress]] = relationship(
        back_populates="person", order_by="EmailAddress.position", passive_deletes="all"
    )
    addresses: Mapped[list[PostalAddress]] = relationship(
        back_populates="person", order_by="PostalAddress.position", passive_deletes="all"
    )
    # What else they are; only ever read from this side.
    customers: Mapped[list[CustomerPerson]] = relationship(back_populates="person", viewonly=True)
    shoppers: Mapped[list[Shopper]] = relationship(back_populates="person", viewonly=True)
    members: Mapped[list[Member]] = relationship(back_populates="person", viewonly=True)
    employees: Mapped[list[Employee]] = relationship(back_populates="person", viewonly=True)
    users: Mapped[list[User]] = relationship(back_populates="person", viewonly=True)
    vendor_contacts: Mapped[list[VendorContact]] = relationship(
        back_populates="person", viewonly=True
    )

    def __str__(self) -> str:
        return self.name or (
            self.display_name
            or f"{self.preferred_name or self.first_name} {self.last_name}".strip()
        )


class PhoneNumber(Model):
    """A phone number of a person; the lowest position is tried first.

    It is kept as +15155550134 (ITU-T E.164), with its extension as x12 behind it.
    """

    __tablename__ = "phone_number"
    __table_args__ = (one_of("kind", PHONE_KINDS), {"comment": "Phone numbers of people."})
    __versioned__ = {}

    person_uuid: Mapped[UUID] = reference("person", owner=True)
    kind: Mapped[str] = mapped_column(Text, default="mobile", server_default="mobile")
    number: Mapped[str] = mapped_column(Text, index=True, info={"show": "phone"})
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    valid: Mapped[bool] = mapped_column(default=True, server_default="true")

    person: Mapped[Person] = relationship(back_populates="phones")

    def __str__(self) -> str:
        return self.number


class EmailAddress(Model):
    """An email address of a person; the lowest position is written to."""

    __tablename__ = "email_address"
    __table_args__ = (one_of("kind", EMAIL_KINDS), {"comment": "Email addresses of people."})
    __versioned__ = {}

    person_uuid: Mapped[UUID] = reference("person", owner=True)
    kind: Mapped[str] = mapped_column(Text, default="home", server_default="home")
    address: Mapped[str] = mapped_column(Text, index=True)
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    valid: Mapped[bool] = mapped_column(default=True, server_default="true")

    person: Mapped[Person] = relationship(back_populates="emails")

    def __str__(self) -> str:
        return self.address


class PostalAddress(Model):
    """Where a person gets letters and parcels."""

    __tablename__ = "postal_address"
    __table_args__ = (
        one_of("kind", ADDRESS_KINDS),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_iso_3166"),
        {"comment": "Postal addresses of people."},
    )
    __versioned__ = {}

    person_uuid: Mapped[UUID] = reference("person", owner=True)
    kind: Mapped[str] = mapped_column(Text, default="home", server_default="home")
    street: Mapped[str] = mapped_column(Text)
    street_2: Mapped[str | None] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text, comment="State, province or canton")
    postal_code: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str] = mapped_column(
        Text, default="US", server_default="US", comment="ISO 3166-1 alpha-2"
    )
    position: Mapped[int] = mapped_column(default=1, server_default="1")
    valid: Mapped[bool] = mapped_column(default=True, server_default="true")

    person: Mapped[Person] = relationship(back_populates="addresses")

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"
