"""How soon Storekeeper is there: the help, the migrations, a fresh clone, and the second start.

python -m benchmarks.start [--json]

A fresh clone is `git clone` of this checkout and `make run`, until the first page answers: the
environment, the locked dependencies, the embedded server, the migrations and the whole demo.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.common import Figure, durable_server, seconds, table

ROOT = Path(__file__).parents[1]
PATIENCE = 600


def main() -> None:
    """Measure all, print a table or JSON; exit 1 if a limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = list(measure(Path(folder)))
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def measure(folder: Path) -> Iterator[Figure]:
    help_time = statistics.median(user_time_of_help() for _ in range(9))
    yield Figure("storekeeper --help, user time", help_time, limit=0.3)
    yield Figure("migrations of three databases, from empty", migrations(), limit=15)
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    yield Figure("fresh clone to first page", seconds(lambda: first_page(clone)), limit=180)
    yield Figure("second start to first page", seconds(lambda: first_page(clone)), limit=10)


def user_time_of_help() -> float:
    program = Path(sys.executable).with_name("storekeeper")
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([program, "--help"], check=True, stdout=subprocess.DEVNULL)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def migrations() -> float:
    """Seconds from empty databases to head, on a server with PostgreSQL's default settings."""
    from app import create_app
    from app.db import db, migrate
    from app.db.binds import BINDS

    with durable_server() as server:
        for bind in BINDS:
            server._execute(f"CREATE DATABASE empty_{bind} TEMPLATE template0")
        app = create_app(server.config("empty_{bind}"), web=False)
        with app.app_context():
            took = seconds(migrate.upgrade)
            migrate.require_head()
            for engine in db.engines.values():
                engine.dispose()
    return took


def first_page(clone: Path) -> None:
    """Start, wait until the login answers, and stop; the stop counts too, and takes a moment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running(clone, port) as process:
        until_it_answers(f"http://127.0.0.1:{port}/login", process)


@contextmanager
def running(clone: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        ["make", "--silent", "run"], cwd=clone, env={**os.environ, "PORT": str(port)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)


def until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"`make run` ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    sys.exit(f"{address} did not answer within {PATIENCE} s")


if __name__ == "__main__":
    main()
