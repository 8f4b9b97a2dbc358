"""The import of products from another node, beside that of the file from which it has them.

python -m benchmarks.nodes [--rows N] [--repeat N] [--json]

One node imports a file of products with codes, costs and prices by `storekeeper import
products-csv`; another takes the same tables from it by `storekeeper import node`. Both write to
tables with their history triggers, on one server with PostgreSQL's default settings (fsync on), and
must end with the same products and versions.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2

from app.testing.server import TestServer
from benchmarks.child import NODE, import_in_child
from benchmarks.common import Figure, durable_server, table
from benchmarks.four_tasks import TASKS, WITH_ALL, Files, require

LIMIT = 2
"""So many times as long as the import of the file may it take."""
TABLES = (
    "brand", "department", "vendor", "subdepartment", "category", "family", "product",
    "product_code", "product_cost", "product_price",
)  # fmt: skip


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=100_000, help="of products")
    options.add_argument("--repeat", type=int, default=3, help="of each measurement")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        files = Files.write(WITH_ALL, Path(folder), chosen.rows)
        figures = list(beside_the_file(server, files, chosen.repeat))
    shown = table(figures, other="the file")
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else shown)
    sys.exit(any(figure.is_reached is False for figure in figures))


def beside_the_file(server: TestServer, files: Files, repeat: int) -> Iterator[Figure]:
    """The four tasks, each by file on one node and from that node on another."""
    both = [_once(server, files) for _ in range(repeat)]
    for task in TASKS:
        ours, theirs = (statistics.median(found[task][way] for found in both) for way in (0, 1))
        yield Figure(f"node to node, {files.rows:,} products: {task}", ours, theirs, limit=LIMIT)
    yield Figure(
        f"memory of node to node, {files.rows:,} products",
        max(megabytes for found in both for _, _, megabytes in found.values()),
        limit=250,
        unit="MB",
    )


def _once(server: TestServer, files: Files) -> dict[str, tuple[float, float, float]]:
    """Seconds by node and by file, and the memory of the first, for each task."""
    west, here = server.clone("west"), server.clone("here")
    here |= {"nodes.west.url": west["db.url"]}
    found = {}
    for task in TASKS:
        delete = task == "1 % deleted"
        by_file = import_in_child(west, files.of(task), delete=delete)
        by_node = import_in_child(here, handler=NODE, models=TABLES, delete=delete)
        require("node", task, files.rows, *_counted(here["db.url"]))
        _require_equal(west["db.url"], here["db.url"])
        found[task] = by_node["seconds"], by_file["seconds"], by_node["megabytes"]
    server.drop("west")
    server.drop("here")
    return found


def _require_equal(west: str, here: str) -> None:
    for name in ("product_code", "product_cost", "product_price"):
        there, ours = (_number(url, name) for url in (west, here))
        if there != ours or not ours:
            raise SystemExit(f"{name}: {ours:,} rows are here, and {there:,} there.")


def _counted(url: str) -> tuple[int, int]:
    return _number(url, "product"), _number(url, "product_version")


def _number(url: str, name: str) -> int:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {name}")
            (found,) = cursor.fetchone() or (0,)
            return int(found)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
