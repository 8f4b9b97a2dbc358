"""Cells of files made from tables: no spreadsheet runs them, and they are read back the same.

An empty cell is NULL. A text that a spreadsheet might take for a formula, that is empty, or that
begins or ends with a space stands between two apostrophes: `'=A1'`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, Boolean, String, Time, Uuid
from sqlalchemy.types import JSON, TypeEngine

from app.importing.cells import FileContext, Kind, Read, printable, shown
from app.importing.errors import Rejected
from app.importing.records import writer
from app.importing.stage import escaped

QUOTE = "'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", QUOTE, "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What begins a formula in some spreadsheet, in their full width too."""
_YES, _NO = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def safe(text: str) -> str:
    """A text as a cell that is no formula in any spreadsheet."""
    if not text or text.startswith(DANGEROUS) or text != text.strip():
        return f"{QUOTE}{text}{QUOTE}"
    return text


def bare(cell: str) -> str:
    """The text that `safe` was given."""
    return cell[1:].removesuffix(QUOTE) if cell.startswith(QUOTE) else cell


def cell_of(value: Any, type_: TypeEngine[Any]) -> str:
    """A value of a column as the text of a cell."""
    if value is None:
        return ""
    if isinstance(type_, (JSON, ARRAY)):
        return safe(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return str(value)


class TableCell(Kind):
    """Whatever a column of a table may hold, in the one way in which it is written."""

    def __init__(self, type_: TypeEngine[Any]) -> None:
        self.types = (type_,)
        self.says = _says(type_)
        self._write = _writer(type_)

    def reader(self, context: FileContext) -> Read:
        write = self._write
        return lambda text: write(bare(text))


def _writer(type_: TypeEngine[Any]) -> Callable[[str], str]:
    if isinstance(type_, Boolean):
        return _flag
    if isinstance(type_, JSON):
        return lambda text: escaped(json.dumps(_json(text)))
    if isinstance(type_, ARRAY):
        return _list
    if isinstance(type_, Time):
        return _clock
    if isinstance(type_, String):
        return _text(type_)
    write: Callable[[Any], str] = writer("cell", type_)
    return write


def _text(type_: String) -> Callable[[str], str]:
    write = writer("cell", type_)

    def checked(text: str) -> str:
        return write(text) if text else ""

    return checked


def _flag(text: str) -> str:
    said = text.casefold()
    if said not in (*_YES, *_NO):
        raise Rejected(f"“{shown(text)}” is neither true nor false")
    return "t" if said in _YES else "f"


def _clock(text: str) -> str:
    try:
        return time.fromisoformat(text).isoformat()
    except ValueError:
        raise Rejected(f"“{shown(text)}” is no time; write it as 09:30") from None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise Rejected(f"“{shown(text)}” is no JSON") from None


def _list(text: str) -> str:
    found = _json(text)
    if not isinstance(found, list):
        raise Rejected(f"“{shown(text)}” is no list in JSON")
    return escaped("{" + ",".join(map(_element, found)) + "}")


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else json.dumps(value)
    if text:
        printable(text)
    slashed = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{slashed}"'


def _says(type_: TypeEngine[Any]) -> str:
    if isinstance(type_, Boolean):
        return "true or false"
    if isinstance(type_, (JSON, ARRAY)):
        return "JSON"
    if isinstance(type_, Uuid):
        return "a UUID"
    return type_.__class__.__name__.lower()
