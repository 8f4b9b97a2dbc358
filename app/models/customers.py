"""Customers: accounts with the people who belong to them, their groups and their shoppers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import one_of, reference
from app.models.people import Person

if TYPE_CHECKING:
    from app.models.members import Member

CUSTOMER_KINDS = ("retail", "wholesale")
EMAIL_PREFERENCES = ("none", "text", "html", "mobile")


class Customer(Model):
    """An account in whose name somebody buys: a household, a person or a business.

    How to reach it is told by its people; the account holder first.
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        Index("ix_customer_name_lower", text("lower(name)"), "uuid"),
        one_of("kind", CUSTOMER_KINDS),
        one_of("email_preference", EMAIL_PREFERENCES),
        {"comment": "Accounts in whose name somebody buys."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[str] = mapped_column(Text, unique=True, comment="As on the card")
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text, default="retail", server_default="retail")
    account_holder_uuid: Mapped[UUID | None] = reference("person", nullable=True)
    email_preference: Mapped[str | None] = mapped_column(
        Text, comment="How they want mail; none told: as the mailing does it"
    )
    active_at_pos: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="The register knows this account"
    )
    stays_at_pos: Mapped[bool] = mapped_column(
        default=False, server_default="false",
        comment="No import or clean-up may take the account from the register",
    )  # fmt: skip
    notes: Mapped[str | None] = mapped_column(Text)

    account_holder: Mapped[Person | None] = relationship()
    people: Mapped[list[CustomerPerson]] = relationship(
        back_populates="customer", order_by="CustomerPerson.position", passive_deletes="all"
    )
    shoppers: Mapped[list[Shopper]] = relationship(
        back_populates="customer", order_by="Shopper.number", passive_deletes="all"
    )
    groups: Mapped[list[CustomerInGroup]] = relationship(
        back_populates="customer", order_by="CustomerInGroup.position", passive_deletes="all"
    )
    members: Mapped[list[Member]] = relationship(back_populates="customer", passive_deletes="all")

    def __str__(self) -> str:
        return self.name


class CustomerPerson(Model):
    """A person who belongs to a customer, such as a member of the household."""

    __tablename__ = "customer_person"
    __table_args__ = (
        UniqueConstraint("customer_uuid", "person_uuid"),
        {"comment": "People who belong to customers; the lowest position is asked first."},
    )
    __versioned__ = {}

    customer_uuid: Mapped[UUID] = reference("customer", owner=True, index=False)
    person_uuid: Mapped[UUID] = reference("person")
    position: Mapped[int] = mapped_column(default=1, server_default="1")

    customer: Mapped[Customer] = relationship(back_populates="people")
    person: Mapped[Person] = relationship(back_populates="customers")

    def __str__(self) -> str:
        return f"{self.person} ({self.customer})"


class CustomerGroup(Model):
    """Customers with something in common, such as a discount or a mailing."""

    __tablename__ = "customer_group"
    __table_args__ = {"comment": "Customers with something in common."}
    __versioned__ = {}

    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)

    customers: Mapped[list[CustomerInGroup]] = relationship(
        back_populates="group", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name


class CustomerInGroup(Model):
    """A group that a customer belongs to; the lowest position counts where only one can."""

    __tablename__ = "customer_in_group"
    __table_args__ = (
        UniqueConstraint("customer_uuid", "group_uuid"),
        {"comment": "Which customers belong to which groups; the lowest position counts first."},
    )
    __versioned__ = {}

    customer_uuid: Mapped[UUID] = reference("customer", owner=True, index=False)
    group_uuid: Mapped[UUID] = reference("customer_group", owner=True)
    position: Mapped[int] = mapped_column(default=1, server_default="1")

    customer: Mapped[Customer] = relationship(back_populates="groups")
    group: Mapped[CustomerGroup] = relationship(back_populates="customers")

    def __str__(self) -> str:
        return str(self.group)


class Shopper(Model):
    """A person who shops in the name of a customer, with a number of their own at the register."""

    __tablename__ = "shopper"
    __table_args__ = (
        UniqueConstraint("customer_uuid", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        {"comment": "People who shop in the name of a customer."},
    )
    __versioned__ = {}

    customer_uuid: Mapped[UUID] = reference("customer", owner=True, index=False)
    person_uuid: Mapped[UUID] = reference("person")
    number: Mapped[int] = mapped_column(comment="Counts within the account: 1 is on the first card")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")

    customer: Mapped[Customer] = relationship(back_populates="shoppers")
    # With it, since nobody knows a shopper by the number alone.
    person: Mapped[Person] = relationship(back_populates="shoppers", lazy="joined")
    spans: Mapped[list[ShopperSpan]] = relationship(
        back_populates="shopper", order_by="ShopperSpan.starts_on", passive_deletes="all"
    )

    def __str__(self) -> str:
        return f"{self.number} {self.person}"


class ShopperSpan(Model):
    """Days during which a person was a shopper; two spans of one shopper never overlap."""

    __tablename__ = "shopper_span"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ExcludeConstraint(
            ("shopper_uuid", "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_shopper_span_overlap",
        ),
        {"comment": "When people were shoppers; spans of one shopper never overlap."},
    )
    __versioned__ = {}

    shopper_uuid: Mapped[UUID] = reference("shopper", owner=True)
    starts_on: Mapped[date | None] = mapped_column(comment="First day; none: not known")
    ends_on: Mapped[date | None] = mapped_column(comment="Last day; none: still is")

    shopper: Mapped[Shopper] = relationship(back_populates="spans")

    def __str__(self) -> str:
        return f"{self.starts_on or '…'} – {self.ends_on or '…'}"
