"""The scheduler: asks for the runs of jobs when their time has come, one leader for all.

It says only when; workers do the work. Any number may run: one leads, the others stand by. It
outlives restarts of the database.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.db import db, unit_of_work
from app.work import deferring, ticking, watching
from app.work.executing import is_lost_connection
from app.work.job import check_code
from app.work.leading import Seat
from app.work.plans import make_known, next_of, plans, zone_of

log = logging.getLogger("storekeeper.scheduler")

STEP, AGAIN, WATCH, REST = 0.25, 0.5, 30.0, 60.0  # seconds
Clock = Callable[[], datetime]
Beside = Callable[[Any, Callable[[], bool]], AbstractContextManager[Any]]
"""Made of the app, and of a function that tells whether this scheduler leads."""


class Scheduler:
    """Decides when, until it is stopped; `beside` is what goes on in a thread meanwhile.

    `clock` stands in for that of the database in tests.
    """

    def __init__(
        self, app: Any, *, beside: Beside | None = None, clock: Clock | None = None
    ) -> None:
        self.app = app
        self.registry = app.extensions["storekeeper"]
        self.settings = app.extensions["settings"]
        self.is_leading = False
        self._beside = beside
        self._clock = clock
        self._stopping = threading.Event()
        self._known = False
        self._resting: dict[UUID, float] = {}
        self._watched = time.monotonic()
        check_code(self.registry)

    def run(self) -> None:
        """Lead or stand by, in the main thread of a program, until SIGTERM or SIGINT."""
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: self.stop())
        self.work()

    def stop(self) -> None:
        """End within a moment."""
        self._stopping.set()

    def work(self) -> None:
        """Lead or stand by until it is stopped."""
        log.info("scheduler started")
        with self.app.app_context():
            deferring.make_ready()
            beside = self._beside(self.app, lambda: self.is_leading) if self._beside else None
            with Seat(db.engines[None].engine) as seat, beside or nullcontext():
                while not self._stopping.is_set():
                    self._step(seat)
        log.info("scheduler stopped")

    def _step(self, seat: Seat) -> None:
        """One look while we lead, one moment of waiting while another does."""
        if seat.is_taken != self.is_leading:
            self.is_leading = seat.is_taken
            log.info("this scheduler leads" if self.is_leading else "this scheduler stands by")
        if not self.is_leading:
            seat.changed.wait(STEP)
            seat.changed.clear()
            return
        try:
            self._stopping.wait(self.look())
        except Exception as error:
            # Whatever it is, nobody else would go on: a standby stumbles over the same.
            if is_lost_connection(error):
                log.warning("The scheduler lost the database, trying again: %s", error)
            else:
                log.exception("The scheduler stumbled, trying again.")
            self._stopping.wait(AGAIN)

    def begin(self) -> None:
        """Give new jobs their rows."""
        with unit_of_work(by=ticking.BY) as session:
            make_known(session, self.registry)
        self._known = True

    def look(self) -> float:
        """Deal with every job that is due; tells in how many seconds to look again."""
        if not self._known:
            self.begin()
        due, wait = self._due()
        for job in due:
            if not self._stopping.is_set():
                self._tick(job)
        self._watch()
        return min(max(wait, 0.01), STEP)

    def _tick(self, job: UUID) -> None:
        """Deal with one job. One that breaks rests for a while, and holds nobody else up."""
        try:
            with unit_of_work(by=ticking.BY) as session:
                ticking.tick(session, self.registry, self.settings, job, now=self._now())
        except Exception as error:
            if is_lost_connection(error):
                raise
            log.exception("The job %s could not be looked at; it rests for a minute.", job)
            self._resting[job] = time.monotonic() + REST

    def _due(self) -> tuple[list[UUID], float]:
        """The jobs that may have something to do, and the seconds until the next one has."""
        zone = zone_of(self.settings)
        with unit_of_work() as session:
            now = self._now() or ticking.now_of(session)
            due, wait = [], STEP
            for plan, clock in plans(session, self.registry):
                planned = next_of(plan, clock, zone)
                anew = clock.schedule != plan.text or clock.until > now + ticking.TOO_FAR
                if (
                    anew
                    or (planned is not None and planned <= now)
                    or ticking.may_follow(session, plan, clock)
                ):
                    due.append(plan.row.uuid)
                elif planned is not None:
                    wait = min(wait, (planned - now).total_seconds())
            return [job for job in due if self._resting.get(job, 0) < time.monotonic()], wait

    def _now(self) -> datetime | None:
        return self._clock() if self._clock else None

    def _watch(self) -> None:
        """Let an incident be open while something is wrong with a job though nothing failed."""
        if time.monotonic() - self._watched < WATCH:
            return
        self._watched = time.monotonic()
        with unit_of_work(by=ticking.BY, reason="Jobs that are late") as session:
            session.execute(text("SET LOCAL statement_timeout = '5s'"))
            watching.tell(session, self.registry, self.settings)


def start_in_thread(app: Any, *, beside: Beside | None = None) -> Scheduler:
    """Run a scheduler in a process that does something else, such as a web process."""
    scheduler = Scheduler(app, beside=beside)
    threading.Thread(target=scheduler.work, name="scheduler", daemon=True).start()
    return scheduler
