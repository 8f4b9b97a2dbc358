"""Employees: hiring and leaving, coming and going."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.employees import Employee, Employment, WorkedShift
from app.models.stores import Store


class AlreadyAtWork(AppError):
    """They are at work already; punch out first."""


class NotAtWork(AppError):
    """They are not at work, so they cannot leave."""


class NotEmployed(AppError):
    """They are not employed any more; begin a new employment first."""


class EndsTooEarly(AppError):
    """They cannot leave before they came."""


def name_or_persons(employee: Employee) -> str:
    """The name of an employee, else that of the person."""
    return employee.name or str(employee.person)


def hire(session: Session, employee: Employee, on: date) -> Employment:
    """Begin an employment; the employee is current from now on."""
    employment = Employment(employee=employee, starts_on=on)
    session.add(employment)
    employee.state = "current"
    session.flush()
    return employment


def leave(session: Session, employee: Employee, on: date) -> None:
    """End the employment that runs; the employee is a former one. Raises NotEmployed."""
    query = select(Employment).where(
        Employment.employee_uuid == employee.uuid, Employment.ends_on.is_(None)
    )
    employment = session.scalar(query.order_by(Employment.starts_on.desc()).limit(1))
    if employment is None:
        raise NotEmployed
    if on < employment.starts_on:
        raise EndsTooEarly
    employment.ends_on = on
    employee.state = "former"
    session.flush()


def open_shift(session: Session, employee: Employee) -> WorkedShift | None:
    """The shift of somebody who is at work now."""
    query = select(WorkedShift).where(
        WorkedShift.employee_uuid == employee.uuid, WorkedShift.punched_out_at.is_(None)
    )
    return session.scalar(query)


def punch_in(
    session: Session, employee: Employee, *, at: datetime, store: Store | None = None
) -> WorkedShift:
    """Begin a shift. Raises AlreadyAtWork and NotEmployed."""
    # Lock first, look second: a finger may be on the button twice.
    session.scalars(select(Employee).where(Employee.uuid == employee.uuid).with_for_update()).one()
    if employee.state == "former":
        raise NotEmployed
    if open_shift(session, employee) is not None:
        raise AlreadyAtWork
    shift = WorkedShift(employee=employee, store=store, punched_in_at=at)
    session.add(shift)
    session.flush()
    return shift


def punch_out(session: Session, employee: Employee, *, at: datetime) -> WorkedShift:
    """End the shift that runs. Raises NotAtWork and EndsTooEarly."""
    session.scalars(select(Employee).where(Employee.uuid == employee.uuid).with_for_update()).one()
    shift = open_shift(session, employee)
    if shift is None:
        raise NotAtWork
    if at <= shift.punched_in_at:
        raise EndsTooEarly
    shift.punched_out_at = at
    session.flush()
    return shift
