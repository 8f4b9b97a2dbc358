"""The types a setting may have: how each is read from text, strictly, and written back."""

from __future__ import annotations

import math
import os.path
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """One type: its name in the reference, what it `accepts` ("must be …"), text to value and back.

    `parse` raises ValueError for any text that is not plainly a value. A project may make its own
    and say `Setting(…, type=Kind(…))`.
    """

    name: str
    accepts: str
    parse: Callable[[str], T]
    format: Callable[[T], str]


def parse_bool(text: str) -> bool:
    """Only the eight usual words; never silently False."""
    word = text.strip().lower()
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise ValueError(text)


def format_bool(value: bool) -> str:
    return "on" if value else "off"


def _parse_int(text: str) -> int:
    return int(_matching(r"[+-]?[0-9]{1,1000}", text))


def _parse_float(text: str) -> float:
    number = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?"
    value = float(_matching(number, text.lower()))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _parse_decimal(text: str) -> Decimal:
    return Decimal(_matching(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)", text))


def _format_decimal(value: Decimal) -> str:
    return format(value, "f")


def _parse_date(text: str) -> date:
    return date.fromisoformat(_matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text))


_SECONDS = {"day": 86_400, "h": 3_600, "min": 60, "s": 1}
_UNITS = {
    **_SECONDS,
    **{"d": 86_400, "days": 86_400, "week": 604_800, "weeks": 604_800},
    **{"hour": 3_600, "hours": 3_600, "minute": 60, "minutes": 60},
    **{"sec": 1, "second": 1, "seconds": 1},
}
_STEP = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,6})?)\s*([a-z]+)\s*")


def _parse_duration(text: str) -> timedelta:
    text = text.strip().lower()
    steps = text.removeprefix("-").strip()
    if not steps or _STEP.sub("", steps):
        raise ValueError(text)
    seconds = Decimal(0)
    for number, unit in _STEP.findall(steps):
        if unit not in _UNITS:
            raise ValueError(text)
        seconds += Decimal(number) * _UNITS[unit]
    try:
        # In whole microseconds, since a float of seconds would lose the last ones.
        duration = timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError as error:
        raise ValueError(text) from error
    return -duration if text.startswith("-") else duration


def _format_duration(value: timedelta) -> str:
    left = Decimal(abs(value) // timedelta(microseconds=1)) / 1_000_000
    steps = []
    for unit, seconds in _SECONDS.items():
        count = left if unit == "s" else left // seconds
        left -= count * seconds
        if count:
            steps.append(f"{count.normalize():f} {unit}{'s' * (unit == 'day' and count != 1)}")
    return ("-" if value < timedelta() else "") + (" ".join(steps) or "0 s")


def _parse_path(text: str) -> Path:
    if not text.strip() or "\0" in text:
        raise ValueError(text)
    return Path(os.path.expanduser(text.strip()))


def _parse_list(text: str) -> list[str]:
    parts = map(str.strip, re.split(r"[,\n]", text))
    return [part for part in parts if part]


def _parse_tuple(text: str) -> tuple[str, ...]:
    return tuple(_parse_list(text))


def _format_list(value: Iterable[str]) -> str:
    return ", ".join(value)


def _matching(pattern: str, text: str) -> str:
    text = text.strip()
    if not re.fullmatch(pattern, text):
        raise ValueError(text)
    return text


_LIST = "texts with commas between them"

KINDS: dict[type[Any], Kind[Any]] = {
    str: Kind("text", "a text", str, str),
    bool: Kind("yes or no", "true, yes, on, 1, false, no, off or 0", parse_bool, format_bool),
    int: Kind("whole number", "a whole number, such as 25", _parse_int, str),
    float: Kind("number", "a number, such as 2.5", _parse_float, repr),
    Decimal: Kind("decimal", "a decimal number, such as 2.50", _parse_decimal, _format_decimal),
    date: Kind("date", "a date, such as 2026-12-31", _parse_date, date.isoformat),
    timedelta: Kind(
        "duration",
        "a duration with its unit, such as 90 s, 15 min, 2 h or 7 days",
        _parse_duration,
        _format_duration,
    ),
    Path: Kind("path", "the path of a file or folder", _parse_path, str),
    list: Kind("list", _LIST, _parse_list, _format_list),
    tuple: Kind("list", _LIST, _parse_tuple, _format_list),
}
