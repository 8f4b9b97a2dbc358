"""The first rows of a sample, kept in memory so that they can be looked at again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.importing.cells import shown
from app.importing.errors import BadSource
from app.importing.mapping import plain
from app.importing.sources.opening import Layout, open_table
from app.importing.sources.reading import Reading
from app.importing.sources.tabular import Chunk, Known, Reject, TabularSource

LOOKED_AT = 2_000


class Rows(TabularSource):
    """Rows of a file that was read."""

    def __init__(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, delimiter: str = ","
    ) -> None:
        self.header = tuple(header)
        self.rows = [list(row) for row in rows]
        self.delimiter = delimiter

    @property
    def name(self) -> str:
        return "sample"

    @property
    def splits_at_comma(self) -> bool:
        return self.delimiter == ","

    def chunks(self, reject: Reject) -> Iterator[Chunk]:
        if self.rows:
            yield list(range(2, len(self.rows) + 2)), self.rows

    def facts(self) -> dict[str, Any]:
        return {"format": "csv", "delimiter": self.delimiter}

    def column(self, place: int) -> Rows:
        """One column of them."""
        return self.chosen([[row[place]] for row in self.rows], [self.header[place]])

    def chosen(self, rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> Rows:
        return Rows(header or self.header, rows, delimiter=self.delimiter)


def read_sample(path: Path, *, knows: Known, reading: Reading) -> Rows:
    """The first rows of a file of any kind. Raises BadSource where there is nothing to learn."""
    layout = Layout(records=reading.records or "")
    with open_table(path, knows=knows, reading=reading, layout=layout) as source:
        _refuse_doubled(path.name, source.header)
        # A comma for what has no delimiter, such as a workbook: its cells have decimal points.
        delimiter = str(source.facts().get("delimiter") or ",")
        rows: list[list[str]] = []
        for _, some in source.chunks(lambda line, reason, row: None):
            rows += [row for row in some if any(cell.strip() for cell in row)]
            if len(rows) >= LOOKED_AT:
                break
        found = Rows(source.header, rows[:LOOKED_AT], delimiter=delimiter)
    if not found.rows:
        raise BadSource(f"{path.name} has a header, and no rows to learn from.")
    return found


def _refuse_doubled(file: str, header: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for place, name in enumerate(header, 1):
        first = seen.setdefault(plain(name), place)
        if first != place and plain(name):
            raise BadSource(
                f"Two columns of {file} are called “{shown(name)}” ({first} and {place}); "
                "rename one of them."
            )
