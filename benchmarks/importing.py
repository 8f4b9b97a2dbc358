"""The import of all 92,331 demo products, and what history costs.

python -m benchmarks.importing [--repeat N] [--million] [--json]

Ours is `storekeeper import products-csv` without the start of the process. By hand is
benchmarks/products_by_hand.py. Both write to the same tables with their history triggers, on one
server with PostgreSQL's default settings (fsync on).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from app.testing.server import TestServer
from benchmarks.child import app_on, import_in_child
from benchmarks.common import Figure, durable_server, median, seconds, table
from benchmarks.four_tasks import WITH_ALL, Files, beside_hand
from benchmarks.product_files import DEMO, one_percent_changed
from benchmarks.products_by_hand import import_by_hand

MILLION = 1_000_000


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeat", type=int, default=3, help="of each measurement")
    options.add_argument("--million", action="store_true", help="import 1,000,000 rows too")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        figures = [
            *imports(server, Path(folder), chosen.repeat),
            *memory(server),
            *(a_million(server, Path(folder)) if chosen.million else ()),
            *history(server, chosen.repeat),
        ]
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def imports(server: TestServer, folder: Path, repeat: int) -> Iterator[Figure]:
    """Create, nothing to do, 1 % changed; in turn, each way on databases of its own."""
    changed = one_percent_changed(DEMO, folder / "changed.csv.gz")
    files = {"create": DEMO, "nothing to do": DEMO, "1 % changed": changed}
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


def memory(server: TestServer) -> Iterator[Figure]:
    """The most memory that the process of an import ever held."""
    config = server.clone("memory")
    small = import_in_child(config, DEMO)
    yield Figure("memory of an import of 92,331 products", small["megabytes"], limit=200, unit="MB")
    server.drop("memory")


def a_million(server: TestServer, folder: Path) -> Iterator[Figure]:
    """The four tasks with 1,000,000 rows, once each, beside the same by hand."""
    figures, megabytes = beside_hand(server, Files.write(WITH_ALL, folder, MILLION), repeat=1)
    yield from figures.values()
    yield Figure("memory of 1,000,000 products", megabytes, limit=250, unit="MB")


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


if __name__ == "__main__":
    main()
