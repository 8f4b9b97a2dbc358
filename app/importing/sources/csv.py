"""Delimited text: the delimiter is found by the header, rows come with their physical line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.importing.errors import BadSource
from app.importing.sources import reading
from app.importing.sources.reading import Reading
from app.importing.sources.tabular import CHUNK, Chunk, Known, Reject, TabularSource
from app.importing.sources.text import TextFile, inspect

DELIMITERS = ",;\t|"
LONGEST_LINE = 1_000_000
"""A longer line is rejected unread, so that no file can fill the memory."""


@dataclass(frozen=True)
class CsvSource(TabularSource):
    """A file that was looked through, with its header read.

    `longest_cell` is in characters. Raises BadSource from `open` on if the file cannot be read.
    """

    file: TextFile
    delimiter: str
    header: tuple[str, ...]
    first_line: int
    """The physical line of the first row after the header."""
    longest_cell: int

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        knows: Known,
        reading: Reading = reading.PLAIN,
        longest_cell: int = 10_000,
    ) -> CsvSource:
        """Look through a file; `knows` tells whether a header names something useful."""
        file = inspect(path, encoding=reading.encoding)
        with _sentences(file), file.open() as text:
            lines = _Lines(text)
            head = next((line for line in lines if line.strip("\ufeff \r\n\t,;|\0")), "")
            head, given = head.lstrip("\ufeff"), reading.delimiter
            if head.lower().startswith("sep=") and len(head.strip()) == 5:  # written by Excel
                given, head = given or head[4], next(lines, "")
            delimiter, header = _header(head, lines, knows, given)
            return cls(file, delimiter, tuple(header), lines.number + 1, longest_cell)

    @property
    def name(self) -> str:
        return self.file.path.name

    @property
    def expected(self) -> int | None:
        return self.file.lines

    @property
    def splits_at_comma(self) -> bool:
        return self.delimiter == ","

    def facts(self) -> dict[str, Any]:
        quotes = {"quotes": "backslash"} if self.file.has_backslash_quotes else {}
        return {
            "format": "csv",
            "sha256": self.file.sha256,
            "encoding": self.file.encoding,
            "delimiter": self.delimiter,
            **quotes,
        }

    def notes(self) -> list[str]:
        return self.file.notes

    def chunks(self, reject: Reject) -> Iterator[Chunk]:
        """Rows as wide as the header, with their lines, in lists of at most 2,000."""
        with _sentences(self.file), self.file.open() as text:
            lines = _Lines(text)
            while lines.number < self.first_line - 1:
                next(lines)
            yield from _Rows(self, lines, reject)


class _Lines:
    """Physical lines, counted; one that is too long is cut, and remembered as such."""

    def __init__(self, text: IO[str]) -> None:
        self._read = text.readline
        self.number = 0
        self.too_long: int | None = None
        self.long = 0
        """The length of the longest line since somebody set this to 0."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._read(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) > self.long:
            self.long = len(line)
            if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                self._skip_rest()
                return "\n"
        return line

    def _skip_rest(self) -> None:
        self.too_long = self.number
        while (rest := self._read(LONGEST_LINE)) and rest[-1] not in "\r\n":
            pass


class _Rows:
    """The rows of a source in chunks; what is no proper row is rejected on the way."""

    def __init__(self, source: CsvSource, lines: _Lines, reject: Reject) -> None:
        self.lines = lines
        self.reject = reject
        self.width = len(source.header)
        self.longest_cell = source.longest_cell
        escape = "\\" if source.file.has_backslash_quotes else None
        self.reader = csv.reader(lines, delimiter=source.delimiter, escapechar=escape, strict=True)

    def __iter__(self) -> Iterator[Chunk]:
        self.start = self.lines.number + 1
        while True:
            numbers: list[int] = []
            rows: list[list[str]] = []
            self.lines.long = 0
            more = self._fill(numbers, rows)
            if set(map(len, rows)) - {self.width} or self.lines.too_long:
                numbers, rows = self._only_whole(numbers, rows)
            if self.lines.long > self.longest_cell:
                numbers, rows = self._only_short(numbers, rows)
            if rows:
                yield numbers, rows
            if not more:
                return

    def _fill(self, numbers: list[int], rows: list[list[str]]) -> bool:
        lines, start = self.lines, self.start
        while True:
            try:
                for row in self.reader:
                    numbers.append(start)
                    rows.append(row)
                    start = lines.number + 1
                    if len(rows) == CHUNK:
                        self.start = start
                        return True
                self.start = start
                return False
            except csv.Error as error:
                self.reject(start, _why(error, start, lines.number), ())
                start = lines.number + 1

    def _only_whole(self, numbers: list[int], rows: list[list[str]]) -> Chunk:
        kept: Chunk = ([], [])
        for line, row in zip(numbers, rows, strict=True):
            if line == self.lines.too_long:
                self.reject(line, f"The line is longer than {LONGEST_LINE:,} characters.", ())
                self.lines.too_long = None
            elif len(row) >= self.width and not any(row[self.width :]):
                kept[0].append(line)
                kept[1].append(row[: self.width])
            elif any(cell.strip() for cell in row):
                self.reject(
                    line, f"The row has {len(row)} cells, and the header has {self.width}.", row
                )
        return kept

    def _only_short(self, numbers: list[int], rows: list[list[str]]) -> Chunk:
        kept: Chunk = ([], [])
        for line, row in zip(numbers, rows, strict=True):
            longest = max(map(len, row))
            if longest > self.longest_cell:
                limit = f"at most {self.longest_cell:,} are allowed"
                self.reject(line, f"A cell has {longest:,} characters; {limit}.", row)
            else:
                kept[0].append(line)
                kept[1].append(row)
        return kept


def _header(head: str, lines: _Lines, knows: Known, given: str | None) -> tuple[str, list[str]]:
    """The delimiter by which the header names most of what is known, and the names."""
    best: tuple[tuple[int, int], str, list[str]] | None = None
    for delimiter in given or DELIMITERS:
        try:
            names = [name.strip() for name in next(csv.reader([head], delimiter=delimiter))]
        except (csv.Error, StopIteration):
            continue
        rank = (sum(map(knows, names)), len(names))
        if best is None or rank > best[0]:
            best = rank, delimiter, names
    if best is None:
        raise BadSource("The first line is no header: a quote in it is not closed.")
    return best[1], best[2]


def _why(error: csv.Error, first: int, last: int) -> str:
    where = f" (lines {first} to {last} were left out)" if last > first else ""
    text = str(error)
    if "field larger" in text:
        return f"A cell is far too long; was a quote not closed?{where}"
    if "expected after" in text or "unexpected end" in text:
        return f"A quote is not closed, or text follows it{where}."
    return f"The row cannot be read: {text}{where}."


@contextmanager
def _sentences(file: TextFile) -> Iterator[None]:
    try:
        yield
    except UnicodeError as error:
        raise BadSource(f"The file {file.path.name} is not in {file.encoding}: {error}.") from error
