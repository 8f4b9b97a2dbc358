"""Rows that were read once and are kept on disk as text, to be read again as often as one likes.

A workbook, a document or a feed from elsewhere is read to its end first: one that dies half-way
has brought nothing, and nothing is deleted because of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from app.importing.errors import BadSource
from app.importing.sources.tabular import CHUNK, Chunk, Known, Reject, TabularSource

HEADER_WITHIN = 20
"""A header stands in one of so many first rows; titles and remarks may be above it."""
MOST_COLUMNS = 16_384


class Spool:
    """A temporary file of chunks, one line of JSON each."""

    def __init__(self) -> None:
        self.file = TemporaryFile()  # noqa: SIM115
        self.count = 0
        self._numbers: list[int] = []
        self._rows: list[Sequence[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.file.close()

    def add(self, line: int, cells: Sequence[str]) -> None:
        """Keep a row; lines ascend."""
        self._numbers.append(line)
        self._rows.append(cells)
        self.count += 1
        if len(self._rows) == CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what waits; to be called after the last row."""
        if self._rows:
            self.file.write(json.dumps([self._numbers, self._rows]).encode() + b"\n")
        self._numbers, self._rows = [], []

    def chunks(self, start: int = 0) -> Iterator[Chunk]:
        """What was kept, from this byte of the file on."""
        # Each reader keeps its own place: one may look for a header while another reads on.
        place = start
        while True:
            self.file.seek(place)
            line = self.file.readline()
            if not line:
                return
            place = self.file.tell()
            numbers, rows = json.loads(line)
            yield numbers, rows


class SpooledSource(TabularSource):
    """Rows of a spool below a header."""

    def __init__(
        self,
        spool: Spool,
        *,
        name: str,
        header: Sequence[str],
        facts: Mapping[str, Any],
        notes: Sequence[str] = (),
        after: int = 0,
        start: int = 0,
        longest_cell: int = 10_000,
    ) -> None:
        """Rows after the line `after` count; chunks begin at the byte `start` of the spool."""
        self.spool = spool
        self.header = tuple(header)
        self._name, self._facts, self._notes = name, dict(facts), list(notes)
        self._after, self._start, self._longest = after, start, longest_cell

    @property
    def name(self) -> str:
        return self._name

    @property
    def expected(self) -> int | None:
        return self.spool.count or None

    def facts(self) -> dict[str, Any]:
        return self._facts

    def notes(self) -> list[str]:
        return self._notes

    def chunks(self, reject: Reject) -> Iterator[Chunk]:
        width, after = len(self.header), self._after
        for numbers, rows in self.spool.chunks(self._start):
            if numbers and numbers[0] <= after:
                skip = sum(number <= after for number in numbers)
                numbers, rows = numbers[skip:], rows[skip:]
            if set(map(len, rows)) - {width}:
                rows = [_as_wide(row, width) for row in rows]
            if max(map(len, chain.from_iterable(rows)), default=0) > self._longest:
                numbers, rows = self._only_short(numbers, rows, reject)
            if rows:
                yield numbers, rows

    def _only_short(self, numbers: list[int], rows: list[list[str]], reject: Reject) -> Chunk:
        kept: Chunk = ([], [])
        for line, row in zip(numbers, rows, strict=True):
            longest = max(map(len, row), default=0)
            if longest > self._longest:
                limit = f"at most {self._longest:,} are allowed"
                reject(line, f"A cell has {longest:,} characters; {limit}.", ())
            else:
                kept[0].append(line)
                kept[1].append(row)
        return kept


def find_header(chunks: Iterable[Chunk], knows: Known, name: str) -> tuple[int, list[str]]:
    """The line and the names of the row, among the first, that names most of what is known."""
    best: tuple[int, int, list[str]] | None = None
    numbers, rows = next(iter(chunks), ([], []))
    for line, row in zip(numbers[:HEADER_WITHIN], rows[:HEADER_WITHIN], strict=True):
        names = [cell.strip() for cell in row]
        known = sum(map(knows, names))
        if best is None or known > best[0]:
            best = known, line, names
    if best is None:
        raise BadSource(f"{name} is empty.")
    if len(best[2]) > MOST_COLUMNS:
        raise BadSource(f"{name} has more than {MOST_COLUMNS:,} columns.")
    return best[1], best[2]


def spool_records(
    spool: Spool, records: Iterable[tuple[int, Mapping[str, str]]], names: Sequence[str] = ()
) -> list[str]:
    """Keep records that may have different names; returns all: given ones, then as they came."""
    places = {name: place for place, name in enumerate(names)}
    for line, record in records:
        for name in record:
            if name not in places:
                places[name] = len(places)
                if len(places) > MOST_COLUMNS:
                    raise BadSource(f"The records have more than {MOST_COLUMNS:,} different names.")
        row = [""] * len(places)
        for name, value in record.items():
            row[places[name]] = value
        spool.add(line, row)
    spool.flush()
    return list(places)


def _as_wide(row: list[str], width: int) -> list[str]:
    """Short rows have empty cells at their end; what stands beside the table is no part of it."""
    return row[:width] if len(row) >= width else row + [""] * (width - len(row))
