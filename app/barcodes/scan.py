"""One door for whatever a scanner or keyboard gives: a plain code or a GS1 element string."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.barcodes.codes import Kind
from app.barcodes.errors import BadCharacters, BadLength, shown
from app.barcodes.gs1 import FNC1, Scan, parse_gs1
from app.barcodes.reading import parse


def read_scan(
    text: str,
    *,
    patterns: Sequence[str] = (),
    separator: str = FNC1,
    today: date | None = None,
) -> Scan:
    """What was scanned or typed.

    An AIM symbology identifier in front (ISO/IEC 15424: `]E0`, `]C1`, ...) settles what it is.
    Without one it is a GS1 element string if it starts with a bracket, holds the separator or has
    more than 14 digits; otherwise a plain code. Raises BadCode.
    """
    text = text.strip(" \t\r\n")
    if text.startswith("]"):
        return _read_symbol(text[:3], text[3:], patterns, separator, today)
    if text.startswith("(") or separator in text or _is_long(text):
        return parse_gs1(text, patterns=patterns, separator=separator, today=today)
    return Scan(code=parse(text, patterns=patterns))


def _read_symbol(
    symbology: str, data: str, patterns: Sequence[str], separator: str, today: date | None
) -> Scan:
    if symbology in _GS1:
        return parse_gs1(data, patterns=patterns, separator=separator, today=today)
    if symbology in _ADD_ON_ALONE:
        raise BadLength("Only the small add-on beside the barcode was read; scan again.")
    if symbology[1:2] not in _PLAIN:
        raise BadCharacters(f"“{shown(symbology)}” is no symbology identifier that we know.")
    if symbology == _WITH_ADD_ON:
        data = _without_add_on(data)
    return Scan(code=parse(data, kind=_kind(symbology, data), patterns=patterns))


def _kind(symbology: str, data: str) -> Kind | None:
    if symbology == "]E4":
        return Kind.EAN_8
    if symbology[:2] == "]E":
        # A scanner sends UPC-E as 13 digits, or as the 6 to 8 of its own if it is set so.
        return Kind.UPC_E if len(data) <= 8 else Kind.EAN_13
    return None


def _without_add_on(data: str) -> str:
    return data[:13] if len(data) in (15, 18) else data


def _is_long(text: str) -> bool:
    return sum(map(str.isdigit, text)) > 14


_GS1 = ("]C1", "]d2", "]e0", "]e1", "]e2", "]Q3", "]J1")
_WITH_ADD_ON = "]E3"
_ADD_ON_ALONE = ("]E1", "]E2")
_PLAIN = frozenset("ACEFGILMQXZdz")
