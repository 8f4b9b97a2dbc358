"""Rescue: what a killed worker leaves behind is begun anew, or marked as lost.

Every worker looks every second; a lock of the transaction sees to it that only one does.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.runs import Run
from app.plugins import Registry
from app.work import deferring, runs
from app.work.executing import MOST_ATTEMPTS
from app.work.keeper import LOST_AFTER
from app.work.work import UnknownWork, find

log = logging.getLogger("storekeeper.work")

_LOCK = text("SELECT pg_try_advisory_xact_lock(7041778, 1)")
# Nobody could say that it lives while the server was away: then the silence begins anew.
_SILENT = text("""
    SELECT r.uuid FROM run r LEFT JOIN run_progress p ON p.uuid = r.uuid
     WHERE r.state = 'running'
       AND coalesce(p.heartbeat_at, r.started_at)
           < clock_timestamp() - make_interval(secs => :seconds)
       AND pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => :seconds)
       FOR UPDATE OF r SKIP LOCKED
""")
# Fetched by a worker that ended before the run began.
_TAKEN = text("""
    UPDATE procrastinate_jobs j SET status = 'todo', worker_id = NULL
      FROM run r
     WHERE j.status = 'doing' AND r.job_id = j.id AND r.state = 'waiting'
       AND pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => :seconds)
       AND NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id
            AND w.last_heartbeat > clock_timestamp() - make_interval(secs => :seconds))
""")
# Done, but its worker could not say so to the queue any more; its lock would hold others up.
_LEFT = text("""
    DELETE FROM procrastinate_jobs j
     WHERE j.task_name = :task AND j.status = 'doing'
       AND NOT EXISTS (
         SELECT FROM run r WHERE r.uuid = CAST(j.args ->> 'run' AS uuid)
            AND (r.state = 'running' OR r.job_id = j.id AND r.state = 'waiting'
             OR r.finished_at > clock_timestamp() - make_interval(secs => :seconds)))
       AND NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id
            AND w.last_heartbeat > clock_timestamp() - make_interval(secs => :seconds))
""")
# Its job is gone although it waits: somebody tidied the queue.
_FORGOTTEN = text("""
    SELECT r.uuid FROM run r
     WHERE r.state = 'waiting' AND NOT EXISTS (
         SELECT FROM procrastinate_jobs j WHERE j.id = r.job_id AND j.status IN ('todo', 'doing'))
       FOR UPDATE OF r SKIP LOCKED
""")


def rescue(session: Session, registry: Registry) -> int:
    """Look once after the runs of workers that are gone; tells how many it found."""
    if not session.scalar(_LOCK):
        return 0
    seconds = {"seconds": LOST_AFTER}
    silent = session.scalars(_SILENT, seconds).all()
    for run in silent:
        _take_up(session, registry, session.get_one(Run, run))
    session.execute(_TAKEN, seconds)
    session.execute(_LEFT, {**seconds, "task": deferring.TASK})
    for run in session.scalars(_FORGOTTEN):
        deferring.enqueue(session, session.get_one(Run, run))
    return len(silent)


def _take_up(session: Session, registry: Registry, run: Run) -> None:
    job = run.job_id
    if run.cancel_asked_at:
        runs.cancel(session, run.uuid, "Stopped by hand; its process was gone by then.")
    elif _may_begin_anew(registry, run):
        log.warning("run %s lost its worker %s and begins anew", run.uuid, run.worker)
        at = datetime.now(UTC) + timedelta(seconds=min(run.attempt - 1, 10))
        deferring.put_back(session, run.uuid, at=at, message="Its worker was gone; begun anew.")
    else:
        log.warning("run %s is lost with its worker %s", run.uuid, run.worker)
        runs.lose(session, run.uuid)
    if job is not None:
        deferring.forget_job(session, job)


def _may_begin_anew(registry: Registry, run: Run) -> bool:
    if run.queue is None or run.attempt >= MOST_ATTEMPTS:
        return False
    try:
        return find(registry, run.key).restart
    except UnknownWork:
        return True  # a newer worker may know it
