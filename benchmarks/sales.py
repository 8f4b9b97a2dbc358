"""The import of sales, against a plain COPY of the rows that it wrote, and the sums by day.

python -m benchmarks.sales [--lines N | --file CSV] [--json]

The file is one of the format of docs/reference/sales.md; without one the demo's sales are repeated,
each time with other receipts and moved by a day, until there are so many lines. Both write to the
same partitioned tables on one server with PostgreSQL's default settings (fsync on).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import text

from app.testing.server import TestServer
from benchmarks.common import Figure, durable_server, median, seconds, table

DEMO = Path(__file__).parents[1] / "demo"
COPIED = ("transaction", "transaction_item", "transaction_discount")
YEAR = 364  # whole weeks, so that a Saturday stays one


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--lines", type=int, default=300_000, help="of the demo, repeated")
    options.add_argument("--file", type=Path, help="another file of sales")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        path = chosen.file or repeated(Path(folder) / "sales.csv", chosen.lines)
        figures = list(measured(server, path, Path(folder)))
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measured(server: TestServer, path: Path, folder: Path) -> Iterator[Figure]:
    """The import, the same rows by COPY, and what the sums are asked."""
    from app import create_app
    from app.db import db

    ours, other = server.clone("ours"), server.clone("copied")
    app = create_app({**ours, "data.folder": str(folder)}, web=False)
    with app.app_context():
        prepare(app, path)
        report = import_of(app, path)
        files = written(ours["db.trainwreck_url"], folder)
        by_copy = copied(other["db.trainwreck_url"], files)
        again = import_of(app, path)
        asked = median(lambda: a_year(), 5)
        for engine in db.engines.values():
            engine.dispose()
        off = {name: abs(kept - told) for name, told, kept in sums(path, ours["db.trainwreck_url"])}
    sums_by_day = report.timings.get("finish", 0.0)
    lines = f"{report.read:,} lines"
    yield Figure(f"import of {lines}, with receipts and sums", report.seconds, by_copy, limit=3)
    yield Figure("… without the sums by day", report.seconds - sums_by_day, by_copy)
    for phase, took in report.timings.items():
        yield Figure(f"… of it {phase}", took)
    yield Figure("the same file again: nothing to do", again.seconds)
    yield Figure("sales by department and day over a year", asked * 1000, limit=50, unit="ms")
    for name, difference in off.items():
        yield Figure(f"{name}: how far from the file", float(difference), limit=0, unit="")


def prepare(app: Any, path: Path) -> None:
    """The stores of the file and the products of the demo."""
    from app.db import unit_of_work
    from app.importing.handlers.products_csv import ProductsCsv
    from app.models.stores import Store

    ProductsCsv(app.extensions["settings"], DEMO / "products.csv.gz").run()
    with path.open(encoding="utf-8", newline="") as file:
        numbers = {int(row["store_number"]) for row in csv.DictReader(file)}
    with unit_of_work(by="benchmark") as session:
        session.add_all(Store(number=number, name=f"Store {number}") for number in sorted(numbers))


def import_of(app: Any, path: Path) -> Any:
    from app.importing.handlers.sales_csv import SalesCsv

    return SalesCsv(app.extensions["settings"], path).run(by="benchmark")


def written(url: str, folder: Path) -> dict[str, Path]:
    """The rows that the import wrote, a file for each table."""
    files = {}
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for name in COPIED:
            files[name] = folder / f"{name}.copy"
            with files[name].open("wb") as file:
                cursor.copy_expert(f'COPY (SELECT * FROM "{name}") TO STDOUT', file)
    connection.close()
    return files


def copied(url: str, files: dict[str, Path]) -> float:
    """Seconds for a plain COPY of them into tables without rows, in one transaction."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT create_sales_partitions('2017-01-01', '2019-01-31')")

    def copy() -> None:
        with connection, connection.cursor() as cursor:
            for name, path in files.items():
                with path.open("rb") as file:
                    cursor.copy_expert(f'COPY "{name}" FROM STDIN', file)

    took = seconds(copy)
    connection.close()
    return took


def sums(path: Path, url: str) -> Iterator[tuple[str, Decimal, Decimal]]:
    """(what, the sum of the file, ours): what lines and sums by day must agree on to the cent."""
    net = discount = Decimal(0)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            net += Decimal(row["sales_value"])
            discount += Decimal(row["retail_discount"] or 0)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        for name, told, query in (
            ("sales, by lines", net, "SELECT sum(net) FROM transaction_item"),
            ("sales, by day", net, "SELECT sum(net) FROM sales_by_store"),
            ("discounts of members", discount,
             "SELECT sum(amount) FROM transaction_discount WHERE kind = 'member'"),
        ):  # fmt: skip
            cursor.execute(query)
            yield name, told, (cursor.fetchone() or (0,))[0]
    connection.close()


def a_year() -> None:
    from app.db import connection_to, unit_of_work

    query = text(
        "SELECT sold_on, department_number, sum(net) FROM sales_by_department"
        " WHERE store_number = 0 GROUP BY 1, 2"
    )
    with unit_of_work() as session:
        connection_to(session, "trainwreck").execute(query).all()


def repeated(path: Path, lines: int) -> Path:
    """The demo's sales so often that there are so many lines, each time other receipts."""
    with gzip.open(DEMO / "sales.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, *body = rows
    basket, moment = header.index("basket_id"), header.index("sold_at")
    first = min(row[moment][:10] for row in body)
    start = date.fromisoformat(first)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        left, turn = lines, 0
        while left > 0:
            for row in body[:left]:
                day = date.fromisoformat(row[moment][:10])
                moved = start + timedelta(days=((day - start).days + turn) % YEAR)
                changed = {basket: f"{turn}{row[basket]}", moment: f"{moved}{row[moment][10:]}"}
                writer.writerow([changed.get(place, cell) for place, cell in enumerate(row)])
            left, turn = left - len(body), turn + 1
    return path


if __name__ == "__main__":
    main()
