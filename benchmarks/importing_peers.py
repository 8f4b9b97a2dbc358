"""The import of 100,000 products by Storekeeper, by hand, and by what others use.

python -m benchmarks.importing_peers [--rows N] [--slow-rows N] [--repeat N] [--peers FOLDER]
                                     [--only NAME]... [--json]

Products alone with ten columns, which all can do; and, beside SQL by hand, products with codes,
costs and prices. All write to one server with PostgreSQL's default settings (fsync on). Times are
without the start of a process, with the reading of the file and the commit. Ours and those by hand
always keep a history; what peers keep is said.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.testing.server import TestServer
from benchmarks.common import Figure, durable_server, table
from benchmarks.four_tasks import ALONE, TASKS, WITH_ALL, Files, beside_hand, require
from benchmarks.peer_environments import CACHE, PEERS, Peer, environment, run
from benchmarks.product_files import one_percent_marked

PIPELINE = 60_000
"""So many rows in a second go through a whole import in which nothing is to do."""


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--slow-rows", type=int, default=10_000, help="for peers that take long")
    options.add_argument("--repeat", type=int, default=3, help="of ours and of those by hand")
    options.add_argument("--peers", type=Path, default=CACHE, help="where their environments are")
    options.add_argument("--only", action="append", choices=sorted({peer.name for peer in PEERS}))
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    peers = [peer for peer in PEERS if not chosen.only or peer.name in chosen.only]
    pythons = {peer: environment(peer, chosen.peers) for peer in peers}
    with durable_server() as server, tempfile.TemporaryDirectory() as folder:
        figures = list(measured(server, Path(folder), chosen, pythons))
    told = [figure.as_json() for figure in figures]
    print(json.dumps(told, indent=2) if chosen.json else table(figures, "other"))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measured(
    server: TestServer, folder: Path, chosen: argparse.Namespace, pythons: Mapping[Peer, Path]
) -> Iterator[Figure]:
    """First beside SQL by hand, then beside each peer."""
    files = Files.write(ALONE, folder, chosen.rows)
    alone, _ = beside_hand(server, files, chosen.repeat)
    yield from alone.values()
    yield from beside_hand(server, Files.write(WITH_ALL, folder, chosen.rows), chosen.repeat)[
        0
    ].values()
    rates = {task: chosen.rows / alone[task].ours for task in TASKS}
    yield Figure(
        f"products alone, {chosen.rows:,} rows: nothing to do", rates["nothing to do"],
        limit=PIPELINE, unit="rows/s", at_least=True,
    )  # fmt: skip
    fewer = min(chosen.slow_rows, chosen.rows)
    slow = files if fewer == chosen.rows else Files.write(ALONE, folder, fewer)
    for each in {files, slow}:
        one_percent_marked(each.folder / "changed.csv", each.folder / "marked.csv")
    for peer, python in pythons.items():
        yield from beside_peer(server, peer, python, slow if peer.is_slow else files, rates)


def beside_peer(
    server: TestServer, peer: Peer, python: Path, files: Files, ours: Mapping[str, float]
) -> Iterator[Figure]:
    """Rows in a second, by ours and by a peer in a database of its own."""
    server._execute("DROP DATABASE IF EXISTS peer WITH (FORCE)", "CREATE DATABASE peer")
    told = run(peer, python, server.url("peer"), files.folder)
    for task, done in told.items():
        require(str(peer), task, files.rows, done["rows"], done["versions"])
        yield Figure(
            f"{peer}, {files.rows:,} rows: {task}", ours[task],
            files.rows / done["seconds"], limit=peer.limit, unit="rows/s", at_least=True,
        )  # fmt: skip
    server._execute("DROP DATABASE peer WITH (FORCE)")


if __name__ == "__main__":
    main()
