"""Files of rows: CSV, a workbook, JSON and JSON Lines, each written as the rows come."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import ARRAY
from sqlalchemy.types import JSON, TypeEngine

from app.errors import AppError
from app.importing.table_cells import QUOTE, cell_of, safe

FORMATS = ("csv", "xlsx", "json", "jsonl")
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
EXACT = 15
"""So many digits a spreadsheet keeps of a number."""

Rows = Iterable[Sequence[Any]]
Types = Sequence[TypeEngine[Any]]


class TooMuchForWorkbook(AppError):
    """A workbook cannot hold that; export it as CSV."""


def csv_lines(header: Sequence[str], types: Types, rows: Rows) -> Iterator[str]:
    """CSV (RFC 4180) with a byte order mark, by which spreadsheets know that it is UTF-8."""
    kept: list[str] = []
    writer = csv.writer(_Appending(kept), lineterminator="\r\n")
    kept.append("\ufeff")
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell_of(value, type_) for value, type_ in zip(row, types, strict=True)])
        if len(kept) >= 500:
            yield "".join(kept)
            kept.clear()
    yield "".join(kept)


def json_lines(header: Sequence[str], types: Types, rows: Rows) -> Iterator[str]:
    """One JSON object for each row, each on a line of its own."""
    for row in rows:
        yield _document(header, types, row) + "\n"


def json_text(header: Sequence[str], types: Types, rows: Rows) -> Iterator[str]:
    """One JSON list of all rows."""
    between = "[\n"
    for row in rows:
        yield between + _document(header, types, row)
        between = ",\n"
    yield "[]\n" if between == "[\n" else "\n]\n"


def write_workbook(
    path: Path, title: str, header: Sequence[str], types: Types, rows: Rows, *, about: str = ""
) -> int:
    """A workbook with one sheet, row by row; returns how many. Raises TooMuchForWorkbook."""
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"title": title, "comments": about})
        sheet = book.add_worksheet(title[:31])
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        sheet.set_row(0, None, bold)
        sheet.set_column(0, max(len(header) - 1, 0), 16)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name, bold)
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise TooMuchForWorkbook
            _write_row(sheet, count, row, types)
    return count


def _write_row(sheet: Any, number: int, row: Sequence[Any], types: Types) -> None:
    for place, (value, type_) in enumerate(zip(row, types, strict=True)):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(number, place, value)
        elif _is_exact(value) and not isinstance(type_, JSON):
            sheet.write_number(number, place, value)
        else:
            text = cell_of(value, type_)
            if len(text) > LONGEST_CELL:
                raise TooMuchForWorkbook
            sheet.write_string(number, place, text)


def _is_exact(value: Any) -> bool:
    """Whether a spreadsheet keeps every digit of a number."""
    if not isinstance(value, (int, Decimal)):
        return False
    return len(Decimal(value).as_tuple().digits) <= EXACT


def _document(header: Sequence[str], types: Types, row: Sequence[Any]) -> str:
    columns = zip(header, types, row, strict=True)
    values = {name: _exact(value, type_) for name, type_, value in columns}
    return json.dumps(values, ensure_ascii=False, default=_plain)


def _exact(value: Any, type_: TypeEngine[Any]) -> Any:
    """A value, marked as in a cell where an import would take it for another one."""
    if isinstance(type_, JSON | ARRAY) and value is not None:
        return cell_of(value, type_)
    is_other = isinstance(value, str) and (value.strip() != value or value[:1] in ("", QUOTE))
    return safe(value) if is_other else value


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{value!r} has no form in JSON")


class _Appending:
    """What csv.writer writes to: a list of lines."""

    def __init__(self, lines: list[str]) -> None:
        self.write: Callable[[str], None] = lines.append


Texts = Callable[[Sequence[str], Types, Rows], Iterator[str]]
TEXTS: dict[str, Texts] = {"csv": csv_lines, "json": json_text, "jsonl": json_lines}


def write_text(to: IO[str], format_: str, header: Sequence[str], types: Types, rows: Rows) -> int:
    """Write one of the formats of text; returns how many rows."""
    count = 0

    def counted() -> Iterator[Sequence[Any]]:
        nonlocal count
        for count, row in enumerate(rows, 1):  # noqa: B007 - as above
            yield row

    for text in TEXTS[format_](header, types, counted()):
        to.write(text)
    return count
