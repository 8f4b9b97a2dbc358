"""Days and moments as people write them, and the order in which a whole file writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.importing.errors import Rejected

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}

_WRITTEN = re.compile(
    r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})(?:(?:,? +|T)(?P<time>[0-9].*))?"
)
_COMPACT = re.compile(r"([0-9]{8})(?:[ T]?(?P<time>[0-9]{2}:?[0-9]{2}.*))?")
_TIME = re.compile(
    r"([0-9]{1,2}):?([0-9]{2})(?::?([0-9]{2}(?:\.[0-9]+)?))?\s*([AaPp]\.?[Mm]\.?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def iso(text: str, order: str | None) -> str | None:
    """A day or moment in the way of ISO 8601, such as 2026-03-31T17:05; None if it is none.

    `order` is that of the file: dmy, mdy or ymd. A year in front needs none, nor do points, which
    stand between day, month and year. Raises Rejected where it can be read in two ways.
    """
    if found := _WRITTEN.fullmatch(text):
        parts = _ordered(found[1], found[3], found[4], found[2], order, text)
    elif found := _COMPACT.fullmatch(text):
        parts = _split(found[1], order)
    else:
        return None
    day = None if parts is None else _day(*parts)
    time = _time(found["time"]) if found["time"] else ""
    return None if day is None or time is None else day + time


def order_of(cells: Iterable[str], found: set[str]) -> bool:
    """Add the orders that these cells are surely written in; whether that of others is unknown."""
    doubtful = False
    for text in cells:
        match = _WRITTEN.fullmatch(text.strip())
        if match is None or len(match[1]) > 2 or match[2] == ".":
            continue
        if int(match[1]) > 12:
            found.add("dmy")
        elif int(match[3]) > 12:
            found.add("mdy")
        else:
            doubtful = True
    return doubtful


def _ordered(
    first: str, second: str, third: str, between: str, order: str | None, text: str
) -> tuple[str, str, str] | None:
    if len(first) > 2:
        return (first, second, third) if len(third) <= 2 else None
    if order is None and between == ".":
        order = "dmy"
    if order is None:
        raise Rejected(
            f"“{text}” can be read in two ways; say whether the file writes dmy or mdy, "
            "or write it as 2026-03-31"
        )
    if order == "ymd":
        return (first, second, third) if len(first) == 2 == len(third) else None
    return (third, second, first) if order == "dmy" else (third, first, second)


def _split(digits: str, order: str | None) -> tuple[str, str, str]:
    if order == "dmy":
        return digits[4:], digits[2:4], digits[:2]
    if order == "mdy":
        return digits[4:], digits[:2], digits[2:4]
    return digits[:4], digits[4:6], digits[6:]


def _day(year: str, month: str, day: str) -> str | None:
    if len(year) not in (2, 4):
        return None
    # As POSIX does: 69 to 99 are of the last century.
    century = "" if len(year) == 4 else "20" if int(year) < 69 else "19"
    return f"{century}{year}-{month:0>2}-{day:0>2}"


def _time(text: str) -> str | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4][0] in "Pp" else 0)
    seconds = f":{found[3]}" if found[3] else ""
    return f"T{hour:02}:{found[2]}{seconds}{found[5] or ''}"
