"""Asking for work: the run and its place in the queue are written in the caller's transaction.

If it rolls back, nobody has asked for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from app.db import connection_to
from app.db.unit_of_work import Person
from app.errors import AppError
from app.models.runs import Run, RunFile
from app.plugins import Registry
from app.work.work import Work, find

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

TASK = "storekeeper.run"


class NotAgain(AppError):
    """This cannot be repeated from here; ask for it where it was asked for."""


def defer(
    session: Session,
    work: Work,
    parameters: Mapping[str, Any] | None = None,
    *,
    by: Person | str | None,
    asked_by: Person | None = None,
    title: str | None = None,
    dry_run: bool = False,
    at: datetime | None = None,
    priority: int | None = None,
    key: str | None = None,
    again_of: UUID | None = None,
    lock: str | None = None,
) -> Run:
    """Ask that a worker does this; `by` is as whom, `asked_by` the person where that is another.

    Whoever asks twice with one `key` gets the run of the first time. Raises an AppError where the
    work does not take these parameters.
    """
    given = dict(parameters or {})
    if work.check:
        work.check(given)
    values = {
        "uuid": uuid7(),
        "kind": work.kind,
        "key": work.key_of(given),
        "title": title or work.title,
        "state": "waiting",
        "dry_run": dry_run,
        "user_uuid": None if by is None or isinstance(by, str) else by.uuid,
        "by": by if isinstance(by, str) else None,
        "asked_by_uuid": asked_by.uuid if asked_by else None,
        "parameters": given,
        "queue": work.queue,
        "priority": work.priority if priority is None else priority,
        "lock": lock or work.lock_of(given),
        "idempotency_key": key,
        "not_before": at,
        "again_of_uuid": again_of,
    }
    new = insert(Run).values(values).on_conflict_do_nothing(index_elements=["idempotency_key"])
    if session.scalar(new.returning(Run.uuid)) is None:
        return session.scalars(select(Run).where(Run.idempotency_key == key)).one()
    run = session.get_one(Run, values["uuid"])
    enqueue(session, run)
    return run


def repeat(
    session: Session,
    registry: Registry,
    run: Run,
    *,
    by: Person | str | None,
    key: str | None = None,
    dry_run: bool | None = None,
    more: Mapping[str, Any] | None = None,
) -> Run:
    """Ask for the same as an earlier run, dry or not, but for what `more` says otherwise.

    Raises NotAgain and UnknownWork.
    """
    work = find(registry, run.key)
    if run.queue is None or not work.again:
        raise NotAgain
    new = defer(
        session,
        work,
        {**run.parameters, **(more or {})},
        by=by,
        title=run.title,
        dry_run=run.dry_run if dry_run is None else dry_run,
        key=key,
        again_of=run.uuid,
        lock=run.lock,
    )
    known = {file.file_uuid for file in new.files}
    for file in run.files:
        if file.role == "source" and file.file_uuid not in known:
            again = RunFile(role="source", name=file.name, file_uuid=file.file_uuid)
            again.expires_at = file.expires_at
            new.files.append(again)
    session.flush()
    return new


def make_ready() -> None:
    """Load what deferring needs, so that the first run is not asked for later than the others."""
    from procrastinate.jobs import Job

    _ = Job, _manager()


def enqueue(session: Session, run: Run) -> None:
    """Give a waiting run its place in the queue."""
    from procrastinate.jobs import Job

    job = Job(
        queue=run.queue or "default",
        priority=run.priority,
        lock=run.lock,
        queueing_lock=None,
        task_name=TASK,
        task_kwargs={"run": str(run.uuid)},
        scheduled_at=run.not_before,
    )
    placed = _manager().defer_job(job, connection=connection_to(session, "core"))
    session.execute(update(Run).where(Run.uuid == run.uuid).values(job_id=placed.id))
    session.expire(run, ["job_id"])


def put_back(
    session: Session,
    run: UUID,
    *,
    at: datetime | None = None,
    message: str | None = None,
    counted: bool = True,
    attempt: int | None = None,
    started_at: datetime | None = None,
) -> None:
    """Let a run that had begun wait for a worker again; `counted` as an attempt of its own.

    With `attempt`, only if that is the one that goes on: later ones belong to another worker.
    """
    ours = (Run.attempt == attempt,) if attempt is not None else ()
    begun = session.scalars(
        select(Run).where(Run.uuid == run, Run.state == "running", *ours).with_for_update()
    ).one_or_none()
    if begun is None:
        return
    begun.started_at = started_at or begun.started_at
    begun.state, begun.not_before, begun.message = "waiting", at, message
    begun.attempt -= 0 if counted else 1
    session.flush()
    enqueue(session, begun)


def forget_job(session: Session, job: int) -> None:
    """Take a job of a worker that is gone out of the queue; it frees its lock."""
    session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :job"), {"job": job})


@cache
def _manager() -> JobManager:
    from procrastinate.contrib.sqlalchemy import SQLAlchemyPsycopg2Connector
    from procrastinate.manager import JobManager

    return JobManager(SQLAlchemyPsycopg2Connector())
