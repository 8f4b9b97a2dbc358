"""Files that pages send, as rows of texts."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")


def rows_of_csv(answer: Any) -> list[list[str]]:
    """The header and the rows of a CSV file."""
    assert answer.status_code == 200, answer.text
    found = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    return [[_text(cell) for cell in row] for row in found]


def rows_of_workbook(answer: Any) -> list[list[str]]:
    """The header and the rows of a workbook."""
    from python_calamine import CalamineWorkbook

    assert answer.status_code == 200, answer.text
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet might run the text of a cell; a number is none."""
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(cell)


def _text(cell: Any) -> str:
    """A workbook does not keep how a number was written: 2.50 is 2.5."""
    text = str(cell)
    return f"{float(text):.12g}" if NUMBER.fullmatch(text) else text
