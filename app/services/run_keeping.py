"""How long runs are kept: as long as there is history of what they wrote, others for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

CHUNK = 5_000


@dataclass(frozen=True)
class Forgotten:
    """How many runs, lines of their logs and ticks of jobs were taken away."""

    runs: int
    lines: int
    ticks: int


def forget(
    session: Session,
    *,
    before: datetime,
    logs_before: datetime,
    after_chunk: Callable[[], None] = lambda: None,
) -> Forgotten:
    """Forget runs that ended before a moment, and logs of those that ended before another.

    A run stays while a change set, a report or an upgrade tells of it. `after_chunk` is called when
    a chunk is done, so that the caller may commit.
    """
    lines = _in_chunks(session, _LINES, logs_before, after_chunk)
    ticks = _in_chunks(session, _TICKS, before, after_chunk)
    return Forgotten(_in_chunks(session, _RUNS, before, after_chunk), lines, ticks)


def _in_chunks(
    session: Session, statement: Any, before: datetime, after_chunk: Callable[[], None]
) -> int:
    total = 0
    while True:
        done: Any = session.execute(statement, {"before": before, "chunk": CHUNK})
        after_chunk()
        total += int(done.rowcount)
        if done.rowcount < CHUNK:
            return total


_LINES = text("""
    DELETE FROM run_log_line WHERE uuid IN (
      SELECT l.uuid FROM run_log_line l JOIN run r ON r.uuid = l.run_uuid
       WHERE r.finished_at < :before LIMIT :chunk)
""")
_TICKS = text("""
    DELETE FROM job_tick WHERE uuid IN (
      SELECT uuid FROM job_tick WHERE planned_at < :before LIMIT :chunk)
""")
_RUNS = text("""
    WITH old AS (
      SELECT r.uuid FROM run r
       WHERE r.finished_at < :before AND r.state NOT IN ('waiting', 'running')
         AND NOT EXISTS (SELECT FROM transaction t WHERE t.run_uuid = r.uuid)
         AND NOT EXISTS (SELECT FROM report_output o WHERE o.run_uuid = r.uuid)
         AND NOT EXISTS (SELECT FROM upgrade u WHERE u.run_uuid = r.uuid)
         AND NOT EXISTS (SELECT FROM run n WHERE n.again_of_uuid = r.uuid)
       LIMIT :chunk)
    DELETE FROM run USING old WHERE run.uuid = old.uuid
""")
