"""Schedules: the moments at which something is planned. Pure: no database, and no clock of its own.

The clock of the shop jumps twice a year. A time that it leaves out runs at the first moment after
the gap; a time that it shows twice runs when it is shown first. See docs/why/scheduler.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from apscheduler.triggers.interval import IntervalTrigger

from app.config.kinds import KINDS
from app.work.cron import BadSchedule, tidy, triggers

SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHORTEST, LONGEST = SECOND, timedelta(days=366)
A_YEAR = timedelta(days=366)


class BadInterval(BadSchedule):
    """Write an interval of whole seconds up to a year, such as 15 minutes or 1 h 30 min."""


class Schedule(Hashable, Protocol):
    """Something that tells when it is planned next."""

    @property
    def text(self) -> str:
        """As it is kept and compared."""

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first planned moment that is later, in UTC."""


@dataclass(frozen=True)
class Cron:
    """Times on the clock of the shop. Raises BadCron and NeverFires."""

    given: str

    def __post_init__(self) -> None:
        triggers(self.given)

    @property
    def text(self) -> str:
        return tidy(self.given)

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        for shown in self.shown_after(moment.astimezone(zone).replace(tzinfo=None)):
            planned = moment_of(shown, zone)
            if planned > moment:
                return planned
        raise AssertionError("a cron text that fires goes on for ever")

    def shown_after(self, shown: datetime) -> Iterator[datetime]:
        """The times later than this one, as a clock on the wall shows them that never jumps."""
        every = triggers(self.given)
        while True:
            later = (shown.replace(microsecond=0) + SECOND).replace(tzinfo=UTC)
            found = (trigger.get_next_fire_time(None, later) for trigger in every)
            shown = min(one for one in found if one is not None).replace(tzinfo=None)
            yield shown


@dataclass(frozen=True)
class Every:
    """Again after a time, whatever the clock on the wall shows: multiples since 1970, so that all
    who count come to the same moments. Raises BadInterval."""

    interval: timedelta

    def __post_init__(self) -> None:
        if not SHORTEST <= self.interval <= LONGEST or self.interval % SECOND:
            raise BadInterval

    @property
    def text(self) -> str:
        return f"every {int(self.interval.total_seconds())} s"

    def next_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        from_here = moment.astimezone(UTC).replace(microsecond=0) + SECOND
        found: datetime = self._trigger.get_next_fire_time(None, from_here)
        return found

    @cached_property
    def _trigger(self) -> IntervalTrigger:
        seconds = int(self.interval.total_seconds())
        return IntervalTrigger(seconds=seconds, start_date=EPOCH, timezone="UTC")


def every(text: str) -> Every:
    """The interval that a person wrote. Raises BadInterval."""
    try:
        return Every(KINDS[timedelta].parse(text))
    except ValueError as error:
        raise BadInterval from error


def newest(
    schedule: Schedule, *, after: datetime, until: datetime, zone: ZoneInfo, most: int
) -> list[datetime]:
    """The last planned moments later than one and up to another, `most` of them, oldest first.

    It looks back in growing steps, so that a year of seconds costs no more than a minute of them.
    """
    span = SECOND
    while True:
        start = max(after, until - span)
        found = between(schedule, start, until, zone)
        if len(found) >= most or start == after:
            return found[-most:]
        span *= 4


def between(
    schedule: Schedule,
    after: datetime,
    until: datetime,
    zone: ZoneInfo,
    *,
    most: int | None = None,
) -> list[datetime]:
    """The planned moments later than one and up to another, the first ones; all where no `most`."""
    found: list[datetime] = []
    while most is None or len(found) < most:
        moment = schedule.next_after(found[-1] if found else after, zone)
        if moment > until:
            break
        found.append(moment)
    return found


def next_times(schedule: Schedule, after: datetime, zone: ZoneInfo, *, many: int) -> list[datetime]:
    """The next planned moments, on the clock of the shop."""
    found: list[datetime] = []
    while len(found) < many:
        found.append(schedule.next_after(found[-1] if found else after, zone))
    return [moment.astimezone(zone) for moment in found]


def moment_of(shown: datetime, zone: ZoneInfo) -> datetime:
    """When a clock of this zone shows a time first; the end of the gap if it never does."""
    moment = shown.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == shown:
        return moment
    return _end_of_gap(shown.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


@lru_cache(maxsize=1000)
def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in between at which the clock jumps, to the second."""
    old = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


@dataclass(frozen=True)
class ClockChange:
    """A jump of the clock, from one time shown to another."""

    at: datetime
    shown_before: datetime
    shown_after: datetime

    @property
    def is_gap(self) -> bool:
        return self.shown_after > self.shown_before

    def touches(self, schedule: Schedule) -> bool:
        """Whether the schedule names a time that is left out, or shown twice."""
        if not isinstance(schedule, Cron):
            return False
        start, end = sorted((self.shown_before, self.shown_after))
        return next(schedule.shown_after(start - SECOND)) < end


@lru_cache(maxsize=100)
def clock_changes(zone: ZoneInfo, first: datetime, last: datetime) -> tuple[ClockChange, ...]:
    """The jumps of the clock between two moments."""
    found = []
    day = first
    while day < last:
        then = min(day + timedelta(days=1), last)
        if day.astimezone(zone).utcoffset() != then.astimezone(zone).utcoffset():
            at = _end_of_gap(day.replace(microsecond=0), then.replace(microsecond=0), zone)
            shown = (at - SECOND).astimezone(zone).replace(tzinfo=None) + SECOND
            found.append(ClockChange(at, shown, at.astimezone(zone).replace(tzinfo=None)))
        day = then
    return tuple(found)


def next_change(schedule: Schedule, moment: datetime, zone: ZoneInfo) -> ClockChange | None:
    """The jump of the clock within a year that a schedule runs into; None for none."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    changes = clock_changes(zone, day, day + A_YEAR)
    return next((one for one in changes if one.at > moment and one.touches(schedule)), None)
