"""What is measured of this node, asked of the database when somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app.db import migrate
from app.services.health import Node
from app.services.health.background import leader
from app.work.keeper import LOST_AFTER


@dataclass(frozen=True)
class Measure:
    """A figure by its labels; `help` is one sentence."""

    name: str
    help: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...]


_QUEUES = text("""
    SELECT coalesce(queue, '') AS queue, state, count(*) AS value
      FROM run WHERE state IN ('waiting', 'running') GROUP BY 1, 2
""")
_OLDEST = text("""
    SELECT coalesce(queue, '') AS queue,
           max(extract(epoch FROM clock_timestamp() - greatest(asked_at, not_before))) AS value
      FROM run WHERE state = 'waiting' AND coalesce(not_before, asked_at) <= clock_timestamp()
     GROUP BY 1
""")
_RUNS = text("""
    SELECT kind, state, count(*) AS value FROM run
     WHERE asked_at > now() - interval '1 day' GROUP BY 1, 2
""")
_DURATIONS = text("""
    SELECT kind, quantile::text, seconds AS value
      FROM (SELECT kind, percentile_cont(ARRAY[0.5, 0.95, 1]) WITHIN GROUP (
                     ORDER BY extract(epoch FROM finished_at - started_at)) AS found
              FROM run
             WHERE asked_at > now() - interval '1 day' AND finished_at IS NOT NULL
               AND started_at IS NOT NULL
             GROUP BY kind) AS of_kind,
           unnest(ARRAY[0.5, 0.95, 1], found) AS each (quantile, seconds)
""")
_WORKERS = text("""
    SELECT count(*) AS value FROM procrastinate_workers
     WHERE last_heartbeat > clock_timestamp() - make_interval(secs => :lost)
""")
# Newest first by the index, so that a job of every minute costs no more than one of every month.
_SUCCESSES = text("""
    SELECT key, extract(epoch FROM r.finished_at) AS value
      FROM unnest(CAST(:keys AS text[])) AS job (key)
      CROSS JOIN LATERAL (
        SELECT finished_at FROM run
         WHERE run.key = job.key AND state = 'succeeded'
           AND asked_at > now() - interval '40 days'
         ORDER BY asked_at DESC LIMIT 1) AS r
""")
_INCIDENTS = text("""
    SELECT severity, count(*) AS value FROM incident WHERE closed_at IS NULL GROUP BY 1
""")
_PROBLEMS = text("""
    SELECT DISTINCT ON (report) report, found AS value FROM problem_look
     WHERE report = ANY(CAST(:reports AS text[])) ORDER BY report, looked_at DESC
""")


def measures(node: Node) -> list[Measure]:
    """All figures; of a database that does not answer only that it does not."""
    up = {bind: _is_up(node, bind) for bind in migrate.databases()}
    told = [
        Measure(
            "database_up",
            "Whether a database answers.",
            ("bind",),
            tuple(((bind,), float(answers)) for bind, answers in up.items()),
        )
    ]
    if not up["core"]:
        return told
    with node.connect() as connection:
        return [*told, *_of_core(connection, node)]


def _of_core(connection: Connection, node: Node) -> Iterable[Measure]:
    jobs = sorted(node.registry.all("jobs"))
    reports = sorted(node.registry.all("problem_reports"))
    asked: tuple[tuple[str, str, tuple[str, ...], Any, Mapping[str, Any]], ...] = (
        ("queue_runs", "Runs that wait or run now.", ("queue", "state"), _QUEUES, {}),
        ("queue_oldest_seconds", "How long the oldest run that is due has waited.", ("queue",),
         _OLDEST, {}),
        ("runs_day", "Runs asked for in the last day.", ("kind", "state"), _RUNS, {}),
        ("run_duration_seconds", "How long runs of the last day took.", ("kind", "quantile"),
         _DURATIONS, {}),
        ("workers", "Workers that live.", (), _WORKERS, {"lost": LOST_AFTER}),
        ("job_last_success_timestamp_seconds", "When a job last succeeded.", ("key",),
         _SUCCESSES, {"keys": jobs}),
        ("problems_open", "Problems in the data at the last look.", ("report",), _PROBLEMS,
         {"reports": reports}),
    )  # fmt: skip
    for name, told, labels, query, given in asked:
        yield Measure(name, told, labels, _values(connection, query, labels, given))
    leads = float(leader(connection) is not None)
    yield Measure("scheduler_leads", "Whether a scheduler leads.", (), (((), leads),))
    if connection.scalar(text("SELECT to_regclass('incident')")):
        values = _values(connection, _INCIDENTS, ("severity",), {})
        yield Measure("incidents_open", "Incidents that nobody has closed.", ("severity",), values)


def _values(
    connection: Connection, query: Any, labels: tuple[str, ...], given: Mapping[str, Any]
) -> tuple[tuple[tuple[str, ...], float], ...]:
    rows = connection.execute(query, given).mappings().all()
    return tuple((tuple(str(row[one]) for one in labels), float(row["value"])) for row in rows)


def _is_up(node: Node, bind: str) -> bool:
    try:
        with node.connect(bind) as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False  # that it does not answer is the figure
    return True
