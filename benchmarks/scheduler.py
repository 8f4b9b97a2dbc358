"""Schedulers of which the leader is killed again and again: how soon another takes over, and
whether any second of a job is lost or doubled.

python -m benchmarks.scheduler [--kills N] [--stops N] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import statistics
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks.common import Figure, durable_server, table

ROOT = Path(__file__).parents[1]
SCHEDULERS = 3
_LEADER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.classid = 7041778 AND l.objid = 2 AND l.granted"
    " AND a.datname = current_database()"
)
_NOTED = text("""
    SELECT t.planned_at, t.noted_at FROM job_tick t JOIN job j ON j.uuid = t.job_uuid
     WHERE j.key = 'second' AND t.planned_at > :since ORDER BY t.planned_at LIMIT 1
""")
_COUNTS = text("""
    SELECT count(*) AS ticks, count(DISTINCT planned_at) AS moments,
           count(*) FILTER (WHERE outcome <> 'started') AS not_started,
           round(extract(epoch FROM max(planned_at) - min(planned_at))) + 1 AS seconds,
           (SELECT count(*) FROM run WHERE key = 'second') AS runs
      FROM job_tick t JOIN job j ON j.uuid = t.job_uuid WHERE j.key = 'second'
""")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--stops", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with durable_server() as server:
        figures = measure(server.clone("bench_scheduler"), given.kills, given.stops)
    told = [figure.as_json() for figure in figures]
    print(json.dumps(told, indent=2) if given.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measure(config: dict[str, str], kills: int, stops: int) -> list[Figure]:
    bench = Bench(config)
    try:
        killed = [bench.kill() for _ in range(kills)]
        stopped = [bench.stop_and_continue() for _ in range(stops)]
        time.sleep(2)
    finally:
        bench.end()
    counts = bench.ask(_COUNTS)
    bench.engine.dispose()
    lost = float(counts.seconds) - counts.moments
    return [
        Figure(f"take over after {kills} kills, median", statistics.median(killed)),
        Figure("take over after a kill, p95", percentile(killed, 0.95), limit=2),
        Figure("take over after a kill, longest", max(killed)),
        Figure(f"take over from {stops} leaders stopped for 5 s, longest", max(stopped, default=0)),
        Figure("seconds planned", float(counts.seconds), unit=""),
        Figure("seconds lost", lost + counts.not_started, limit=0, unit=""),
        Figure("seconds doubled", float(counts.runs) - counts.moments, limit=0, unit=""),
    ]


class Bench:
    """A few schedulers on one database."""

    def __init__(self, config: dict[str, str]) -> None:
        self.config = config
        self.engine = create_engine(config["db.url"])
        self.processes = [self.start() for _ in range(SCHEDULERS)]
        self.wait_for_tick(self.now())

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.work.scheduling", json.dumps(self.config)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self) -> float:
        """Kill the leader; tells in how many seconds the next time was dealt with in time.

        A second is not over before it is over, so its own wait does not count.
        """
        self.settle()
        led = self.leader()
        killed = self.now()
        led.kill()
        took = self.taken_over(killed)
        led.wait()
        self.processes = [one for one in self.processes if one is not led] + [self.start()]
        return took

    def stop_and_continue(self) -> float:
        """Stop the leader for five seconds; the same."""
        self.settle()
        led = self.leader()
        stopped = self.now()
        led.send_signal(signal.SIGSTOP)
        time.sleep(5)
        led.send_signal(signal.SIGCONT)
        return self.taken_over(stopped)

    def taken_over(self, since: datetime) -> float:
        """How late the first time that came after a moment was dealt with."""
        planned = self.wait_for_tick(since)
        return float((planned.noted_at - planned.planned_at).total_seconds())

    def settle(self) -> None:
        """Let those that were just started stand by, and the leader lead for a while."""
        time.sleep(4 + random.random())

    def leader(self) -> Any:
        while True:
            name = self.ask(_LEADER)
            for process in self.processes:
                if name and name.application_name == f"scheduler {process.pid}":
                    return process
            time.sleep(0.05)

    def wait_for_tick(self, since: datetime) -> Any:
        """The first tick of a time after a moment, as soon as it is there."""
        deadline = time.monotonic() + 60
        while not (found := self.ask(_NOTED, since=since)):
            if time.monotonic() > deadline:
                raise TimeoutError("no scheduler took over within a minute")
            time.sleep(0.02)
        return found

    def now(self) -> datetime:
        found: datetime = self.ask(text("SELECT clock_timestamp()"))[0]
        return found

    def ask(self, question: Any, **values: Any) -> Any:
        with self.engine.connect() as connection:
            return connection.execute(question, values).first()

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


if __name__ == "__main__":
    main()
