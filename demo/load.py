"""Bring the demo data up to date: the files say 2017, the shop should say this week."""

import csv
import gzip
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

LAST_DAY = date(2017, 12, 31)  # a Sunday, the last day of the data set


def shifted(path_in: Path | str, path_out: Path | str, today: date) -> None:
    """Copy a demo CSV with its days moved so that the data set ends yesterday.

    Columns called `..._on` (days) and `..._at` (moments) move, by whole weeks, so that a Saturday
    stays a busy Saturday. What would have been sold after yesterday is left out. Both paths may end
    in `.gz`; rows are streamed.
    """
    yesterday = today - timedelta(days=1)
    moved = _mover(weeks=-(-(yesterday - LAST_DAY).days // 7))
    with _open(path_in, "r") as source, _open(path_out, "w") as target:
        rows, writer = csv.reader(source), csv.writer(target, lineterminator="\n")
        header = next(rows)
        writer.writerow(header)
        days = [i for i, name in enumerate(header) if name.endswith(("_on", "_at"))]
        moments = [i for i in days if header[i].endswith("_at")]
        for row in rows:
            for i in days:
                row[i] = moved(row[i][:10]) + row[i][10:]
            if all(row[i][:10] <= yesterday.isoformat() for i in moments):
                writer.writerow(row)


def _mover(weeks: int) -> Callable[[str], str]:
    @cache
    def moved(day: str) -> str:
        return (date.fromisoformat(day) + timedelta(weeks=weeks)).isoformat() if day else ""

    return moved


def _open(path: Path | str, mode: str) -> Any:
    if Path(path).suffix == ".gz":
        return gzip.open(path, f"{mode}t", compresslevel=1, encoding="utf-8", newline="")
    return open(path, mode, encoding="utf-8", newline="")
