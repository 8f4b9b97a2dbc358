"""Clocks on walls: moments in a time zone, also on the two days when clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import AppError
from app.models.stores import Store


class NoSuchTime(AppError):
    """There is no %(time)s on %(day)s in %(zone)s: clocks are put forward then."""


def zone_of(store: Store | None, default: str) -> ZoneInfo:
    """The zone in which the days of a store begin; `default` is that of the shop."""
    return ZoneInfo((store and store.time_zone) or default)


def moment(naive: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in a zone show this; the first, where they show it twice.

    Raises NoSuchTime for a time that clocks leave out in spring.
    """
    there = naive.replace(tzinfo=zone)
    back = there.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != naive.replace(fold=0):
        raise NoSuchTime(time=f"{naive:%H:%M}", day=f"{naive:%Y-%m-%d}", zone=zone.key)
    return there.astimezone(UTC)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that it is in a zone."""
    return at.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins in a zone.

    Where clocks are put forward at midnight, it begins at what follows.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def by_day(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[date, timedelta]:
    """How long a stretch lasts on each day of a zone: real time, whatever clocks did meanwhile."""
    found: dict[date, timedelta] = {}
    day = day_of(starts_at, zone)
    while (begins := max(starts_at, start_of(day, zone))) < ends_at:
        following = day + timedelta(days=1)
        found[day] = min(ends_at, start_of(following, zone)) - begins
        day = following
    return found
