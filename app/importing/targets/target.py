"""What a target can do: tell its records, and take, change and delete one, or be written anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from app.errors import AppError

Record = Mapping[str, Any]


class TargetTrouble(AppError):
    """The target of this export does not do its part."""


class Target:
    """A place for records, open while a run lasts.

    Raise Rejected for a record that the target does not take, TargetTrouble when nothing goes.
    What was written holds when `__exit__` hears of no error; a target without transactions has
    written by then what it has, and the next run goes on from there.
    """

    rolls_back: bool = False
    """Whether nothing stays of what it took, when its run fails."""

    def __enter__(self) -> Target:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, for good or for bad."""

    def records(self, keys: Sequence[Any] | None) -> Iterable[Record]:
        """What is there now: all, or at least those of some keys."""
        raise NotImplementedError

    def create(self, record: Record) -> None:
        raise NotImplementedError

    def update(self, record: Record, changed: Sequence[str]) -> None:
        """Change the fields that are named; the record has all of them."""
        raise NotImplementedError

    def delete(self, record: Record) -> None:
        """`record` is as the target has it."""
        raise NotImplementedError

    @contextmanager
    def chunk(self) -> Iterator[None]:
        """Around some hundred records: a transaction, where the target has such small ones."""
        yield


class WholeTarget(Target):
    """A target that is written anew as a whole, once, and only if anything differs."""

    rolls_back = True

    def write(self, records: Iterable[Record]) -> None:
        """Take these in place of all that was there, or fail and leave that as it was."""
        raise NotImplementedError
