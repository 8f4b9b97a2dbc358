"""Workbooks as people send them."""

from __future__ import annotations

import io
import zipfile

import xlsxwriter


def workbook(*sheets, hidden=(), **options):
    """`workbook(("Prices", [["number"], [1]]))` is the bytes of an Excel workbook."""
    to = io.BytesIO()
    book = xlsxwriter.Workbook(to, {"in_memory": True, **options})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is None:
                    continue
                if hasattr(cell, "year"):
                    sheet.write_datetime(number, place, cell, day)
                else:
                    sheet.write(number, place, cell)
        if name in hidden:
            sheet.hide()
        elif hidden:
            sheet.activate()
            sheet.set_first_sheet()
    book.close()
    return to.getvalue()


def repacked(packed, change):
    """The workbook with its parts changed: `change(name, content)`."""
    to = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(to, "w", 8) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return to.getvalue()
