"""Text whose columns stand at declared positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from app.importing.errors import BadDeclaration
from app.importing.sources.spool import Spool
from app.importing.sources.tabular import Known

Positions = Mapping[str, tuple[int, int]]
"""First and last character of each column, counted from 1 as vendors' documents do."""
LONGEST = 100_000
ENOUGH = 0.5
"""A line that names so many of the columns at their positions is a header."""


def spool_fixed_width(spool: Spool, text: IO[str], positions: Positions, knows: Known) -> None:
    """Keep the cells of each line; a header is left out, and so is what is blank."""
    slices = slices_of(positions)
    for number, line in enumerate(_lines(text), 1):
        cells = [line[piece].strip() for piece in slices]
        named = sum(knows(cell) for cell in cells if cell and not cell.isdigit())
        if number == 1 and named >= len(cells) * ENOUGH:
            continue
        if any(cells):
            spool.add(number, cells)
    spool.flush()


def slices_of(positions: Positions) -> Sequence[slice]:
    """Raises BadDeclaration where a column ends before it begins."""
    for name, (first, last) in positions.items():
        if not 1 <= first <= last:
            raise BadDeclaration(f"The column {name} cannot stand at {first} to {last}.")
    return [slice(first - 1, last) for first, last in positions.values()]


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LONGEST):
        rest = line
        while rest and rest[-1] not in "\r\n":
            rest = text.readline(LONGEST)
        yield line.rstrip("\r\n").lstrip("\ufeff")
