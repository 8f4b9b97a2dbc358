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
    """One measurement beside what it is compared with; `limit` is what the ratio may be at most.

    With `at_least` the limit is what it must be at least, as for rows in a second.
    """

    what: str
    ours: float
    other: float | None = None
    limit: float | None = None
    unit: str = "s"
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return round(self.ours / self.other, 2) if self.other else None

    @property
    def is_reached(self) -> bool | None:
        measured = self.ours if self.other is None else self.ratio
        if self.limit is None or measured is None:
            return None
        return measured >= self.limit if self.at_least else measured <= self.limit

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


def table(figures: list[Figure], other: str = "by hand") -> str:
    """The figures as text, a line each."""
    lines = [f"{'':58} {'ours':>14} {other:>14} {'ratio':>7} {'limit':>8}"]
    for figure in figures:
        beside = "" if figure.other is None else _shown(figure.other, figure.unit)
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        limit = "" if figure.limit is None else _limit(figure)
        word = {True: "", False: "  MISSED", None: ""}[figure.is_reached]
        ours = _shown(figure.ours, figure.unit)
        lines.append(f"{figure.what:58} {ours:>14} {beside:>14} {ratio:>7} {limit:>8}{word}")
    return "\n".join(lines)


def _shown(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 1_000 else f"{value:.2f} {unit}"


def _limit(figure: Figure) -> str:
    return f"{'>=' if figure.at_least else '<='}{figure.limit:g}"
