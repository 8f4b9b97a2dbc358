"""Hours: how long people worked, or are to work, on each day of a week.

An hour is an hour of real time, also in the night when clocks are changed. A day is a day of the
store where the shift was, so a shift over midnight counts on two days. See docs/why/hours.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models.employees import Employee, ScheduledShift, WorkedShift
from app.services.zones import by_day, day_of, zone_of

WEEK = timedelta(days=7)


@dataclass
class Line:
    """The hours of one employee in a week."""

    employee: Employee
    days: dict[date, timedelta] = field(default_factory=dict)
    open_on: date | None = None
    """The day of a shift that has no end yet; it counts once it has one."""

    @property
    def total(self) -> timedelta:
        return sum(self.days.values(), timedelta())


def week_of(day: date, *, first_weekday: int = 0) -> list[date]:
    """The seven days of the week that a day lies in; weeks begin on Monday (0) or another day."""
    first = day - timedelta(days=(day.weekday() - first_weekday) % 7)
    return [first + timedelta(days=n) for n in range(7)]


def worked(
    session: Session, days: list[date], *, zone: str, employee: Employee | None = None
) -> list[Line]:
    """How long people worked on these days, by name. `zone` is that of the shop, for shifts
    without a store and stores without a zone."""
    return _lines(session, WorkedShift, days, zone, employee)


def scheduled(
    session: Session, days: list[date], *, zone: str, employee: Employee | None = None
) -> list[Line]:
    """How long people are to work on these days, by name."""
    return _lines(session, ScheduledShift, days, zone, employee)


def _lines(
    session: Session, model: Any, days: list[date], zone: str, employee: Employee | None
) -> list[Line]:
    starts, ends = _columns(model)
    query = select(model).options(joinedload(model.employee), joinedload(model.store))
    query = query.where(starts < _utc(days[-1], 2), (ends > _utc(days[0], -1)) | ends.is_(None))
    if employee is not None:
        query = query.where(model.employee_uuid == employee.uuid)
    found: dict[UUID, Line] = {}
    for shift in session.scalars(query.order_by(starts)):
        begins, over = getattr(shift, starts.key), getattr(shift, ends.key)
        here = zone_of(shift.store, zone)
        line = found.setdefault(shift.employee_uuid, Line(shift.employee, defaultdict(timedelta)))
        if over is None:
            line.open_on = day_of(begins, here)
            continue
        for day, length in by_day(begins, over, here).items():
            if day in days:
                line.days[day] += length
    told = [line for line in found.values() if line.days or line.open_on in days]
    return sorted(told, key=lambda line: line.employee.name.casefold())


def _columns(model: Any) -> tuple[Any, Any]:
    if model is WorkedShift:
        return WorkedShift.punched_in_at, WorkedShift.punched_out_at
    return ScheduledShift.starts_at, ScheduledShift.ends_at


def _utc(day: date, more: int) -> datetime:
    """A moment so far out that every zone of the earth is inside."""
    return datetime.combine(day + timedelta(days=more), time(), tzinfo=UTC)
