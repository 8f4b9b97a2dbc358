"""How products are grouped: departments, subdepartments, categories, families, report codes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Share, reference
from app.models.taxes import Tax


class Department(Model):
    """A department of the shop: of products, of people, or of both."""

    __tablename__ = "department"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("order_discount BETWEEN 0 AND 1", name="order_discount_a_share"),
        {"comment": "Departments of the shop, as registers and reports know them."},
    )
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    has_products: Mapped[bool] = mapped_column(default=True, server_default="true")
    has_staff: Mapped[bool] = mapped_column(default=False, server_default="false")
    exempt_from_gross_sales: Mapped[bool] = mapped_column(default=False, server_default="false")
    allows_deletions: Mapped[bool] = mapped_column(
        default=True, server_default="true", comment="False: its products are never deleted"
    )
    food_stampable: Mapped[bool] = mapped_column(
        default=False, server_default="false", comment="What a new product of it begins with"
    )
    tax_uuid: Mapped[UUID | None] = reference("tax", nullable=True)
    order_discount: Mapped[Share | None] = mapped_column(
        comment="What customers get off when they order a case; a share"
    )

    tax: Mapped[Tax | None] = relationship()

    subdepartments: Mapped[list[Subdepartment]] = relationship(
        back_populates="department", order_by="Subdepartment.number", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name


class Subdepartment(Model):
    """A part of a department."""

    __tablename__ = "subdepartment"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        {"comment": "Parts of departments."},
    )
    __versioned__ = {}

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)

    department: Mapped[Department | None] = relationship(back_populates="subdepartments")

    def __str__(self) -> str:
        return self.name


class Category(Model):
    """What kind of product it is: a finer division, of one department or across them."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("name", "department_uuid", postgresql_nulls_not_distinct=True),
        {"comment": "Kinds of products, of one department or across them."},
    )
    __versioned__ = {}

    number: Mapped[int | None] = mapped_column(unique=True)
    code: Mapped[str | None] = mapped_column(Text, unique=True, comment="As registers know it")
    name: Mapped[str] = mapped_column(Text)
    department_uuid: Mapped[UUID | None] = reference("department", nullable=True)

    department: Mapped[Department | None] = relationship()

    def __str__(self) -> str:
        return self.name


class Family(Model):
    """Products that are priced or promoted together, such as all flavours of a yogurt."""

    __tablename__ = "family"
    __table_args__ = {"comment": "Products that are priced or promoted together."}
    __versioned__ = {}

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name


class ReportCode(Model):
    """A group of products for reports, beside departments and categories."""

    __tablename__ = "report_code"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number_not_negative"),
        {"comment": "Groups of products for reports."},
    )
    __versioned__ = {}

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)

    def __str__(self) -> str:
        return self.name
