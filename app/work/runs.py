"""Runs: how one execution of anything long begins and ends, so that one page can list them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person
from app.models.runs import RejectedRow, Run, RunProgress
from app.work import telling

GONE = "Its process ended before it could say how; nothing of it was written."


class Rejection(Protocol):
    """A row that was left out."""

    @property
    def line(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def content(self) -> str | None: ...


def start(
    session: Session,
    *,
    kind: str,
    key: str,
    title: str,
    by: Person | str | None = None,
    dry_run: bool = False,
    parameters: Mapping[str, Any] | None = None,
    worker: str | None = None,
) -> Run:
    """Note that something long has begun here. Commit at once, or nobody sees it running."""
    run = Run(
        kind=kind,
        key=key,
        title=title,
        dry_run=dry_run,
        user_uuid=None if by is None or isinstance(by, str) else by.uuid,
        by=by if isinstance(by, str) else None,
        parameters=dict(parameters or {}),
        started_at=func.now(),
        attempt=1,
        worker=worker,
    )
    session.add(run)
    session.flush()
    session.add(RunProgress(uuid=run.uuid))
    session.flush()
    return run


def succeed(
    session: Session,
    run: UUID,
    *,
    counts: Mapping[str, Any] | None = None,
    change_set_id: int | None = None,
    rejected: Iterable[Rejection] = (),
    facts: Mapping[str, Any] | None = None,
    message: str | None = None,
    attempt: int | None = None,
) -> None:
    """Note what a run did; in the transaction of its work, so that both hold or neither.

    `facts` that only the work could find out, such as an encoding, join the parameters.
    """
    rows = [
        {"run_uuid": run, "line": row.line, "reason": row.reason, "content": row.content}
        for row in rejected
    ]
    if rows:
        session.execute(insert(RejectedRow), rows)
    values: dict[str, Any] = {"counts": dict(counts or {}), "message": message}
    if change_set_id is not None:
        values["change_set_id"] = change_set_id
    if facts:
        values["parameters"] = Run.parameters.concat(dict(facts))
    key = _end(session, run, "succeeded", attempt=attempt, **values)
    if key is not None:
        telling.of_success(session, key)


def fail(
    session: Session,
    run: UUID,
    message: str,
    *,
    unforeseen: bool = False,
    attempt: int | None = None,
) -> None:
    """Note why a run failed, in words; people hear of what was `unforeseen` in any case."""
    if _end(session, run, "failed", attempt=attempt, message=message) is not None:
        telling.of_failure(session, run, message, unforeseen=unforeseen)


def cancel(
    session: Session, run: UUID, message: str = "Stopped by hand.", *, attempt: int | None = None
) -> None:
    """Note that somebody stopped a run."""
    _end(session, run, "cancelled", attempt=attempt, message=message)


def lose(session: Session, run: UUID) -> None:
    """Note that the process of a run is gone."""
    if _end(session, run, "lost", message=GONE) is not None:
        telling.of_failure(session, run, GONE, unforeseen=True)


def lose_others(session: Session, key: str, run: UUID) -> None:
    """Note that the other runs of a handler are gone, by one that knows it is alone."""
    session.execute(
        update(Run)
        .where(Run.key == key, Run.state == "running", Run.uuid != run)
        .values(state="lost", finished_at=func.clock_timestamp(), message=GONE)
    )


def ask_to_stop(session: Session, run: UUID, *, by: str) -> str:
    """Cancel a run that waits at once, and ask one that runs to stop; tells its state then.

    The process that runs it hears of it within a second.
    """
    found = session.execute(
        select(Run.state, Run.job_id).where(Run.uuid == run).with_for_update()
    ).one()
    if found.state == "waiting":
        session.execute(_FORGET_JOB, {"job": found.job_id})
        session.execute(
            update(Run)
            .where(Run.uuid == run)
            .values(
                state="cancelled",
                finished_at=func.clock_timestamp(),
                message=f"Cancelled by {by} before it began.",
                cancel_asked_at=func.clock_timestamp(),
                cancel_asked_by=by,
            )
        )
        return "cancelled"
    if found.state == "running":
        session.execute(
            update(Run)
            .where(Run.uuid == run, Run.cancel_asked_at.is_(None))
            .values(cancel_asked_at=func.clock_timestamp(), cancel_asked_by=by)
        )
    return str(found.state)


_FORGET_JOB = text("DELETE FROM procrastinate_jobs WHERE id = :job AND status = 'todo'")


def _end(
    session: Session, run: UUID, state: str, *, attempt: int | None = None, **facts: Any
) -> str | None:
    """Note an end; tells the key of a run that was real and still ran, as people hear of it.

    With `attempt`, nothing is noted of a run that another worker has begun anew by now.
    """
    ours = (Run.attempt == attempt,) if attempt is not None else ()
    ended = session.execute(
        update(Run)
        .where(Run.uuid == run, Run.state == "running", *ours)
        .values(state=state, finished_at=func.clock_timestamp(), **facts)
        .returning(Run.key, Run.dry_run)
    ).one_or_none()
    return None if ended is None or ended.dry_run else ended.key
