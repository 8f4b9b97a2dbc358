"""Work in the background: how soon it starts, how much a worker does, what kills and restarts cost.

python -m benchmarks.work [--restarts N] [--minutes N] [--json]

The server keeps PostgreSQL's defaults (fsync on). Workers are processes of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.common import Figure, durable_server, table
from benchmarks.worker_process import Works

TRIVIAL, STARTS, KILLS = 2_000, 40, 5


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--restarts", type=int, default=10, help="of PostgreSQL, under load")
    options.add_argument("--minutes", type=float, default=2, help="of mixed load, for its memory")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    figures: list[Figure] = []
    with durable_server() as server:
        config = server.clone("work")
        with tempfile.TemporaryDirectory() as folder:
            config["data.folder"] = folder
            with app_on(config):
                figures += [*starts(config), *throughput(config), *kills(config)]
                figures += memory(config, chosen.minutes)
    figures += restarts(chosen.restarts)
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def starts(config: dict[str, str]) -> Iterator[Figure]:
    """From the commit that asks to the first line of the work, on a worker with nothing to do."""
    from app.db import unit_of_work
    from app.models.runs import Run

    with worker(config):
        wait_for([ask("nothing")])
        took = []
        for _ in range(STARTS):
            time.sleep(0.1)
            asked = time.perf_counter()
            run = ask("nothing")
            while True:
                with unit_of_work() as session:
                    if session.scalar(select(Run.started_at).where(Run.uuid == run)):
                        break
                time.sleep(0.001)
            took.append(time.perf_counter() - asked)
            wait_for([run])
    yield Figure(
        "from asking to the start, idle worker, median", statistics.median(took), limit=0.15
    )


def throughput(config: dict[str, str]) -> Iterator[Figure]:
    """Trivial runs a second of one process."""
    runs = [ask("nothing") for _ in range(TRIVIAL)]
    with worker(config, concurrency=8) as process:
        began = wait_for(runs[:1])
        wait_for(runs)
        rate = (TRIVIAL - 1) / (time.perf_counter() - began)
        del process
    figure = Figure("trivial runs a second of one worker process", rate, unit="/s")
    yield figure
    yield Figure("200 of them a second, in times of that", 200 / rate, limit=1, unit="x")


def kills(config: dict[str, str]) -> Iterator[Figure]:
    """From the kill of a worker to the new start of its run by another."""
    from app.db import unit_of_work
    from app.models.runs import Run

    took = []
    for _ in range(KILLS):
        with worker(config) as first, worker(config):
            run = ask("touch", many=3_000)
            by = None
            while by != first.pid:
                with unit_of_work() as session:
                    found = session.get_one(Run, run)
                    by = int((found.worker or "x:0").rsplit(":", 1)[1]) if found.worker else None
                if by and by != first.pid:
                    wait_for([run])
                    run, by = ask("touch", many=3_000), None
                time.sleep(0.01)
            first.kill()
            killed = time.perf_counter()
            while True:
                with unit_of_work() as session:
                    found = session.get_one(Run, run)
                    if found.attempt == 2 and found.started_at:
                        break
                    assert found.state != "succeeded", "it ended before the kill"
                time.sleep(0.02)
            took.append(time.perf_counter() - killed)
            wait_for([run])
    yield Figure(f"from a kill to the new start, worst of {KILLS}", max(took), limit=10)


def memory(config: dict[str, str], minutes: float) -> Iterator[Figure]:
    """Growth of a worker under mixed load, after the first sixth of the time."""
    end = time.monotonic() + 60 * minutes
    warm = time.monotonic() + 10 * minutes
    base = peak = 0
    with worker(config, concurrency=4) as process:
        watched = psutil.Process(process.pid)
        while time.monotonic() < end:
            wait_for([ask("nothing") for _ in range(20)] + [ask("touch", many=50)])
            size = watched.memory_info().rss
            if time.monotonic() < warm:
                base = max(base, size)
            peak = max(peak, size)
    what = f"memory of a worker after {minutes:g} minutes, against its first sixth"
    yield Figure(what, peak / 1e6, base / 1e6, limit=1.05, unit="MB")


def restarts(count: int) -> Iterator[Figure]:
    """Immediate ends of PostgreSQL under load: every run that was asked for is done, once."""
    from app.db import embedded, unit_of_work
    from app.models.brands import Brand
    from app.models.runs import Run

    with tempfile.TemporaryDirectory() as folder:
        server = embedded.start(Path(folder))
        try:
            config = {"data.folder": folder}
            with app_on(config, migrated=False), worker(config) as process:
                asked: list[UUID] = []
                for _ in range(count):
                    for _ in range(10):
                        asked += try_to_ask("touch", many=40)
                    time.sleep(0.5)
                    os.kill(server_of(Path(folder)), signal.SIGQUIT)
                    time.sleep(0.5)
                    while not (again := try_to_ask("touch", many=40)):
                        embedded.revive(Path(folder))
                        time.sleep(0.1)
                    asked += again
                wait_for(asked, seconds=300)
                assert process.poll() is None, "the worker ended"
                with unit_of_work() as session:
                    bad = session.scalar(select(func.count()).where(Run.state != "succeeded"))
                    brands = session.scalar(select(func.count()).select_from(Brand))
            yield Figure(
                f"runs lost in {count} restarts under load", float(bad or 0), limit=0, unit=""
            )
            twice = float((brands or 0) - 40 * len(asked))
            yield Figure(
                f"rows too many or too few of {len(asked)} runs", abs(twice), limit=0, unit=""
            )
        finally:
            server.cleanup()


def server_of(folder: Path) -> int:
    """The process of the server that runs in a folder now; each revival has another."""
    (told,) = folder.rglob("postmaster.pid")
    return int(told.read_text().splitlines()[0])


def try_to_ask(key: str, **parameters: Any) -> list[UUID]:
    """Ask, unless the database is away: then nobody was told that it is done."""
    try:
        return [ask(key, **parameters)]
    except SQLAlchemyError:
        return []


def ask(key: str, **parameters: Any) -> UUID:
    from app.db import unit_of_work
    from app.work.deferring import defer
    from app.work.work import find

    with unit_of_work(by="benchmark") as session:
        return defer(session, find(REGISTRY[0], key), parameters, by="benchmark").uuid


REGISTRY: list[Any] = []


def wait_for(runs: list[UUID], seconds: float = 120) -> float:
    """Wait until all have ended; tells when."""
    from app.db import unit_of_work

    open_runs = text(
        "SELECT count(*) FROM run WHERE uuid = ANY(CAST(:runs AS uuid[]))"
        " AND state IN ('waiting', 'running')"
    )
    deadline = time.monotonic() + seconds
    keys = {"runs": [str(run) for run in runs]}
    while True:
        try:
            with unit_of_work() as session:
                if not session.scalar(open_runs, keys):
                    return time.perf_counter()
        except SQLAlchemyError:
            time.sleep(0.2)
        assert time.monotonic() < deadline, "runs did not end in time"
        time.sleep(0.005 if len(runs) < 50 else 0.05)


@contextmanager
def worker(config: dict[str, str], concurrency: int = 4) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "benchmarks.worker_process", json.dumps(config)]
    process = subprocess.Popen([*command, str(concurrency)])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def app_on(config: dict[str, str], *, migrated: bool = True) -> Iterator[Any]:
    from app import create_app
    from app.db import db, migrate

    app = create_app(config, plugins=[Works()], web=False)
    REGISTRY[:] = [app.extensions["storekeeper"]]
    with app.app_context():
        if not migrated:
            migrate.upgrade()
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


if __name__ == "__main__":
    main()
