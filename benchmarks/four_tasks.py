"""The four tasks of every comparison of imports: create, nothing to do, some changed, some deleted.

Ours and by hand do them in turn, each on databases of its own, and must end with the same rows and
versions; a way that leaves out work is no comparison.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from app.testing.server import TestServer
from benchmarks import product_files
from benchmarks.child import PLAIN, PRODUCTS, import_in_child
from benchmarks.common import Figure, seconds
from benchmarks.plain_products import import_plain_by_hand
from benchmarks.products_by_hand import import_by_hand

TASKS = {
    "create": "create",
    "nothing to do": "create",
    "1 % changed": "changed",
    "1 % deleted": "deleted",
}
"""The name of each, and of the file that it brings."""
BY_HAND = 2.5
"""So many times as long as SQL by hand may an import take."""


@dataclass(frozen=True)
class Kind:
    """What is imported: the handler, the same by hand, and how its files are made."""

    title: str
    handler: str
    by_hand: Callable[..., None]
    write: Callable[[Path, int], Path]
    suffix: str


ALONE = Kind("products alone", PLAIN, import_plain_by_hand, product_files.plain_products, ".csv")
WITH_ALL = Kind("products-csv", PRODUCTS, import_by_hand, product_files.products, ".csv.gz")


@dataclass(frozen=True)
class Files:
    """The files of the tasks, in a folder of their own."""

    kind: Kind
    folder: Path
    rows: int

    @classmethod
    def write(cls, kind: Kind, folder: Path, rows: int) -> Files:
        here = folder / f"{kind.title.replace(' ', '-')}-{rows}"
        here.mkdir()
        found = cls(kind, here, rows)
        create = kind.write(found.of("create"), rows)
        changed = product_files.one_percent_changed(create, here / f"changed{kind.suffix}")
        product_files.one_percent_deleted(changed, here / f"deleted{kind.suffix}")
        return found

    def of(self, task: str) -> Path:
        return self.folder / f"{TASKS[task]}{self.kind.suffix}"


@dataclass(frozen=True)
class Done:
    """How a task was done."""

    seconds: float
    megabytes: float = 0.0


Times = dict[str, Done]


def beside_hand(server: TestServer, files: Files, repeat: int) -> tuple[dict[str, Figure], float]:
    """A figure for each task, and the most memory that one of our imports held, in MB."""
    both = [
        (_measured(server, files, "ours", _ours), _measured(server, files, "hand", _by_hand))
        for _ in range(repeat)
    ]
    figures = {}
    for task in TASKS:
        ours = statistics.median(ours[task].seconds for ours, _ in both)
        hand = statistics.median(hand[task].seconds for _, hand in both)
        title = f"{files.kind.title}, {files.rows:,} rows: {task}"
        figures[task] = Figure(title, ours, hand, limit=BY_HAND)
    return figures, max(done.megabytes for ours, _ in both for done in ours.values())


def require(who: str, task: str, rows: int, there: int, versions: int | None) -> None:
    """Whether all was done. Raises SystemExit, since the times would compare nothing."""
    each = -(-rows // product_files.EACH)
    gone = len(range(product_files.DELETED, rows, product_files.EACH))
    deleted, changed = task == "1 % deleted", task in ("1 % changed", "1 % deleted")
    expected = rows - (gone if deleted else 0)
    if there != expected:
        raise SystemExit(f"{who}, {task}: {there:,} rows are there, and not {expected:,}.")
    expected = rows + (each if changed else 0) + (gone if deleted else 0)
    if versions not in (None, expected):
        raise SystemExit(f"{who}, {task}: {versions:,} versions are there, and not {expected:,}.")


def _ours(files: Files, config: dict[str, str], path: Path, *, delete: bool) -> Done:
    told = import_in_child(config, path, handler=files.kind.handler, delete=delete)
    return Done(told["seconds"], told["megabytes"])


def _by_hand(files: Files, config: dict[str, str], path: Path, *, delete: bool) -> Done:
    return Done(seconds(lambda: files.kind.by_hand(config["db.url"], path, delete=delete)))


def _measured(server: TestServer, files: Files, name: str, bring: Callable[..., Done]) -> Times:
    config = server.clone(name)
    found = {}
    for task in TASKS:
        found[task] = bring(files, config, files.of(task), delete=task == "1 % deleted")
        require(name, task, files.rows, *_counted(config["db.url"]))
    server.drop(name)
    return found


def _counted(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            for table in ("product", "product_version"):
                cursor.execute(f"SELECT count(*) FROM {table}")
                yield from cursor.fetchone() or ()
    finally:
        connection.close()
