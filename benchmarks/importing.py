"""The import of all 92,331 demo products, and what history costs.

python -m benchmarks.importing [--repeat N] [--million] [--json]

Ours is `storekeeper import products-csv` without the start of the process. By hand is
benchmarks/products_by_hand.py. Both write to the same tables with their history triggers, on one
server with PostgreSQL's default settings (fsync on).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.testing.server import TestServer
from benchmarks.common import Figure, durable_server, median, seconds, table
from benchmarks.products_by_hand import import_by_hand

DEMO = Path(__file__).parents[1] / "demo" / "products.csv.gz"
MILLION = 1_000_000


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeat", type=int, default=3, help="of each measurement")
    options.add_argument("--million", action="store_true", help="import 1,000,000 rows too")
    options.add_argument("--json", action="store_true")
    options.add_argument("--child", nargs=2, metavar=("URL", "FILE"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        print(json.dumps(import_here(*chosen.child)))
        return
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        figures = [
            *imports(server, Path(folder), chosen.repeat),
            *memory(server, Path(folder), million=chosen.million),
            *history(server, chosen.repeat),
        ]
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def imports(server: TestServer, folder: Path, repeat: int) -> Iterator[Figure]:
    """Create, nothing to do, 1 % changed; in turn, each way on databases of its own."""
    files = {"create": DEMO, "nothing to do": DEMO, "1 % changed": one_percent_changed(folder)}
    ours: dict[str, list[float]] = {name: [] for name in files}
    hand: dict[str, list[float]] = {name: [] for name in files}
    for number in range(repeat):
        urls = server.clone(f"ours_{number}"), server.clone(f"hand_{number}")
        for name, path in files.items():
            ours[name].append(import_in_child(urls[0], path)["seconds"])
            hand[name].append(seconds(lambda p=path, u=urls[1]["db.url"]: import_by_hand(u, p)))
        for which in ("ours", "hand"):
            server.drop(f"{which}_{number}")
    for name in files:
        yield Figure(
            f"import of 92,331 products: {name}",
            statistics.median(ours[name]),
            statistics.median(hand[name]),
            limit=3,
        )


def memory(server: TestServer, folder: Path, *, million: bool) -> Iterator[Figure]:
    """The most memory that the process of an import ever held."""
    config = server.clone("memory")
    small = import_in_child(config, DEMO)
    yield Figure("memory of an import of 92,331 products", small["megabytes"], limit=200, unit="MB")
    server.drop("memory")
    if million:
        config = server.clone("million")
        large = import_in_child(config, a_million(folder))
        again = import_in_child(config, folder / "million.csv.gz")
        yield Figure("memory of 1,000,000 products", large["megabytes"], limit=200, unit="MB")
        yield Figure("1,000,000 products: create", large["seconds"])
        yield Figure("1,000,000 products: nothing to do", again["seconds"])
        server.drop("million")


def history(server: TestServer, repeat: int) -> Iterator[Figure]:
    """What versions cost the ORM, and a bulk UPDATE with versions."""
    config = server.clone("history")
    import_by_hand(config["db.url"], DEMO)
    app = app_on(config)
    with app.app_context():
        insert_by_orm(100, versioning=True)  # warm up
        both = [
            (seconds(lambda: insert_by_orm(2_000, versioning=True)),
             seconds(lambda: insert_by_orm(2_000, versioning=False)))
            for _ in range(max(repeat, 3))
        ]  # fmt: skip
        on, off = (statistics.median(times) for times in zip(*both, strict=True))
        yield Figure("2,000 ORM inserts, versioning on, against off", on, off, limit=2)
        yield Figure("UPDATE of 22,000 products with history", median(update_many, repeat), limit=1)


def insert_by_orm(count: int, *, versioning: bool) -> None:
    from uuid import uuid4

    from app.db import unit_of_work
    from app.models.products import Product

    with unit_of_work(by="benchmark", versioning=versioning) as session:
        session.add_all(
            Product(number=uuid4().hex, description=f"Product {number}") for number in range(count)
        )


def update_many() -> None:
    from app.db import unit_of_work

    with unit_of_work(by="benchmark") as session:
        session.execute(text("""
            UPDATE product SET description = description || '.'
             WHERE uuid IN (SELECT uuid FROM product ORDER BY number LIMIT 22000)
        """))  # fmt: skip


def import_in_child(config: dict[str, str], path: Path) -> dict[str, float]:
    """Import in a fresh process, as people do; the time is without its start."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.importing",
        "--child",
        json.dumps(config),
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def import_here(config: str, path: str) -> dict[str, Any]:
    from app.importing.handlers.products_csv import ProductsCsv

    app = app_on(json.loads(config))
    with app.app_context():
        report = ProductsCsv(app.extensions["settings"], Path(path)).run(by="benchmark")
    if report.rejected_count:
        raise SystemExit(f"{report.rejected_count} rows were rejected: {report.rejected[0]}")
    return {"seconds": report.seconds, "megabytes": peak_memory(), "timings": report.timings}


def peak_memory() -> float:
    """The most memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held before the program began
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def app_on(config: dict[str, str]) -> Any:
    from app import create_app

    return create_app(config, web=False)


def one_percent_changed(folder: Path) -> Path:
    """The demo file with another description, price and cost in each hundredth row."""
    path = folder / "changed.csv.gz"
    with (
        gzip.open(DEMO, "rt", newline="") as source,
        gzip.open(path, "wt", 1, newline="") as target,
    ):
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames or ())
        writer.writeheader()
        for number, row in enumerate(rows):
            if number % 100 == 0:
                row["description"] += " new"
                for name in ("regular_price", "case_cost"):
                    row[name] = row[name] and f"{float(row[name]) + 0.5:.2f}"
            writer.writerow(row)
    return path


def a_million(folder: Path) -> Path:
    """The demo products over and over, with numbers and codes of their own."""
    from app.barcodes import with_check_digit

    path = folder / "million.csv.gz"
    with gzip.open(DEMO, "rt", newline="") as source:
        header, *rows = csv.reader(source)
    with gzip.open(path, "wt", 1, newline="") as target:
        writer = csv.writer(target)
        writer.writerow(header)
        for number in range(MILLION):
            code = with_check_digit(f"4{number:010d}")
            writer.writerow([number, code, *rows[number % len(rows)][2:]])
    return path


if __name__ == "__main__":
    main()
