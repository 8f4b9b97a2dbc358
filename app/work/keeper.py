"""The keeper: one thread of a process that says its runs live, writes how far they are, and hears
who is asked to stop.

It has a connection of its own, since that of a run is busy. While the database is away it tries
again; a run that could not say for some seconds that it lives is taken for lost.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import SQLAlchemyError

from app.db import db
from app.models.runs import RunLogLine
from app.work.running import Cancelled, HandedBack, Running, Superseded

log = logging.getLogger("storekeeper.work")

EVERY, HEARTBEAT = 0.5, 1.0  # seconds
LOST_AFTER = 7.0
"""Seconds without a heartbeat after which a run counts as lost."""

_BEAT = text(
    "UPDATE run_progress SET heartbeat_at = clock_timestamp()"
    " WHERE uuid = ANY(CAST(:runs AS uuid[]))"
)
_MOVE = text(
    "UPDATE run_progress SET done = :done, total = :total, phase = :phase,"
    " heartbeat_at = clock_timestamp() WHERE uuid = :run"
)
_ASK = text(
    "SELECT uuid, attempt, state, cancel_asked_at IS NOT NULL AS cancelled FROM run"
    " WHERE uuid = ANY(CAST(:runs AS uuid[]))"
)


class Keeper:
    """Looks after the runs of one process on one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.runs: dict[UUID, Running] = {}
        self._lock = threading.Lock()
        self._some = threading.Event()
        self._beaten = 0.0
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, running: Running) -> Iterator[None]:
        """Look after a run while it goes on; what it said is written before the end."""
        with self._lock:
            self.runs[running.run] = running
            self._some.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self.runs.pop(running.run, None)
                if not self.runs:
                    self._some.clear()

    def hand_back(self) -> list[Running]:
        """Ask every run to end, so that another worker begins it anew; tells which go on."""
        going = self._now()
        for running in going:
            running.stop(HandedBack())
        return going

    def look(self) -> None:
        """One look: heartbeats, progress and log out, requests to stop in."""
        going = self._now()
        if not going:
            return
        with self.engine.begin() as connection:
            self._tell(connection, going)
            asked = {r.uuid: r for r in connection.execute(_ASK, {"runs": _keys(going)})}
        for running in going:
            self._hear(running, asked.get(running.run))

    def _now(self) -> list[Running]:
        with self._lock:
            return list(self.runs.values())

    def _work(self) -> None:
        while True:
            self._some.wait()
            time.sleep(EVERY)
            try:
                self.look()
            except SQLAlchemyError as error:
                log.warning("Progress could not be written, trying again: %s", error)
            except Exception:  # all runs of this process would seem to be lost
                log.exception("The keeper stumbled, trying again.")

    def _tell(self, connection: Any, going: list[Running]) -> None:
        moved = []
        for running in going:
            if running.moved:
                running.moved = False
                moved.append({"run": running.run, **vars(running.position)})
        for one in sorted(moved, key=lambda one: str(one["run"])):
            connection.execute(_MOVE, one)
        if time.monotonic() - self._beaten >= HEARTBEAT:
            connection.execute(_BEAT, {"runs": _keys(going)})
            self._beaten = time.monotonic()
        for running in going:
            write_log(connection, running)

    def _hear(self, running: Running, found: Any) -> None:
        if running.asked is not None:
            running.stop(running.asked)  # the statement of now has not heard
        elif found is None:
            return  # deleted, or not committed yet; the work itself finds out before it commits
        elif found.attempt != running.attempt:
            running.stop(Superseded())
        elif found.cancelled and found.state == "running":
            running.stop(Cancelled())


def write_log(connection: Any, running: Running) -> None:
    """Write what a run has said since the last time; `connection` or session."""
    lines = []
    while running.lines:
        lines.append(running.lines.popleft())
    if lines:
        connection.execute(insert(RunLogLine), lines)


def _keys(going: list[Running]) -> list[str]:
    return [str(running.run) for running in going]


def keeper() -> Keeper:
    """The keeper of this process for the database of the application in force."""
    engine: Any = db.engines[None].engine
    with _MAKING:
        if engine not in _KEEPERS:
            _KEEPERS[engine] = Keeper(engine)
        return _KEEPERS[engine]


_KEEPERS: WeakKeyDictionary[Engine, Keeper] = WeakKeyDictionary()
_MAKING = threading.Lock()
