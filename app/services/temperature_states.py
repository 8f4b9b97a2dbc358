"""In which state a probe is, from its readings alone: nothing here knows a database or a clock.

A limit counts as left when the temperature has been beyond it for its delay. Warm is no matter
while the appliance defrosts. A probe without readings is offline, or in error when its client still
sends those of others. So the states are a function of the readings, in whatever order they came.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal

GOOD, ERROR, OFFLINE = "good", "error", "offline"
WORST_FIRST = ("critical_high", "critical_low", "high", "low")
WARM = frozenset({"critical_high", "high"})
NO_TIME = timedelta()


@dataclass(frozen=True)
class Window:
    """A time of the week in which warm is no matter; `weekday` is of ISO 8601, None every day."""

    weekday: int | None
    start: time
    length: timedelta

    def holds(self, wall: datetime) -> bool:
        """Whether a moment on the clock on the wall is in it; a window may go beyond midnight."""
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            start = datetime.combine(day, self.start)
            begins_here = self.weekday is None or day.isoweekday() == self.weekday
            if begins_here and start <= wall < start + self.length:
                return True
        return False


@dataclass(frozen=True)
class Rules:
    """What a probe must keep. A limit that is None is never left."""

    silence: timedelta
    """So long without a reading is too long."""
    critical_min: Decimal | None = None
    good_min: Decimal | None = None
    good_max: Decimal | None = None
    critical_max: Decimal | None = None
    delays: Mapping[str, timedelta] = field(default_factory=dict)
    """By state: for how long the temperature must be beyond the limit."""
    defrosts: Sequence[Window] = ()
    zone: tzinfo = UTC
    """On whose clock it defrosts."""

    @property
    def longest(self) -> timedelta:
        """So far back one must look to know the state of a moment."""
        return max([self.silence, *self.delays.values()])

    def left(self, celsius: Decimal, at: datetime) -> set[str]:
        """The states of the limits that a temperature is beyond at a moment."""
        found = {
            state
            for state, limit, sign in (
                ("critical_high", self.critical_max, 1),
                ("high", self.good_max, 1),
                ("low", self.good_min, -1),
                ("critical_low", self.critical_min, -1),
            )
            if limit is not None and sign * (celsius - limit) > 0
        }
        return found - WARM if found & WARM and self.defrosts_at(at) else found

    def defrosts_at(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        return any(window.holds(wall) for window in self.defrosts)


@dataclass(frozen=True)
class Spell:
    """A state and since when; it lasts until the next."""

    state: str
    began_at: datetime


def spells(
    rules: Rules,
    readings: Sequence[tuple[datetime, Decimal]],
    *,
    since: datetime,
    now: datetime,
    heard: Sequence[datetime] = (),
) -> list[Spell]:
    """The states from `since` until `now`, oldest first; none before anything is known.

    `readings` are (moment, temperature) in the order of their moments, `heard` the moments at which
    the client was heard of, by any of its probes, also in order.
    """
    found: list[Spell] = []
    for began_at, state in _states(rules, readings, since, now, heard):
        if not found or found[-1].state != state:
            found.append(Spell(state, began_at))
    return found


def _states(
    rules: Rules,
    readings: Sequence[tuple[datetime, Decimal]],
    since: datetime,
    now: datetime,
    heard: Sequence[datetime],
) -> Iterator[tuple[datetime, str]]:
    """The state at each moment at which it may change."""
    beyond: dict[str, datetime] = {}
    before = since
    first = readings[0][0] if readings else now
    for moment in _moments(rules, since, first, beyond, heard, last=not readings):
        if moment - since >= rules.silence:
            yield moment, _silent(rules, moment, heard)
    for number, (at, celsius) in enumerate(readings):
        is_last = number + 1 == len(readings)
        until = now if is_last else readings[number + 1][0]
        known = beyond if at - before < rules.silence else {}  # nobody knows what was meanwhile
        beyond = {state: known.get(state, at) for state in rules.left(celsius, at)}
        before = at
        for moment in (at, *_moments(rules, at, until, beyond, heard, last=is_last)):
            if moment - at >= rules.silence:
                yield moment, _silent(rules, moment, heard)
            else:
                yield moment, _worst(rules, beyond, moment)


def _moments(
    rules: Rules,
    at: datetime,
    until: datetime,
    beyond: Mapping[str, datetime],
    heard: Sequence[datetime],
    *,
    last: bool,
) -> list[datetime]:
    """When the state may change after a reading, before the next."""
    found = {began + rules.delays.get(state, NO_TIME) for state, began in beyond.items()}
    found.add(at + rules.silence)
    if until - at > rules.silence:  # then it matters whether its client is heard of
        between = heard[bisect_right(heard, at) : bisect_right(heard, until)]
        found.update(moment for moment in between if moment - at > rules.silence)
        found.update(moment + rules.silence for moment in between)
    return sorted(one for one in found if at < one and (one <= until if last else one < until))


def _worst(rules: Rules, beyond: Mapping[str, datetime], moment: datetime) -> str:
    for state in WORST_FIRST:
        began = beyond.get(state)
        if began is not None and moment - began >= rules.delays.get(state, NO_TIME):
            return state
    return GOOD


def _silent(rules: Rules, moment: datetime, heard: Sequence[datetime]) -> str:
    """Of a probe that says nothing: whether its client still does."""
    before = bisect_right(heard, moment)
    return ERROR if before and moment - heard[before - 1] < rules.silence else OFFLINE
