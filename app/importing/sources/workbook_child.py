"""Reads one sheet of a workbook in a process of its own, which may die of what is in the file.

Started by its path with sys.executable, so it imports nothing of ours. Writes lines of JSON: what
was found, then chunks `[[lines], [rows]]` of text cells. A refusal is one line on the standard
error: a word that the parent has a sentence for, then what belongs to it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

CHUNK = 2_000
REFUSED = 3
_ERROR = re.compile(rb'<c [^>]*t="e"')
_NO_VALUE = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v></v>|<v ?/>)?</c>")


def main(path: str, sheet: str, memory: str, seconds: str, size: str) -> None:
    """Read a workbook within so many bytes and seconds of work, and write so many bytes at most."""
    for what, most in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_FSIZE, int(size)),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    import python_calamine as calamine

    try:
        workbook = calamine.load_workbook(path)
        names = {
            one.name: str(one.visible).endswith(".Visible") for one in workbook.sheets_metadata
        }
        found = (
            workbook.get_sheet_by_name(_named(sheet, names)) if sheet else _first(workbook, names)
        )
    except calamine.PasswordError:
        refuse("password")
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError) as error:
        refuse("password" if _is_encrypted(path) else "corrupt", str(error))
    write({
        "sheet": found.name, "sheets": [name for name, seen in names.items() if seen],
        "rows": found.total_height, "merged": len(found.merged_cell_ranges or ()),
        **oddities(path),
    })  # fmt: skip
    _write_rows(found)


def _is_encrypted(path: str) -> bool:
    """Whether Office put it into an old container (MS-OFFCRYPTO 2.3.4.4), or LibreOffice says so
    in its manifest (OpenDocument 1.3, part 2, 4.8.4)."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if "META-INF/manifest.xml" not in archive.namelist():
                return False
            with archive.open("META-INF/manifest.xml") as manifest:
                return b"encryption-data" in manifest.read(1 << 20)
    with open(path, "rb") as file:
        start = file.read(1 << 16)
    return start.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in start


def _named(sheet: str, names: dict[str, bool]) -> str:
    exact = [name for name in names if name == sheet]
    same = exact or [name for name in names if name.strip().lower() == sheet.strip().lower()]
    if not same:
        refuse("no sheet", ", ".join(name for name, seen in names.items() if seen))
    return same[0]


def _first(workbook: Any, names: dict[str, bool]) -> Any:
    """The first sheet that people see and that holds something."""
    for name, seen in names.items():
        if seen and (sheet := _readable(workbook, name)) is not None and sheet.height:
            return sheet
    refuse("empty")


def _readable(workbook: Any, name: str) -> Any:
    from python_calamine import WorksheetNotFound

    try:
        return workbook.get_sheet_by_name(name)
    except WorksheetNotFound:  # a sheet that is a chart
        return None


def _write_rows(sheet: Any) -> None:
    texts = Texts()
    numbers: list[int] = []
    rows: list[list[str]] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [cell if cell.__class__ is str else texts[cell.__class__, cell] for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            numbers.append(number)
            rows.append(cells)
        if len(rows) == CHUNK:
            write([numbers, rows])
            numbers, rows = [], []
    write([numbers, rows])


class Texts(dict[tuple[type, Any], str]):
    """The text of each value that was seen: 2.49 was 2.4900000000000002, 7.0 was 7."""

    def __missing__(self, key: tuple[type, Any]) -> str:
        text = text_of(key[1])
        if len(self) < 100_000:
            self[key] = text
        return text


def text_of(value: object) -> str:
    """What a person sees, without the format of the cell; days and moments by ISO 8601."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.15g}"  # so many digits has Excel
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def oddities(path: str) -> dict[str, bool]:
    """Whether cells hold errors, and formulas no values; of workbooks whose sheets are XML."""
    found = {"errors": False, "formulas": False}
    if not zipfile.is_zipfile(path):
        return found
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    before = b""
                    while block := sheet.read(1 << 20):
                        text = before[-200:] + block
                        found["errors"] = found["errors"] or bool(_ERROR.search(text))
                        found["formulas"] = found["formulas"] or bool(_NO_VALUE.search(text))
                        before = block
    return found


def write(what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False))
    sys.stdout.write("\n")


def refuse(word: str, about: str = "") -> Any:
    sys.stderr.write(json.dumps([word, about]) + "\n")
    sys.stderr.flush()
    sys.exit(REFUSED)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    main(*sys.argv[1:])
