"""How fast sources are read: CSV before records are made, Excel from the file to the stage.

python -m benchmarks.sources [--repeat N] [--json]

The demo products, in delimited text and as a workbook of 100,000 rows. `read` is what `chunks` of
the source gives; `to staged` is the whole begin of an import, up to the checks.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from app.importing.cells import FileContext
from app.importing.handlers.product_rows import ProductRows
from app.importing.report import Rejects
from app.importing.sources.opening import open_table
from app.importing.stage import Stage
from benchmarks.common import Figure, durable_server, median, table
from benchmarks.importing import DEMO

ROWS = 100_000
CSV_RATE, EXCEL_SECONDS = 200_000, 8.0


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeat", type=int, default=3, help="of each measurement")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, durable_server() as server:
        rows = sample_rows()
        text, ten, book = (Path(folder, name) for name in ("a.csv", "ten.csv", "a.xlsx"))
        write_csv(text, rows)
        write_csv(ten, [row[:10] for row in rows])
        write_excel(book, rows)
        url = server.clone("sources")["db.url"]
        figures = [
            _read("CSV of 10 columns read", ten, chosen.repeat, limit=ROWS / CSV_RATE),
            _read("CSV of 17 columns read", text, chosen.repeat),
            _read("Excel read", book, chosen.repeat),
            _staged("CSV to staged", text, url, chosen.repeat),
            _staged("Excel to staged", book, url, chosen.repeat, limit=EXCEL_SECONDS),
        ]
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def sample_rows() -> list[list[str]]:
    """A header and 100,000 rows; the demo products are a few less, so some come twice."""
    with gzip.open(DEMO, "rt", newline="") as file:
        header, *rows = csv.reader(file)
    return [header, *itertools.islice(itertools.cycle(rows), ROWS)]


def write_csv(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def write_excel(path: Path, rows: list[list[str]]) -> None:
    import xlsxwriter

    numbers = {i for i, name in enumerate(rows[0]) if name.endswith(("_price", "_cost", "_size"))}
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Products")
    sheet.write_row(0, 0, rows[0])
    for number, row in enumerate(rows[1:], 1):
        for place, cell in enumerate(row):
            if cell and place in numbers:
                sheet.write_number(number, place, float(cell))
            elif cell:
                sheet.write_string(number, place, cell)
    book.close()


def read(path: Path) -> None:
    with open_table(path, knows=ProductRows.knows) as source:
        count = sum(len(rows) for _, rows in source.chunks(_ignore))
    assert count == ROWS, count


def stage(path: Path, url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection, open_table(path, knows=ProductRows.knows) as source:
        feed = ProductRows(source, FileContext())
        staged = Stage(connection, feed.name, feed.types)
        chunks = feed.chunks(Rejects(), lambda phase, rows: None)
        staged.fill([*feed.present, "line"], chunks)
        connection.rollback()
    engine.dispose()


def _ignore(line: int, reason: str, row: object) -> None:
    raise SystemExit(f"line {line}: {reason}")


def _read(what: str, path: Path, repeat: int, limit: float | None = None) -> Figure:
    took = median(lambda: read(path), repeat)
    return Figure(f"{what} ({ROWS / took:,.0f} rows/s)", took, limit=limit)


def _staged(what: str, path: Path, url: str, repeat: int, limit: float | None = None) -> Figure:
    took = median(lambda: stage(path, url), repeat)
    return Figure(f"{what} ({ROWS / took:,.0f} rows/s)", took, limit=limit)


if __name__ == "__main__":
    main()
