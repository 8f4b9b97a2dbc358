"""Employees: who works in the shop, since when, where, and for how long each day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.db.types import Moment, one_of, reference
from app.models.departments import Department
from app.models.people import Person
from app.models.stores import Store

EMPLOYEE_STATES = ("current", "on_leave", "former")


class Employee(Model):
    """A person who works, or worked, in the shop."""

    __tablename__ = "employee"
    __table_args__ = (
        Index("ix_employee_name_trgm", "name", postgresql_using="gin",
              postgresql_ops={"name": "gin_trgm_ops"}),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "full_time_since IS NULL OR full_time", name="full_time_since_while_full_time"
        ),
        one_of("state", EMPLOYEE_STATES),
        {"comment": "People who work, or worked, in the shop."},
    )  # fmt: skip
    __versioned__ = {}
    __annotated__ = True

    number: Mapped[int | None] = mapped_column(unique=True, comment="As the register knows them")
    person_uuid: Mapped[UUID] = mapped_column(ForeignKey("person.uuid"), unique=True)
    name: Mapped[str] = mapped_column(Text, comment="Short, as on receipts and name tags")
    state: Mapped[str] = mapped_column(
        Text, default="current", server_default="current", index=True
    )
    full_time: Mapped[bool] = mapped_column(default=False, server_default="false")
    full_time_since: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="employees")
    employments: Mapped[list[Employment]] = relationship(
        back_populates="employee", order_by="Employment.starts_on", passive_deletes="all"
    )
    departments: Mapped[list[EmployeeDepartment]] = relationship(
        back_populates="employee", passive_deletes="all"
    )
    stores: Mapped[list[EmployeeStore]] = relationship(
        back_populates="employee", passive_deletes="all"
    )

    def __str__(self) -> str:
        return self.name


class Employment(Model):
    """Days during which an employee was employed; two spans of one employee never overlap."""

    __tablename__ = "employment"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ExcludeConstraint(
            ("employee_uuid", "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_employment_span_overlap",
        ),
        {"comment": "When employees were employed; spans of one never overlap."},
    )
    __versioned__ = {}

    employee_uuid: Mapped[UUID] = reference("employee", owner=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(comment="Last day; none: until further notice")

    employee: Mapped[Employee] = relationship(back_populates="employments")

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on or '…'}"


class EmployeeDepartment(Model):
    """A department in which an employee works."""

    __tablename__ = "employee_department"
    __table_args__ = (
        UniqueConstraint("employee_uuid", "department_uuid"),
        {"comment": "In which departments employees work."},
    )
    __versioned__ = {}

    employee_uuid: Mapped[UUID] = reference("employee", owner=True, index=False)
    department_uuid: Mapped[UUID] = reference("department")

    employee: Mapped[Employee] = relationship(back_populates="departments")
    department: Mapped[Department] = relationship()

    def __str__(self) -> str:
        return str(self.department)


class EmployeeStore(Model):
    """A store in which an employee works."""

    __tablename__ = "employee_store"
    __table_args__ = (
        UniqueConstraint("employee_uuid", "store_uuid"),
        {"comment": "In which stores employees work."},
    )
    __versioned__ = {}

    employee_uuid: Mapped[UUID] = reference("employee", owner=True, index=False)
    store_uuid: Mapped[UUID] = reference("store")

    employee: Mapped[Employee] = relationship(back_populates="stores")
    store: Mapped[Store] = relationship()

    def __str__(self) -> str:
        return str(self.store)


class ScheduledShift(Model):
    """When an employee is to work; two shifts of one employee never overlap."""

    __tablename__ = "scheduled_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        ExcludeConstraint(
            ("employee_uuid", "="),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_scheduled_shift_overlap",
        ),
        {"comment": "When employees are to work; shifts of one never overlap."},
    )
    __versioned__ = {}

    employee_uuid: Mapped[UUID] = reference("employee", owner=True)
    store_uuid: Mapped[UUID | None] = reference("store", nullable=True)
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    ends_at: Mapped[Moment]

    employee: Mapped[Employee] = relationship()
    store: Mapped[Store | None] = relationship()

    def __str__(self) -> str:
        return f"{self.employee}, {self.starts_at:%Y-%m-%d}"


class WorkedShift(Model):
    """When an employee came and went; one who has not gone yet has an open shift.

    Shifts are what wages are paid by, so an employee who has some is not deleted.
    """

    __tablename__ = "worked_shift"
    __table_args__ = (
        CheckConstraint("punched_out_at > punched_in_at", name="ends_after_it_begins"),
        ExcludeConstraint(
            ("employee_uuid", "="),
            (text("tstzrange(punched_in_at, punched_out_at)"), "&&"),
            name="ex_worked_shift_overlap",
        ),
        {"comment": "When employees came and went; shifts of one never overlap."},
    )
    __versioned__ = {}

    employee_uuid: Mapped[UUID] = reference("employee")
    store_uuid: Mapped[UUID | None] = reference("store", nullable=True)
    punched_in_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    punched_out_at: Mapped[Moment | None] = mapped_column(comment="None: still at work")

    employee: Mapped[Employee] = relationship()
    store: Mapped[Store | None] = relationship()

    def __str__(self) -> str:
        return f"{self.employee}, {self.punched_in_at:%Y-%m-%d}"
