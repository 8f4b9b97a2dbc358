"""How an import is noted with its run: that it runs, how it ended, and why, in words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.db import unit_of_work
from app.db.unit_of_work import Person
from app.errors import AppError
from app.importing.database_errors import DatabaseError, in_words
from app.importing.errors import StoppedByHand
from app.work import runs
from app.work.executing import worker_name
from app.work.keeper import keeper
from app.work.running import Running, Stopped

if TYPE_CHECKING:
    from app.config import Settings

log = logging.getLogger("storekeeper.importing")


class Told(Protocol):
    """What a run tells of what it does: an import, or an export."""

    settings: Settings

    @property
    def direction(self) -> str: ...
    @property
    def title(self) -> str: ...
    def run_key(self) -> str: ...
    def asked(self, reason: str | None) -> dict[str, Any]: ...
    def facts(self) -> dict[str, Any]: ...


@contextmanager
def noted(
    running: Running | None,
    handler: Told,
    by: Person | str | None,
    reason: str | None,
    dry_run: bool,
) -> Iterator[Running]:
    """A run row around the work, in transactions of its own: it says running, then how it ended.

    The run of a worker is noted by the worker; here its errors get their words.
    """
    if running is not None:
        try:
            yield running
        except DatabaseError as error:
            raise in_words(error) from error
        return
    try:
        with unit_of_work(by=by) as session:
            run = runs.start(
                session,
                kind=handler.direction,
                key=handler.run_key(),
                title=handler.title,
                by=by,
                dry_run=dry_run,
                parameters=handler.asked(reason) | handler.facts(),
                worker=worker_name(),
            ).uuid
    except DatabaseError as error:
        raise in_words(error) from error
    running = Running(run, settings=handler.settings, kind="import", by=by, dry_run=dry_run)
    try:
        with keeper().keeping(running), _heard(running):
            yield running
    except AppError as error:
        _note_failure(run, str(error))
        raise
    except DatabaseError as error:
        log.info("run %s failed", run, exc_info=True)  # people get a sentence, operators all of it
        trouble = in_words(error)
        _note_failure(run, str(trouble))
        raise trouble from error
    except Exception:
        log.exception("run %s failed", run)
        _note_failure(run, f"Something unforeseen went wrong; the log has it under {run}.")
        raise
    except BaseException as error:
        with suppress(*DatabaseError), unit_of_work() as session:
            runs.cancel(session, run)
        if isinstance(error, Stopped):
            raise StoppedByHand from error
        raise


@contextmanager
def _heard(running: Running) -> Iterator[None]:
    """Take the error of a statement that was ended on request for the request."""
    try:
        yield
    except Exception:
        running.check()
        raise


def _note_failure(run: UUID, message: str) -> None:
    try:
        with unit_of_work() as session:
            runs.fail(session, run, message)
    except (*DatabaseError, SQLAlchemyError) as error:
        log.warning("that run %s failed could not be noted: %s", run, error)
