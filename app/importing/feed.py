"""A feed reads each row of a source once, checks it, and stages it for one or several importers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from app.importing.report import Rejects


@dataclass(frozen=True)
class Rule:
    """What must not be: an SQL condition over the staged columns, and what to say if it holds."""

    condition: str
    reason: str


@dataclass(frozen=True)
class Check:
    """A query by hand that names rows to reject: `line` and `reason`, from the stage.

    It may use the parameters of the handler, such as `:today`.
    """

    query: str


Progress = Callable[[str, int], None]
"""Told the phase and, while reading, how many rows were read since the last time."""


Rejection = tuple[int, str]
RejectionWithCells = tuple[int, str, Sequence[str]]


class Feed:
    """The base of feeds. A row whose `key` was seen before is rejected."""

    name: ClassVar[str]
    word: ClassVar[str] = "Row"
    """What one row is about, in messages."""
    key: ClassVar[tuple[str, ...]] = ()
    rules: ClassVar[Sequence[Rule]] = ()
    derived: ClassVar[Mapping[str, TypeEngine[Any]]] = {}
    """Columns that the source does not have; `when_staged` of the handler fills them."""

    read = 0
    """Rows read so far, without blank ones."""

    @property
    def types(self) -> Mapping[str, TypeEngine[Any]]:
        """All columns of the stage, and their types."""
        raise NotImplementedError

    @property
    def present(self) -> Sequence[str]:
        """The columns that the source has; importers leave alone what it does not have."""
        return list(self.types)

    @property
    def filled(self) -> Collection[str]:
        """The columns that are never NULL."""
        return ()

    @property
    def schema(self) -> Mapping[str, str]:
        """The columns of the source and what they hold, once it was read; see schema.py."""
        return {}

    def chunks(self, rejects: Rejects, progress: Progress) -> Iterator[bytes]:
        """The records in COPY's text format: the present columns, then the line."""
        raise NotImplementedError

    @property
    def header(self) -> Sequence[str]:
        """What the source calls the cells of its rows."""
        return ()

    @property
    def delimiter(self) -> str:
        """What stands between the cells of the source."""
        return ","

    def must_repeat(self) -> bool:
        """Whether, now that all was read, the feed would read it otherwise."""
        return False

    def with_cells(self, rejections: Iterator[Rejection]) -> Iterator[RejectionWithCells]:
        """Rejections, in order of their lines, with the cells of the row where they can be told."""
        return ((line, reason, ()) for line, reason in rejections)
