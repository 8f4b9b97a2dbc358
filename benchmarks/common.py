"""What benchmarks share: a server as it is by default, times, and a table of ratios."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from app.testing.server import TestServer


@dataclass(frozen=True)
class Figure:
    """One measurement beside what it is compared with; `limit` is what the ratio may be at most."""

    what: str
    ours: float
    other: float | None = None
    limit: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        return round(self.ours / self.other, 2) if self.other else None

    @property
    def is_reached(self) -> bool | None:
        measured = self.ours if self.other is None else self.ratio
        return None if self.limit is None or measured is None else measured <= self.limit

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "reached": self.is_reached}


@contextmanager
def durable_server() -> Iterator[TestServer]:
    """A server with PostgreSQL's defaults: that of the tests does not wait for its disk."""
    server, stop = TestServer.start()
    try:
        server._execute("ALTER SYSTEM RESET ALL")
        server._execute("SELECT pg_reload_conf()")
        yield server
    finally:
        stop()


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(work: Callable[[], Any], repeat: int) -> float:
    return statistics.median(seconds(work) for _ in range(repeat))


def table(figures: list[Figure]) -> str:
    """The figures as text, a line each."""
    lines = [f"{'':58} {'ours':>10} {'by hand':>10} {'ratio':>6} {'limit':>6}"]
    for figure in figures:
        other = "" if figure.other is None else f"{figure.other:.2f} {figure.unit}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        limit = "" if figure.limit is None else f"{figure.limit:g}"
        word = {True: "", False: "  MISSED", None: ""}[figure.is_reached]
        ours = f"{figure.ours:.2f} {figure.unit}"
        lines.append(f"{figure.what:58} {ours:>10} {other:>10} {ratio:>6} {limit:>6}{word}")
    return "\n".join(lines)
