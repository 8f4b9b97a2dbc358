"""Files of products to measure with: the demo products over and over, some changed or gone."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

DEMO = Path(__file__).parents[1] / "demo" / "products.csv.gz"
EACH = 100
"""One row in so many is changed, and another one deleted."""
DELETED = 50

PLAIN = (
    "number", "description", "description_2", "size", "unit_size",
    "pack_size", "case_size", "average_weight", "ingredients", "notes",
)  # fmt: skip
"""The ten columns of a file whose rows are products and nothing else."""

Row = dict[str, Any]


def products(path: Path, count: int) -> Path:
    """So many products with all they have, with numbers and codes of their own."""
    with _writer(path, _header()) as writer:
        writer.writerows(_numbered(count))
    return path


def plain_products(path: Path, count: int) -> Path:
    """So many products with the ten columns that every peer has too."""
    with _writer(path, PLAIN) as writer:
        writer.writerows(_plain(row) for row in _numbered(count))
    return path


def one_percent_changed(source: Path, path: Path) -> Path:
    """Another description, price and cost in each hundredth row."""
    with _reader(source) as rows, _writer(path, rows.fieldnames or ()) as writer:
        for place, row in enumerate(rows):
            if place % EACH == 0:
                row["description"] += " new"
                for name in {"regular_price", "case_cost"} & row.keys():
                    row[name] = row[name] and f"{float(row[name]) + 0.5:.2f}"
            writer.writerow(row)
    return path


def one_percent_deleted(source: Path, path: Path) -> Path:
    """Each hundredth row is not there any more."""
    with _reader(source) as rows, _writer(path, rows.fieldnames or ()) as writer:
        writer.writerows(row for place, row in enumerate(rows) if not _is_deleted(place))
    return path


def one_percent_marked(source: Path, path: Path) -> Path:
    """The same for who deletes only what a row says: a column more, filled in each hundredth."""
    with _reader(source) as rows, _writer(path, [*(rows.fieldnames or ()), "deleted"]) as writer:
        writer.writerows(
            row | {"deleted": "true" if _is_deleted(place) else ""}
            for place, row in enumerate(rows)
        )
    return path


def _is_deleted(place: int) -> bool:
    return place % EACH == DELETED


def _header() -> list[str]:
    with _reader(DEMO) as rows:
        return list(rows.fieldnames or ())


def _numbered(count: int) -> Iterator[Row]:
    from app.barcodes import with_check_digit

    with _reader(DEMO) as reader:
        rows = list(reader)
    for number in range(count):
        code = with_check_digit(f"4{number:010d}")
        yield rows[number % len(rows)] | {"number": str(number), "code": code}


def _plain(row: Row) -> Row:
    # Three places are what every peer keeps; more would differ again in each run.
    unit_size = re.match(r"(?!0[. ])[0-9]+(\.[0-9]{1,3})? ", row["size"])
    return {
        "number": row["number"],
        "description": row["description"],
        "description_2": row["brand"],
        "size": row["size"],
        "unit_size": unit_size[0].strip() if unit_size else "",
        "pack_size": "1",
        "case_size": row["case_size"],
        "average_weight": row["case_cost"] if row["size"] == "lb" else "",
        "ingredients": row["category"],
        "notes": row["vendor"],
    }


@contextmanager
def _reader(path: Path) -> Iterator[csv.DictReader[str]]:
    with _open(path, "rt") as file:
        yield csv.DictReader(file)


@contextmanager
def _writer(path: Path, header: Any) -> Iterator[csv.DictWriter[str]]:
    with _open(path, "wt") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        yield writer


def _open(path: Path, mode: str) -> IO[Any]:
    if path.suffix == ".gz":
        return (
            gzip.open(path, mode, 1, newline="")
            if mode == "wt"
            else gzip.open(path, mode, newline="")
        )
    return path.open(mode, newline="")
