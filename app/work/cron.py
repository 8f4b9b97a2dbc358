"""Cron texts: five parts, read strictly, and handed to APScheduler in its own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from apscheduler.triggers.cron import CronTrigger

from app.errors import AppError

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
SHORT = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
}  # fmt: skip
LONGEST = 200
LEAP_YEARS_APART = 8  # at most: from 2096 to 2104


class BadSchedule(AppError):
    """This is no schedule."""


class BadCron(BadSchedule):
    """Write five parts: minute, hour, day, month, weekday; 15 2 * * * is 02:15 every day."""


class BadMinute(BadCron):
    """The first part is the minute: 0 to 59, *, or such as */10 or 0,30."""


class BadHour(BadCron):
    """The second part is the hour: 0 to 23, *, or such as */2 or 8-18."""


class BadDay(BadCron):
    """The third part is the day of the month: 1 to 31, *, or L for the last one."""


class BadMonth(BadCron):
    """The fourth part is the month: 1 to 12, * or jan to dec."""


class BadWeekday(BadCron):
    """The fifth part is the weekday: 0 to 7, both of which are Sunday, * or mon to sun."""


class NeverFires(BadSchedule):
    """There is no such day in any year; it would never run."""


PARTS: tuple[tuple[type[BadCron], int, int, dict[str, int]], ...] = (
    (BadMinute, 0, 59, {}),
    (BadHour, 0, 23, {}),
    (BadDay, 1, 31, {}),
    (BadMonth, 1, 12, {name: number + 1 for number, name in enumerate(MONTHS)}),
    (BadWeekday, 0, 7, {name: number for number, name in enumerate(DAYS)}),
)
_PIECE = re.compile(r"(?:(\*)|([a-z]+|\d{1,2})(?:-([a-z]+|\d{1,2}))?)(?:/(\d{1,2}))?")


def tidy(text: str) -> str:
    """A cron text as it is kept: single blanks, and what has a short name written out."""
    if len(text) > LONGEST:
        raise BadCron
    plain = " ".join(text.lower().split())
    return SHORT.get(plain, plain)


@lru_cache(maxsize=1000)
def triggers(text: str) -> tuple[CronTrigger, ...]:
    """What tells when the clock on the wall shows a time of this text; the earliest counts.

    Where day and weekday are both given, either suffices, as with any cron. They count in UTC,
    where no clock jumps; `app.work.schedule` puts the times on the clock of the shop. Raises
    BadCron and NeverFires.
    """
    parts = tidy(text).split(" ")
    if len(parts) != len(PARTS):
        raise BadCron
    numbers = [_numbers(part, *rule) for part, rule in zip(parts, PARTS, strict=True)]
    minute, hour, day, month, _ = parts
    given = {"minute": minute, "hour": hour, "month": _written(month, numbers[3])}
    day = "last" if day == "l" else day
    weekday = ",".join(dict.fromkeys(DAYS[number % 7] for number in sorted(numbers[4])))
    made: tuple[CronTrigger, ...]
    if day.startswith("*") or parts[4].startswith("*"):
        made = (_trigger(**given, day=day, day_of_week=weekday),)
    else:
        made = (_trigger(**given, day=day), _trigger(**given, day_of_week=weekday))
    fire = tuple(trigger for trigger in made if _fires(trigger))
    if not fire:
        raise NeverFires
    return fire


def _numbers(
    part: str, wrong: type[BadCron], lowest: int, highest: int, names: dict[str, int]
) -> set[int]:
    """All numbers that a part of a cron text stands for."""
    if wrong is BadDay and part == "l":
        return set()
    found: set[int] = set()
    for piece in part.split(","):
        told = _PIECE.fullmatch(piece)
        if told is None:
            raise wrong
        every, first, last, step = told.groups()
        start = lowest if every else _number(first, names, wrong)
        end = highest if every else _number(last, names, wrong) if last else start
        if wrong is BadWeekday and every:
            end = 6
        if wrong is BadWeekday and last and end == 0:
            end = 7  # fri-sun
        steps = int(step) if step else 1
        alone = step and not every and not last
        if not lowest <= start <= end <= highest or not 1 <= steps <= highest or alone:
            raise wrong
        found |= set(range(start, end + 1, steps))
    return found


def _number(text: str, names: dict[str, int], wrong: type[BadCron]) -> int:
    if text.isdigit():
        return int(text)
    if text not in names:
        raise wrong
    return names[text]


def _written(part: str, numbers: set[int]) -> str:
    """A part without names, which need not be in the order of APScheduler."""
    return part if part.startswith("*") else ",".join(map(str, sorted(numbers)))


def _trigger(**fields: Any) -> CronTrigger:
    return CronTrigger(**fields, second=0, timezone="UTC")


def _fires(trigger: CronTrigger) -> bool:
    start = datetime(2093, 1, 1, tzinfo=UTC)
    trigger.end_date = start + timedelta(days=366 * (LEAP_YEARS_APART + 4))
    try:
        return trigger.get_next_fire_time(None, start) is not None
    finally:
        trigger.end_date = None
