"""How fast files are read: CSV before records are made, Excel to the stage, and a whole import.

python -m benchmarks.sources [--rows N] [--repeat N] [--json]

The demo products, in delimited text and as a workbook. `read` is what `chunks` of a source gives,
in the time of one core; `to staged` is the whole begin of an import, up to its checks. The import
with nothing to do is that of ten columns, as in benchmarks/plain_products.py.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine

from app.db.binds import parse
from app.importing.cells import FileContext
from app.importing.file_feed import FileFeed
from app.importing.handlers.product_rows import ProductRows
from app.importing.report import Rejects
from app.importing.sources.opening import open_table
from app.importing.stage import Stage
from app.testing.server import TestServer
from benchmarks.child import PLAIN, import_in_child
from benchmarks.common import Figure, durable_server, median, table
from benchmarks.plain_products import PlainRows
from benchmarks.product_files import DEMO, plain_products

ROWS = 100_000
"""With fewer nothing is required: the begin of each takes the same time."""
CSV_RATE, PIPELINE_RATE, EXCEL_SECONDS = 200_000, 60_000, 8.0


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=ROWS, help="of each file")
    options.add_argument("--repeat", type=int, default=3, help="of each measurement")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, durable_server() as server:
        figures = list(measured(server, Path(folder), chosen.rows, chosen.repeat))
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measured(server: TestServer, folder: Path, rows: int, repeat: int) -> Iterator[Figure]:
    ten = plain_products(folder / "ten.csv", rows)
    text, book = folder / "products.csv", folder / "products.xlsx"
    write_csv(text, sample_rows(rows))
    write_excel(book, sample_rows(rows))
    full = rows >= ROWS
    yield _read("CSV of 10 columns", ten, PlainRows, rows, repeat, CSV_RATE if full else None)
    yield _read("CSV of 16 columns", text, ProductRows, rows, repeat)
    url = server.clone("sources")["db.url"]
    yield Figure("CSV to staged", median(lambda: stage(text, url), repeat))
    yield Figure(
        "Excel to staged", median(lambda: stage(book, url), repeat),
        limit=EXCEL_SECONDS if full else None,
    )  # fmt: skip
    config = server.clone("pipeline")
    import_in_child(config, ten, handler=PLAIN)
    took = [import_in_child(config, ten, handler=PLAIN)["seconds"] for _ in range(repeat)]
    yield _rate(
        "import of 10 columns, nothing to do", rows / statistics.median(took),
        PIPELINE_RATE if full else None,
    )  # fmt: skip


def sample_rows(count: int) -> list[list[str]]:
    """A header and so many rows; the demo products are a few less, so some come twice."""
    with gzip.open(DEMO, "rt", newline="") as file:
        header, *rows = csv.reader(file)
    return [header, *itertools.islice(itertools.cycle(rows), count)]


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


def core_seconds_to_read(path: Path, feed: type[FileFeed], rows: int) -> float:
    """What one core has to do, whoever else uses the machine; nothing of it is in parallel."""
    start = time.process_time()
    with open_table(path, knows=feed.knows) as source:
        count = sum(len(rows) for _, rows in source.chunks(_refuse))
    took = time.process_time() - start
    if count != rows:
        raise SystemExit(f"{count:,} rows were read, and not {rows:,}.")
    return took


def stage(path: Path, url: str) -> None:
    engine = create_engine(parse(url))
    with engine.connect() as connection, open_table(path, knows=ProductRows.knows) as source:
        feed = ProductRows(source, FileContext())
        staged = Stage(connection, feed.name, feed.types)
        chunks = feed.chunks(Rejects(), lambda phase, rows: None)
        staged.fill([*feed.present, "line"], chunks)
        connection.rollback()
    engine.dispose()


def _refuse(line: int, reason: str, row: object) -> None:
    raise SystemExit(f"line {line}: {reason}")


def _read(
    what: str, path: Path, feed: type[FileFeed], rows: int, repeat: int, limit: int | None = None
) -> Figure:
    took = statistics.median(core_seconds_to_read(path, feed, rows) for _ in range(repeat))
    return _rate(f"{what} read by one core", rows / took, limit)


def _rate(what: str, rate: float, limit: int | None) -> Figure:
    return Figure(what, rate, limit=limit, unit="rows/s", at_least=True)


if __name__ == "__main__":
    main()
