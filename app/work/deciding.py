"""Deciding: of the times that have come, which start a job, and which were missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.work.schedule import Schedule, between, newest

GRACE = timedelta(seconds=10)
"""So late is not late: the time it takes another scheduler to take over, and more."""
COUNTED = 1000
"""Missed times are counted so far; beyond, there are “many”."""


@dataclass(frozen=True)
class Missed:
    """Times that passed while nothing ran, and that nobody makes up for."""

    first: datetime
    last: datetime
    count: int


@dataclass(frozen=True)
class Decision:
    """What to do about the times that have come: `start` them, oldest first; note the `missed`."""

    start: tuple[datetime, ...] = ()
    missed: Missed | None = None

    @property
    def until(self) -> datetime | None:
        """Up to when this deals with all times; None when there were none."""
        last = [*self.start[-1:], *([self.missed.last] if self.missed else [])]
        return max(last, default=None)


def decide(
    schedule: Schedule,
    *,
    after: datetime,
    now: datetime,
    zone: ZoneInfo,
    misfire: str = "once",
    window: timedelta = timedelta(days=1),
    most: int = 10,
) -> Decision:
    """What to do about the planned times later than `after` and up to now.

    What is late by less than GRACE starts. Of what is later, "skip" starts nothing, "once" the last
    in place of all, "all" those within the window before now, `most` at most.
    """
    in_time = max(after, now - GRACE)
    fresh = between(schedule, in_time, now, zone)
    late = newest(schedule, after=after, until=in_time, zone=zone, most=most)
    if not late:
        return Decision(tuple(fresh))
    if misfire == "skip":
        start = fresh
    elif misfire == "once":
        start = [*late, *fresh][-1:]
    else:
        start = [moment for moment in late if moment > now - window] + fresh
    return Decision(tuple(start), _missed(schedule, after, in_time, start, zone))


def _missed(
    schedule: Schedule,
    after: datetime,
    until: datetime,
    start: list[datetime],
    zone: ZoneInfo,
) -> Missed | None:
    """The times before the first that starts; all that are late where none does."""
    end = start[0] - timedelta(microseconds=1) if start else until
    last = newest(schedule, after=after, until=end, zone=zone, most=1)
    if not last:
        return None
    some = between(schedule, after, end, zone, most=COUNTED)
    return Missed(some[0], last[0], len(some))
