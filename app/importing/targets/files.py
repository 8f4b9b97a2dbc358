"""A file as a target: CSV, JSON or JSON Lines, written beside and renamed when it is whole."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from sqlalchemy import ARRAY, Boolean
from sqlalchemy.types import JSON, TypeEngine

from app.importing.table_cells import bare, cell_of
from app.importing.targets.target import Record, TargetTrouble, WholeTarget

WORDS = {"true": True, "false": False}
FORMATS = (".csv", ".json", ".jsonl")


class FileTarget(WholeTarget):
    """`FileTarget(Path("/srv/out/products.csv"), columns)`. Readers see old or new, not half."""

    def __init__(self, path: Path, columns: Mapping[str, TypeEngine[Any]]) -> None:
        self.path, self.columns = path, columns
        if path.suffix not in FORMATS:
            raise TargetTrouble(f"{path.name} is none of {', '.join(FORMATS)}.")

    def records(self, keys: Sequence[Any] | None) -> Iterable[Record]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield from self._read(file)
        except FileNotFoundError:
            return
        except (OSError, ValueError, csv.Error) as error:
            raise TargetTrouble(f"{self.path.name} cannot be read: {error}.") from error

    def write(self, records: Iterable[Record]) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            with part.open("w", encoding="utf-8", newline="") as file:
                self._write(file, records)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            raise TargetTrouble(f"{self.path} cannot be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)

    def _read(self, file: IO[str]) -> Iterator[Record]:
        if self.path.suffix == ".csv":
            for row in csv.DictReader(file):
                yield {name: self._cell(name, row.get(name)) for name in self.columns}
        elif self.path.suffix == ".jsonl":
            yield from (json.loads(line, parse_float=Decimal) for line in file if line.strip())
        else:
            yield from json.loads(file.read() or "[]", parse_float=Decimal)

    def _write(self, file: IO[str], records: Iterable[Record]) -> None:
        if self.path.suffix == ".csv":
            writer = csv.writer(file)
            writer.writerow(self.columns)
            for record in records:
                writer.writerow([cell_of(record[n], type_) for n, type_ in self.columns.items()])
        elif self.path.suffix == ".jsonl":
            file.writelines(f"{_json(record)}\n" for record in records)
        else:
            between = "["
            for record in records:
                file.write(f"{between}\n{_json(record)}")
                between = ","
            file.write("[\n]\n" if between == "[" else "\n]\n")

    def _cell(self, name: str, cell: str | None) -> Any:
        """The value of a cell; an empty one says nothing."""
        if not cell:
            return None
        if isinstance(self.columns[name], Boolean):
            return WORDS.get(cell.lower(), cell)
        if isinstance(self.columns[name], JSON | ARRAY):
            return json.loads(bare(cell))
        return bare(cell)


def _json(record: Record) -> str:
    return json.dumps(dict(record), default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Numbers with decimals as text, so that nobody rounds them."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
