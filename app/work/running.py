"""What work holds while it runs: its parameters, its progress, its log, and whether to stop."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg2
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import unit_of_work
from app.db.unit_of_work import Origin, Person, change_set_of
from app.plugins import Registry
from app.work import runs
from app.work.incident_events import clean

LONGEST_LOG, LONGEST_LINE = 10_000, 2_000
ORIGINS: Mapping[str, Origin] = {"import": "import", "batch": "batch", "edit": "web"}

current: ContextVar[Running | None] = ContextVar("running", default=None)


class Stopped(BaseException):
    """Work is asked to stop. No error of the work, so that nobody takes it for one."""


class Cancelled(Stopped):
    """A person asked for it."""


class HandedBack(Stopped):
    """The worker ends; another one begins anew."""


class Superseded(Stopped):
    """The run is not ours any more: it was given to another worker, or taken for lost."""


@dataclass(frozen=True)
class Someone:
    """A user by key and name; good in every session, unlike a User."""

    uuid: UUID
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass
class Position:
    """How far the work is."""

    done: int | None = None
    total: int | None = None
    phase: str | None = None


class Running:
    """One run in the process that runs it. `counts` and `message` are noted when it succeeds."""

    def __init__(
        self,
        run: UUID,
        *,
        settings: Settings,
        registry: Registry | None = None,
        kind: str = "job",
        parameters: Mapping[str, Any] | None = None,
        attempt: int = 1,
        dry_run: bool = False,
        by: Person | str | None = None,
        really: Person | None = None,
    ) -> None:
        self.run = run
        self.settings = settings
        self.registry = registry or Registry(())
        self.parameters = dict(parameters or {})
        self.attempt = attempt
        self.dry_run = dry_run
        self.by = by
        self.counts: dict[str, Any] = {}
        self.message: str | None = None
        self.asked: Stopped | None = None
        self.position = Position()
        self.moved = False
        self.lines: deque[dict[str, Any]] = deque()
        self._kind, self._really = kind, really
        self._said = 0
        self._connections: set[Any] = set()
        self._lock = threading.Lock()

    def progress(
        self, done: int | None = None, total: int | None = None, phase: str | None = None
    ) -> None:
        """Tell how far the work is; it is written twice a second at most. Raises Stopped."""
        position = self.position
        self.position = Position(
            position.done if done is None else done,
            position.total if total is None else total,
            position.phase if phase is None else clean(phase),
        )
        self.moved = True
        self.check()

    def check(self) -> None:
        """Raise what somebody asked for: Cancelled, HandedBack or Superseded."""
        if self.asked is not None:
            raise self.asked

    def log(self, line: str, level: str = "info") -> None:
        """Keep a line with the run, for the people who look at it."""
        self._said += 1
        if self._said > LONGEST_LOG:
            return
        if self._said == LONGEST_LOG:
            line = "More was said than is kept here; the log of the worker has it."
        self.lines.append(
            {
                "run_uuid": self.run,
                "at": datetime.now(UTC),
                "level": level,
                "line": clean(line[:LONGEST_LINE]),
            }
        )

    @contextmanager
    def unit_of_work(
        self,
        *,
        origin: Origin | None = None,
        reason: str | None = None,
        dry_run: bool | None = None,
        versioning: bool = True,
        final: bool = False,
    ) -> Iterator[Session]:
        """A unit of work of this run; it does not commit if the run is not ours any more.

        With `final` it holds that the run has succeeded too: both are committed, or neither.
        """
        rolled_back = self.dry_run if dry_run is None else dry_run
        with unit_of_work(
            by=self.by,
            origin=origin or ORIGINS.get(self._kind, "cli"),
            reason=reason,
            run=self.run,
            dry_run=rolled_back,
            versioning=versioning,
            really=self._really,
        ) as session:
            with self._watching_all(session):
                yield session
                self.check()
                self.require_ours(session)
            if final and not rolled_back:
                session.flush()
                self.finish(session)

    def finish(self, session: Session) -> None:
        """Note, in the transaction of the work, that it has succeeded."""
        runs.succeed(
            session,
            self.run,
            counts=self.counts,
            change_set_id=change_set_of(session),
            message=None if self.message is None else clean(self.message),
            attempt=self.attempt,
        )

    def require_ours(self, session: Session) -> None:
        """Hold the run until the transaction ends. Raises Superseded if it is another's by now."""
        ours = session.scalar(_OURS, {"run": self.run, "attempt": self.attempt})
        if not ours:
            raise Superseded

    @contextmanager
    def watching(self, connection: Connection) -> Iterator[None]:
        """Let a request to stop end the statement that is going on here."""
        driver = connection.connection.driver_connection
        with self._lock:
            self._connections.add(driver)
        try:
            yield
        finally:
            with self._lock:
                self._connections.discard(driver)

    @contextmanager
    def _watching_all(self, session: Session) -> Iterator[None]:
        """The same for whatever this session says to any of the databases."""
        with ExitStack() as watched:

            def begun(_session: Session, _transaction: Any, connection: Connection) -> None:
                watched.enter_context(self.watching(connection))

            event.listen(session, "after_begin", begun)
            try:
                yield
            finally:
                event.remove(session, "after_begin", begun)

    def stop(self, how: Stopped) -> None:
        """Ask the work to stop, from another thread; again and again, since a statement that
        begins a moment later would not have heard."""
        self.asked = self.asked or how
        with self._lock:
            for driver in self._connections:
                with suppress(psycopg2.Error):
                    driver.cancel()


_OURS = text(
    "SELECT true FROM run WHERE uuid = :run AND state IN ('running', 'succeeded')"
    " AND attempt = :attempt FOR SHARE"
)


class IntoRun(logging.Handler):
    """Keeps what is logged during a run with the run."""

    def emit(self, record: logging.LogRecord) -> None:
        running = current.get()
        if running is not None:
            level = "error" if record.levelno >= logging.ERROR else "warning"
            running.log(record.getMessage(), level if record.levelno >= logging.WARNING else "info")
