"""Vendors: from whom the shop buys."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Now, Share, reference
from app.models.files import StoredFile
from app.models.people import Person
from app.models.users import User


class Vendor(Model):
    """A company from which the shop buys."""

    __tablename__ = "vendor"
    __table_args__ = (
        Index("ix_vendor_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        CheckConstraint("lead_time_days >= 0", name="lead_time_not_negative"),
        CheckConstraint("order_interval_days > 0", name="order_interval_positive"),
        CheckConstraint("discount BETWEEN 0 AND 1", name="discount_a_share"),
        {"comment": "Companies from which the shop buys."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    abbreviation: Mapped[str | None] = mapped_column(Text)
    account_number: Mapped[str | None] = mapped_column(
        Text, comment="The shop's number in the vendor's books"
    )
    phone: Mapped[str | None] = mapped_column(
        Text, info={"show": "phone"}, comment="Of the company; people have their own"
    )
    fax: Mapped[str | None] = mapped_column(Text, info={"show": "phone"})
    email: Mapped[str | None] = mapped_column(Text, comment="Of the company")
    lead_time_days: Mapped[int | None]
    order_interval_days: Mapped[int | None] = mapped_column(
        comment="How many days from one order to the next"
    )
    discount: Mapped[Share | None] = mapped_column(
        comment="What they take off their invoices; a share"
    )
    terms: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    notes: Mapped[str | None] = mapped_column(Text)

    contacts: Mapped[list[VendorContact]] = relationship(
        back_populates="vendor", order_by="VendorContact.position", passive_deletes="all"
    )
    sample_files: Mapped[list[VendorSampleFile]] = relationship(
        back_populates="vendor", passive_deletes="all",
        order_by="VendorSampleFile.effective_on.desc().nulls_last(), VendorSampleFile.created_at",
    )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class VendorSampleFile(Model):
    """A file that a vendor sent, kept to show how their files look."""

    __tablename__ = "vendor_sample_file"
    __table_args__ = {"comment": "Files that vendors sent, kept to show how theirs look."}
    __versioned__ = {}

    vendor_uuid: Mapped[UUID] = reference("vendor", owner=True)
    file_uuid: Mapped[UUID] = reference("stored_file")
    name: Mapped[str] = mapped_column(Text, comment="What the file was called")
    kind: Mapped[str] = mapped_column(Text, comment="What it holds, such as catalog or invoice")
    effective_on: Mapped[date | None]
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Now]
    user_uuid: Mapped[UUID | None] = reference("user", nullable=True)

    vendor: Mapped[Vendor] = relationship(back_populates="sample_files")
    file: Mapped[StoredFile] = relationship()
    user: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.name


class VendorContact(Model):
    """A person to turn to at a vendor; the lowest position is tried first."""

    __tablename__ = "vendor_contact"
    __table_args__ = (
        UniqueConstraint("vendor_uuid", "person_uuid"),
        {"comment": "People to turn to at vendors; the lowest position is tried first."},
    )
    __versioned__ = {}

    vendor_uuid: Mapped[UUID] = reference("vendor", owner=True, index=False)
    person_uuid: Mapped[UUID] = reference("person")
    role: Mapped[str | None] = mapped_column(Text, comment="What they do there, such as sales")
    position: Mapped[int] = mapped_column(default=1, server_default="1")

    vendor: Mapped[Vendor] = relationship(back_populates="contacts")
    person: Mapped[Person] = relationship(back_populates="vendor_contacts")

    def __str__(self) -> str:
        return f"{self.person} ({self.vendor})"
