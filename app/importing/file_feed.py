"""The feed of a file of rows: its columns are declared, its cells are read column by column.

Reading is what Python does for each row, so it is made fast: a chunk of rows is turned into
columns, and each column is looked up in a dictionary of the cells seen so far. Only a cell that is
new, and only a row with a bad cell, costs a call of ours.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from app.barcodes import Column as CodeColumn
from app.barcodes import LostDigits, Reading, Repair
from app.importing.cells import Barcode, FileContext, Kind, Read, sentence, shown
from app.importing.errors import BadSource, Refused, Rejected
from app.importing.feed import Feed, Progress, Rejection, RejectionWithCells
from app.importing.habits import find_habits
from app.importing.mapping import places, plain
from app.importing.report import Rejects
from app.importing.schema import schema_of
from app.importing.sources.tabular import TabularSource

REMEMBERED = 20_000
"""So many different cells of a column are remembered."""
BAD = "\0"
"""In place of the text of a cell that cannot be taken; COPY has no such text."""
NOT_SAID: Mapping[str, str] = {}


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: its name, what may stand in it, and other names it goes by."""

    name: str
    kind: Kind
    also: tuple[str, ...] = ()
    required: bool = False
    """The file must have it."""
    filled: bool = False
    """Where the file has it, no cell may be empty."""
    empty: str | None = None
    """What an empty cell stands for; by default for nothing."""
    help: str = ""

    @property
    def names(self) -> set[str]:
        return {plain(name) for name in (self.name, *self.also)}

    @property
    def staged(self) -> dict[str, TypeEngine[Any]]:
        types = zip(self.kind.suffixes, self.kind.types, strict=True)
        return {f"{self.name}{suffix}": type_ for suffix, type_ in types}


class FileFeed(Feed):
    """Rows of a file whose columns are declared in `columns`."""

    columns: ClassVar[Sequence[FileColumn]]

    def __init__(self, source: TabularSource, context: FileContext) -> None:
        self.source = source
        self.context = context
        self.ignored: list[str] = []
        self.places = self._places()
        find_habits(source, self.places, context)
        self._schema = schema_of(source)

    def facts(self) -> dict[str, Any]:
        """What the file turned out to be."""
        repair = self.context.repair
        return {
            **self.source.facts(),
            "decimal": self.context.decimal,
            "dates": self.context.dates,
            "ignored_columns": self.ignored,
            "repair": repair.sentence if repair else None,
            "schema": self._schema,
        }

    @property
    def types(self) -> Mapping[str, TypeEngine[Any]]:
        said = {name: type_ for column in self.columns for name, type_ in column.staged.items()}
        return said | dict(self.derived)

    @property
    def present(self) -> Sequence[str]:
        return [name for column in self.places for name in column.staged]

    @property
    def filled(self) -> Collection[str]:
        return [name for column in self.places if column.filled for name in column.staged]

    @classmethod
    def knows(cls, name: str, mapping: Mapping[str, str] = NOT_SAID) -> bool:
        """Whether a header names one of the columns."""
        said = {plain(one) for one in mapping.values()}
        return plain(name) in said or any(plain(name) in one.names for one in cls.columns)

    def chunks(self, rejects: Rejects, progress: Progress) -> Iterator[bytes]:
        self.read = 0
        cells = {place: _Cells(column, self.context) for column, place in self.places.items()}
        taken = list(cells.values())

        def reject(line: int, reason: str, row: Sequence[str]) -> None:
            self.read += 1
            rejects.add(line, reason, row)

        for lines, rows in self.source.chunks(reject):
            columns = list(zip(*rows, strict=True))
            copied: list[Sequence[str]] = [
                column.copied(columns[place]) for place, column in cells.items()
            ]
            copied.append(list(map(str, lines)))
            if any(column.has_bad for column in taken):
                copied = self._without_bad(lines, rows, copied, cells, rejects)
            for column in taken:
                column.forget()
            self.read += len(copied[-1])
            text = "\n".join(map("\t".join, zip(*copied, strict=True)))
            yield f"{text}\n".encode() if text else b""
            progress("reading", len(rows))

    def _without_bad(
        self,
        lines: list[int],
        rows: list[list[str]],
        copied: list[Sequence[str]],
        cells: Mapping[int, _Cells],
        rejects: Rejects,
    ) -> list[Sequence[str]]:
        good = []
        for line, row, values in zip(lines, rows, zip(*copied, strict=True), strict=True):
            if BAD not in values:
                good.append(values)
            elif any(cell.strip() for cell in row):
                self.read += 1
                reasons = [column.why(row[place], line) for place, column in cells.items()]
                rejects.add(line, " ".join(filter(None, reasons)), row)
        return list(zip(*good, strict=True)) or [() for _ in copied]

    def must_repeat(self) -> bool:
        """Some codes did not fit: look at the whole column, and read again if it was damaged."""
        if not self.context.misread or self.context.repair:
            return False
        self.context.misread = False
        column, place = next((c, p) for c, p in self.places.items() if isinstance(c.kind, Barcode))
        repair = self._decide(column, place)
        if repair.reading is Reading.AS_IS:
            return False
        if repair.reading is Reading.UNDECIDED and repair.rate >= 0.5:
            return False  # most are right as they are: the wrong ones are rejected, each by itself
        if repair.reading is Reading.UNDECIDED:
            raise BadSource(
                f"The column {self.source.header[place]} cannot be read. {repair.sentence}"
            )
        self.context.repair = repair
        return True

    def _decide(self, column: FileColumn, place: int) -> Repair:
        codes = CodeColumn()
        for lines, rows in self.source.chunks(lambda line, reason, row: None):
            for line, row in zip(lines, rows, strict=True):
                try:
                    codes.add(row[place].strip(), line)
                except LostDigits as error:
                    raise BadSource(_refusal(line, self.source.header[place], str(error))) from None
        return codes.decide()

    @property
    def header(self) -> Sequence[str]:
        return self.source.header

    @property
    def delimiter(self) -> str:
        return str(self.source.facts().get("delimiter") or ",")

    def with_cells(self, rejections: Iterator[Rejection]) -> Iterator[RejectionWithCells]:
        """Reads the file once more; a line that was rejected while reading is not among them."""
        waiting = next(rejections, None)
        for lines, rows in self.source.chunks(lambda line, reason, row: None):
            while waiting and waiting[0] <= lines[-1]:
                line, reason = waiting
                yield line, reason, rows[bisect_left(lines, line)]
                waiting = next(rejections, None)
            if waiting is None:
                return

    def _places(self) -> dict[FileColumn, int]:
        """Where each column stands in the file. Raises BadSource for missing and doubled ones."""
        header = self.source.header
        there = places(self.columns, header, self.context.mapping)
        self.ignored = [name for i, name in enumerate(header) if i not in there.found.values()]
        if there.problems:
            has = ", ".join(shown(name) for name in header[:20] if name) or "nothing"
            problems = "; ".join(there.problems)
            raise BadSource(f"In {self.source.name} {problems}. Its header has: {has}.")
        return there.found


class _Cells(dict[str, str]):
    """The COPY text of each cell of a column that was seen; a bad cell gives BAD."""

    def __init__(self, column: FileColumn, context: FileContext) -> None:
        self.column = column
        self.read: Read = column.kind.reader(context)
        self.blank = column.kind.null if column.empty is None else column.empty
        self.has_bad = False

    def copied(self, cells: Sequence[str]) -> Sequence[str]:
        """The COPY text of each of these cells."""
        if self.column.kind.are_as_written(cells):
            return cells
        return list(map(self.__getitem__, cells))

    def __missing__(self, text: str) -> str:
        stripped = text.strip()
        if not stripped and not self.column.filled:
            copied = self.blank
        else:
            try:
                copied = self._copied(stripped)
            except Rejected:
                self.has_bad = True
                return BAD
        self[text] = copied
        return copied

    def _copied(self, stripped: str) -> str:
        if not stripped:
            raise Rejected("is empty")
        return self.read(stripped)

    def why(self, text: str, line: int) -> str | None:
        """What is wrong with a cell, as a sentence; None if nothing is."""
        if self[text] != BAD:
            return None
        try:
            self._copied(text.strip())
        except Refused as refused:
            raise BadSource(_refusal(line, self.column.name, str(refused))) from None
        except Rejected as rejected:
            return sentence(f"{self.column.name}: {rejected}")
        return None

    def forget(self) -> None:
        """Start afresh before the next chunk if there is much to remember."""
        self.has_bad = False
        if len(self) > REMEMBERED:
            self.clear()


def _refusal(line: int, column: str, reason: str) -> str:
    reason = re.sub(r"^Row \d+: ", "", reason)
    return f"Line {line}, column {column}: {reason}"
