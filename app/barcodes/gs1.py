"""GS1 element strings, as GS1-128, DataMatrix and DataBar carry them: (01)GTIN(17)date(10)lot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from app.barcodes.check_digit import check_digit
from app.barcodes.codes import Code, Kind
from app.barcodes.errors import BadCheckDigit, BadElement, shown
from app.barcodes.reading import parse

FNC1 = "\x1d"
"""What a scanner sends for the sign FNC1, which ends an element of variable length."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one scan says. `code` alone for a plain barcode; the rest comes from GS1 elements.

    A price or weight inside a plain code is in `code.price` and `code.weight`.
    """

    code: Code | None = None
    """AI 01, or the plain code."""
    lot: str | None = None
    """AI 10."""
    produced_on: date | None = None
    """AI 11."""
    packed_on: date | None = None
    """AI 13."""
    best_before_on: date | None = None
    """AI 15."""
    expires_on: date | None = None
    """AI 17."""
    serial: str | None = None
    """AI 21."""
    variable_count: int | None = None
    """AI 30: pieces in a trade item of variable measure."""
    kilograms: Decimal | None = None
    """AI 310n: net weight."""
    pounds: Decimal | None = None
    """AI 320n: net weight."""
    count: int | None = None
    """AI 37: trade items in a logistic unit; AI 02, in `others`, says of which."""
    price: Decimal | None = None
    """AI 392n: amount payable, in the shop's currency."""
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Every other element that GS1 defines, as text by its AI; their content is not verified."""


def parse_gs1(
    text: str,
    *,
    patterns: Sequence[str] = (),
    separator: str = FNC1,
    today: date | None = None,
) -> Scan:
    """What a GS1 element string says, with `separator` for FNC1 or with its AIs in brackets.

    A bracketed AI has two to four digits; a bracket in the data is written with a backslash.
    `today` decides the century of dates. Raises BadElement, or another BadCode for the GTIN.
    """
    text = text.strip(" \t\r\n").replace(separator, FNC1)
    today = today or datetime.now(UTC).date()
    known: dict[str, Any] = {}
    others: dict[str, str] = {}
    for ai, value in _bracketed_elements(text) if text.startswith("(") else _elements(text):
        if ai == "01":
            _keep(known, "code", _gtin(value, patterns), ai)
        elif found := _KNOWN.get(ai) or _KNOWN.get(ai[:3]):
            name, read = found
            _keep(known, name, read(ai, value, today), ai)
        else:
            _keep(others, ai, value, ai)
    if not known and not others:
        raise BadElement("There is no GS1 element: the text is empty.")
    return Scan(**known, others=MappingProxyType(others))


def _elements(text: str) -> Iterator[tuple[str, str]]:
    rest = text.lstrip(FNC1)
    while rest:
        ai, pattern, needs_end = _definition(rest)
        chunk, _, _ = rest.partition(FNC1)
        found = re.fullmatch(pattern, chunk) if needs_end else re.match(pattern, chunk)
        if not found:
            raise _misfit(ai, chunk[len(ai) :])
        yield ai, found[0][len(ai) :]
        # GS1 General Specifications 7.8.6: a separator may also follow where none is needed.
        rest = rest[found.end() :].lstrip(FNC1)


def _bracketed_elements(text: str) -> Iterator[tuple[str, str]]:
    parts = re.split(r"(?<!\\)\(([0-9]{2,4})\)", text)
    if parts[0]:
        raise BadElement(f"“{shown(text)}” does not start with an identifier such as (01).")
    for ai, typed in zip(parts[1::2], parts[2::2], strict=True):
        value = re.sub(r"\\([()])|\s+", r"\1", typed)
        name, pattern, _ = _definition(ai)
        if name != ai or not re.fullmatch(pattern, ai + value):
            raise _misfit(ai, value)
        yield ai, value


def _definition(text: str) -> tuple[str, str, bool]:
    """The AI at the start of `text`, a pattern for AI and data, and whether FNC1 must end it."""
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        found = GS1ApplicationIdentifier.extract(text)
    except ParseError as error:
        raise BadElement(
            f"“{shown(text, 10)}” does not start with a GS1 application identifier."
        ) from error
    return found.ai, f"(?a:{found.pattern.strip('^$')})", found.separator_required


def _misfit(ai: str, value: str) -> BadElement:
    return BadElement(
        f"({ai}) cannot hold “{shown(value)}”: wrong length or sign, or no FNC1 sign at its end."
    )


def _keep(kept: dict[str, Any], name: str, value: object, ai: str) -> None:
    # GS1 General Specifications 4.14: the same element twice must say the same.
    if kept.setdefault(name, value) != value:
        raise BadElement(f"({ai}) stands there twice with different values.")


def _gtin(value: str, patterns: Sequence[str]) -> Code:
    # First of all, since PLU numbers in 14 digits have none and would pass.
    if value[-1] != (expected := check_digit(value[:-1])):
        raise BadCheckDigit(
            f"The check digit of {value} in (01) is {value[-1]} and should be {expected}.",
            found=value[-1],
            expected=expected,
        )
    return parse(value, kind=Kind.GTIN_14, patterns=patterns)


def _text(ai: str, value: str, today: date) -> str:
    return value


def _count(ai: str, value: str, today: date) -> int:
    return int(value)


def _decimal(ai: str, value: str, today: date) -> Decimal:
    """GS1 General Specifications 3.6: the last digit of the AI is the number of decimals."""
    return Decimal(value).scaleb(-int(ai[3]))


def _date(ai: str, value: str, today: date) -> date:
    """GS1 General Specifications 3.4 and 7.12: YYMMDD, 00 for the last day of the month.

    A year 51 to 99 ahead of this one is of the last century, one 50 or more behind of the next.
    """
    from calendar import monthrange

    year, month, day = (int(value[at : at + 2]) for at in (0, 2, 4))
    ahead = year - today.year % 100
    century = today.year // 100 + (ahead <= -50) - (ahead >= 51)
    try:
        last = monthrange(century * 100 + year, month)[1]
        return date(century * 100 + year, month, day or last)
    except ValueError as error:
        raise BadElement(f"({ai}) holds {value}, which is no date (YYMMDD).") from error


_KNOWN: dict[str, tuple[str, Callable[[str, str, date], object]]] = {
    "10": ("lot", _text),
    "11": ("produced_on", _date),
    "13": ("packed_on", _date),
    "15": ("best_before_on", _date),
    "17": ("expires_on", _date),
    "21": ("serial", _text),
    "30": ("variable_count", _count),
    "310": ("kilograms", _decimal),
    "320": ("pounds", _decimal),
    "37": ("count", _count),
    "392": ("price", _decimal),
}
