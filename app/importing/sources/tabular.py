"""The contract of tabular sources: a header, then rows of text in chunks, whatever the file is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any

CHUNK = 2_000

Reject = Callable[[int, str, Sequence[str]], None]
"""Told the line, the reason and the cells of what is no proper row."""
Known = Callable[[str], bool]
"""Whether a name of a header means something to the importer."""
Chunk = tuple[list[int], list[list[str]]]
"""Lines, strictly ascending, and as many rows."""


class TabularSource(ABC):
    """Rows of cells that can be read as often as one likes."""

    header: tuple[str, ...]

    @property
    @abstractmethod
    def name(self) -> str:
        """What people call it, such as the name of the file."""

    @property
    def expected(self) -> int | None:
        """About how many rows there are, where that is known before they are read."""
        return None

    @property
    def splits_at_comma(self) -> bool:
        """Whether a comma ends a cell, so that a decimal comma is unlikely."""
        return False

    @abstractmethod
    def chunks(self, reject: Reject) -> Iterator[Chunk]:
        """Rows as wide as the header, with their lines, in lists of at most 2,000."""

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """What it turned out to be, for the run: its `format`, `sha256` and more."""

    def notes(self) -> list[str]:
        """Sentences that a person should read, such as a doubt about the encoding."""
        return []
