"""What a scheduler does beside the jobs: it says that it lives, and looks after incidents.

This is no job of the queue, so that people hear of it when no worker runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.db import unit_of_work
from app.services import health
from app.work import dead_man, heartbeats, incidents
from app.work.incident_care import care

log = logging.getLogger("storekeeper.scheduler")

KIND = "scheduler"
CARE, PING, LOOK = 10.0, 60.0, 60.0  # seconds
CHECK_FAILED = "check.failed"


class Caretaker:
    """A thread of its own, since mail servers and pings may take their time."""

    def __init__(self, app: Any, is_leading: Callable[[], bool]) -> None:
        self.app, self.is_leading = app, is_leading
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="caretaker", daemon=True)
        self._bad_once: frozenset[str] = frozenset()
        self._done: dict[str, float] = {}

    def __enter__(self) -> Caretaker:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stopping.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        with self.app.app_context():
            while not self._stopping.is_set():
                try:
                    self.go_round()
                except SQLAlchemyError as error:
                    log.warning("Incidents cannot be looked after, trying again: %s", error)
                except Exception:
                    log.exception("Incidents could not be looked after; it is tried again.")
                self._stopping.wait(CARE)
            self._say_goodbye()

    def go_round(self) -> None:
        """Do once what is due: every scheduler lives and pings, the one that leads cares."""
        settings = self.app.extensions["settings"]
        with unit_of_work(by=KIND) as session:
            heartbeats.beat(session, KIND)
        if self._is_time("ping", PING):
            dead_man.ping(settings)
        if self.is_leading():
            if self._is_time("look", LOOK):
                self._look_at_checks()
            care(settings)

    def _look_at_checks(self) -> None:
        """Open an incident for what is bad twice in a row; close it when all is well again."""
        found = [one for one in health.look(self.app) if one.check.opens]
        bad = {one.key: one for one in found if one.state == "bad"}
        with unit_of_work(by=KIND, reason="Status") as session:
            for one in found:
                name = f"check:{one.key}"
                if one.key not in bad:
                    incidents.recover(session, name)
                elif one.key in self._bad_once:
                    incidents.report(
                        session, CHECK_FAILED, fingerprint=name, link="/status",
                        title=f"{one.check.title}: {one.verdict.fact_told}",
                        detail=one.verdict.do_told,
                    )  # fmt: skip
        self._bad_once = frozenset(bad)

    def _is_time(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now - self._done.get(what, -seconds) < seconds:
            return False
        self._done[what] = now
        return True

    def _say_goodbye(self) -> None:
        try:
            with unit_of_work(by=KIND) as session:
                heartbeats.leave(session, KIND)
        except SQLAlchemyError as error:
            log.warning("The end of this scheduler could not be noted: %s", error)
