"""What an import did: counts per importer, the rows it rejected, and how long each phase took."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import IO, Any
from uuid import UUID

KEPT = 10_000
"""So many rejected rows are stored with the run; all are counted, and written to a file on wish."""
CUT = 2_000
ADDED = ("line", "reason")
"""What a file of rejected rows has before the columns of its source."""

Mark = tuple[int, int]


@dataclass
class Counts:
    """What happened to the objects of one importer."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    rejected: int = 0
    """Rows that this importer's own checks rejected; they are rejected for all importers."""
    withheld: int = 0
    """Objects that would be created, updated or deleted, if somebody approved it."""

    def of(self, action: str) -> int:
        """How many objects were created, updated or deleted."""
        found: int = getattr(self, f"{action}d")
        return found


@dataclass(frozen=True)
class Withheld:
    """What a run did not dare to do, and why, in a sentence."""

    importer: str
    action: str
    count: int
    reason: str


@dataclass(frozen=True)
class RejectedRow:
    line: int
    reason: str
    content: str | None = None


class Rejects:
    """Rejected rows as they come: all counted and written to the file, the first 10,000 kept."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self.count = 0
        self.kept: list[RejectedRow] = []
        self._file = file
        self._writer = csv.writer(file) if file else None

    def header(self, names: Sequence[str], delimiter: str) -> None:
        """Name the cells of the rows that follow, which are written as their source has them."""
        if self._file:
            self._writer = csv.writer(self._file, delimiter=delimiter)
            self._writer.writerow([*ADDED, *names])

    def add(self, line: int, reason: str, cells: Sequence[str] = ()) -> None:
        self.count += 1
        if self._writer:
            self._writer.writerow([line, reason, *cells])
        if len(self.kept) < KEPT:
            self.kept.append(RejectedRow(line, reason.strip(), _cut(cells)))

    def mark(self) -> Mark:
        """The present state, to come back to when a source must be read again."""
        return self.count, self._file.tell() if self._file else 0

    def back_to(self, mark: Mark) -> None:
        self.count, place = mark
        del self.kept[self.count :]
        if self._file:
            self._file.seek(place)
            self._file.truncate()


@dataclass
class Report:
    """The result of one run, for people, JSON and the run page."""

    run: UUID
    handler: str
    dry_run: bool
    state: str = "running"
    read: int = 0
    """Rows of the source, without blank ones."""
    counts: dict[str, Counts] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    rejected_count: int = 0
    change_set_id: int | None = None
    source: dict[str, Any] = field(default_factory=dict)
    """What the source says of itself: encoding, delimiter, ignored columns."""
    notes: list[str] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    shown: int = 0
    """Changes that are kept with the run, one by one, to be looked at."""
    seconds: float = 0.0
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many objects were created, updated or deleted."""
        return sum(one.created + one.updated + one.deleted for one in self.counts.values())

    @property
    def message(self) -> str | None:
        """What is to be said of it beside its counts."""
        waiting = [
            f"Withheld: {one.importer.replace('_', ' ')}. {one.reason}" for one in self.withheld
        ]
        return " ".join([*self.notes, *waiting]) or None

    @contextmanager
    def timed(self, phase: str) -> Iterator[None]:
        """Add what happens inside to the time of a phase."""
        start = perf_counter()
        try:
            yield
        finally:
            self.timings[phase] = self.timings.get(phase, 0.0) + perf_counter() - start

    def as_counts(self) -> dict[str, Any]:
        """What is kept with the run: counts by importer, rows, and seconds by phase."""
        return {name: asdict(counts) for name, counts in self.counts.items()} | {
            "rows": {"read": self.read, "rejected": self.rejected_count},
            "phases": {phase: round(took, 3) for phase, took in self.timings.items()},
        }

    def as_json(self) -> dict[str, Any]:
        """The document that `--json` prints."""
        return {
            "run": str(self.run),
            "handler": self.handler,
            "dry_run": self.dry_run,
            "state": self.state,
            "rows": {"read": self.read, "rejected": self.rejected_count},
            "counts": {name: asdict(counts) for name, counts in self.counts.items()},
            "rejected": [{"line": row.line, "reason": row.reason} for row in self.rejected],
            "change_set": self.change_set_id,
            **self.source,
            "notes": self.notes,
            "withheld": [asdict(one) for one in self.withheld],
            "changes_kept": self.shown,
            "seconds": round(self.seconds, 3),
            "timings": {phase: round(took, 3) for phase, took in self.timings.items()},
        }


def _cut(cells: Sequence[str]) -> str | None:
    """The row as one line of CSV, without what PostgreSQL cannot store."""
    if not cells:
        return None
    line = ",".join(f'"{cell[:CUT]}"' if "," in cell else cell[:CUT] for cell in cells[:200])
    return line[:CUT].replace("\0", "\N{SYMBOL FOR NULL}")


def first_of(rejects: Rejects) -> str:
    """Why a strict run ends, by the first row that was rejected."""
    first = min(rejects.kept, key=lambda row: row.line)
    return (
        f"{rejects.count:,} rows were rejected, and strict mode takes all or nothing. "
        f"The first is line {first.line}: {first.reason}"
    )
