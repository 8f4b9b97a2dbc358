"""Doing a run: claim it, do the work, note how it ended, whatever happens."""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg2 import Error as DriverError
from psycopg2 import InterfaceError, OperationalError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import unit_of_work
from app.errors import AppError
from app.plugins import Registry
from app.work import deferring, error_log, runs
from app.work.incident_events import clean
from app.work.keeper import keeper, write_log
from app.work.running import (
    Cancelled,
    HandedBack,
    Running,
    Someone,
    Superseded,
    current,
)
from app.work.work import UnknownWork, Work, find

log = logging.getLogger("storekeeper.work")

ENDED = (None, "57P01", "57P02", "57P03")
"""What a connection that was ended says, and a server that is going down or coming up."""
DISK_FULL = "53100"  # PostgreSQL: disk_full
MOST_ATTEMPTS = 20
"""After so many times that the database or the worker went away, a run fails."""
PATIENCE, LOOK_AGAIN = timedelta(minutes=10), timedelta(seconds=5)
"""How long work that this worker does not know waits for a newer worker."""

_CLAIM = text("""
    WITH before AS (
      SELECT uuid, started_at AS began_before FROM run WHERE uuid = :run
    ), claimed AS (
      UPDATE run SET state = 'running', started_at = clock_timestamp(), attempt = attempt + 1,
             worker = :worker, message = NULL, cancel_asked_at = NULL, cancel_asked_by = NULL
       WHERE uuid = :run AND state = 'waiting' RETURNING *
    ), living AS (
      INSERT INTO run_progress (uuid) SELECT uuid FROM claimed
      ON CONFLICT (uuid) DO UPDATE
         SET heartbeat_at = clock_timestamp(), done = NULL, total = NULL, phase = NULL
    )
    SELECT c.*, b.began_before, u.username AS user_name, a.username AS asked_by_name
      FROM claimed c JOIN before b USING (uuid) LEFT JOIN "user" u ON u.uuid = c.user_uuid
      LEFT JOIN "user" a ON a.uuid = c.asked_by_uuid
""")


def worker_name() -> str:
    """The machine and the process, as people read them."""
    return f"{socket.gethostname()}:{os.getpid()}"


def execute(run: UUID, *, settings: Settings, registry: Registry) -> None:
    """Do a waiting run; nothing where it was cancelled or done meanwhile.

    Needs an application context. Raises nothing: how it ended is noted with the run.
    """
    with unit_of_work() as session:
        claimed = session.execute(_CLAIM, {"run": run, "worker": worker_name()}).one_or_none()
    if claimed is None:
        return
    running = _running(claimed, settings, registry)
    with ended(running, claimed):
        work = find(registry, claimed.key)
        if work.check:
            work.check(running.parameters)
        work.function()(running)


@contextmanager
def ended(running: Running, claimed: Any = None) -> Iterator[None]:
    """Look after a run and note how it ends; only what is no error of the work goes on outwards."""
    token = current.set(running)
    try:
        with keeper().keeping(running):
            try:
                yield
                with unit_of_work(by=running.by) as session:
                    write_log(session, running)
                    running.finish(session)
            except BaseException as error:
                _note(running, claimed, error)
                if not isinstance(error, (Exception, Cancelled, HandedBack, Superseded)):
                    raise
    except (DriverError, SQLAlchemyError) as trouble:
        # Nobody looks after it any more, so that it is found to be lost.
        log.warning("How run %s ended could not be noted: %s", running.run, trouble)
    finally:
        current.reset(token)


def _running(claimed: Any, settings: Settings, registry: Registry) -> Running:
    user = claimed.user_uuid and Someone(claimed.user_uuid, claimed.user_name)
    really = claimed.asked_by_uuid and Someone(claimed.asked_by_uuid, claimed.asked_by_name)
    return Running(
        claimed.uuid,
        kind=claimed.kind,
        parameters=claimed.parameters,
        attempt=claimed.attempt,
        dry_run=claimed.dry_run,
        by=user or claimed.by,
        really=really,
        settings=settings,
        registry=registry,
    )


def _note(running: Running, claimed: Any, error: BaseException) -> None:
    """Note why a run ended without success, or let it wait for another attempt."""
    asked = running.asked
    with unit_of_work(by=running.by) as session:
        write_log(session, running)
        if isinstance(asked, Superseded) or isinstance(error, Superseded):
            log.warning("Run %s was given to another worker; this one stopped.", running.run)
        elif isinstance(asked, HandedBack):
            deferring.put_back(session, running.run, counted=False, attempt=running.attempt)
        elif isinstance(asked, Cancelled):
            runs.cancel(session, running.run, attempt=running.attempt)
        elif later := _next_attempt(running, claimed, error):
            log.info("run %s is tried again at %s", running.run, later, exc_info=error)
            _try_again(session, running, claimed, error, later)
        else:
            runs.fail(
                session, running.run, in_words(running, error),
                unforeseen=_is_ours(error), attempt=running.attempt,
            )  # fmt: skip


def _try_again(
    session: Session, running: Running, claimed: Any, error: BaseException, at: datetime
) -> None:
    """Work that this worker does not know has not been tried: it waits as from the first time."""
    unknown = isinstance(error, UnknownWork)
    deferring.put_back(
        session, running.run, at=at, message=in_words(running, error), counted=not unknown,
        attempt=running.attempt, started_at=_first_start(claimed) if unknown else None,
    )  # fmt: skip


def _first_start(claimed: Any) -> datetime:
    began: datetime = claimed.began_before or claimed.started_at
    return began


def _next_attempt(running: Running, claimed: Any, error: BaseException) -> datetime | None:
    """When a run is tried again after this error; None: not at all."""
    if claimed is None:
        return None
    now = datetime.now(UTC)
    if isinstance(error, UnknownWork):
        return now + LOOK_AGAIN if now - _first_start(claimed) < PATIENCE else None
    work = find(running.registry, claimed.key)
    if is_lost_connection(error):
        seconds = min(2 ** min(running.attempt, 6), 60)
        may = work.restart and running.attempt < MOST_ATTEMPTS
        return now + timedelta(seconds=seconds) if may else None
    return _by_its_own_rule(work, running, error, now)


def _by_its_own_rule(
    work: Work, running: Running, error: BaseException, now: datetime
) -> datetime | None:
    retry = work.retry
    if retry is None or not isinstance(error, retry.on) or running.attempt >= retry.attempts:
        return None
    return now + retry.after(running.attempt)


def is_lost_connection(error: BaseException | None) -> bool:
    """Whether the database went away: the error itself, or what it came from."""
    while error is not None:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        if isinstance(error, (OperationalError, InterfaceError)) and error.pgcode in ENDED:
            return True
        error = error.__cause__
    return False


def is_full_disk(error: BaseException | None) -> bool:
    """Whether there was no room, here or at the database, by the error or what it came from."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, DriverError) and error.pgcode == DISK_FULL:
            return True
        error = error.__cause__
    return False


def _is_ours(error: BaseException) -> bool:
    """Whether the program or its machine is to blame, not what it was given."""
    return isinstance(error, Exception) and not isinstance(error, AppError)


def in_words(running: Running, error: BaseException) -> str:
    """Why a run failed, for people; what only operators understand goes to the log."""
    if isinstance(error, AppError):
        return clean(str(error))
    if is_lost_connection(error):
        return "The database went away while this ran."
    if is_full_disk(error):
        return "The disk is full. Make room on the server, then run this again."
    if not isinstance(error, Exception):
        return "Its process was stopped."
    log.error("run %s failed", running.run, exc_info=error, extra=error_log.TOLD)
    return f"Something unforeseen went wrong; the log has it under {running.run}."
