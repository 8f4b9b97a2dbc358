"""The habits of a file: its decimal sign and the order of its dates, where nobody has said them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.importing.cells import FileContext, Number
from app.importing.dates import order_of

if TYPE_CHECKING:
    from app.importing.file_feed import FileColumn
    from app.importing.sources.tabular import Chunk, TabularSource

SAMPLED = 1_000
"""So many rows are looked at; more only while dates could be read in two ways."""
_POINT = re.compile(r"[0-9]\.[0-9]{1,2}(?![0-9])").search
_COMMA = re.compile(r"[0-9],[0-9]{1,2}(?![0-9])").search


def find_habits(
    source: TabularSource, places: Mapping[FileColumn, int], context: FileContext
) -> None:
    """Note in the context how this file writes numbers and dates."""
    numbers = [place for column, place in places.items() if isinstance(column.kind, Number)]
    dated = [place for column, place in places.items() if column.kind.is_dated]
    if context.decimal is None:
        context.decimal = _decimal(source, numbers)
    if context.dates is None and dated:
        context.dates = _dates(source, dated)


def _decimal(source: TabularSource, places: list[int]) -> str:
    """A comma where all numbers with a separator have one; none where it parts the cells."""
    if source.splits_at_comma or not places:
        return "."
    commas, seen = 0, 0
    for _, rows in _chunks(source):
        for row in rows:
            for place in places:
                if _POINT(row[place]):
                    return "."
                commas += bool(_COMMA(row[place]))
        seen += len(rows)
        if seen >= SAMPLED:
            break
    return "," if commas else "."


def _dates(source: TabularSource, places: list[int]) -> str | None:
    """The order that is proved by a day above the twelfth; None if there is none, or two."""
    found: set[str] = set()
    doubtful, seen = False, 0
    for _, rows in _chunks(source):
        cells = {row[place] for place in places for row in rows}
        doubtful = order_of(cells, found) or doubtful
        seen += len(rows)
        if (seen >= SAMPLED and not doubtful) or found:
            break
    return found.pop() if len(found) == 1 else None


def _chunks(source: TabularSource) -> Iterator[Chunk]:
    return source.chunks(lambda line, reason, row: None)
