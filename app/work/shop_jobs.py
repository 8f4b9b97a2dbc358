"""What people do with jobs: run one now, pause it, let it go on, give it another schedule."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person
from app.errors import AppError
from app.models.jobs import JobClock, ShopJob
from app.models.runs import Run
from app.plugins import Registry
from app.work.deferring import defer
from app.work.job import Job, job_of
from app.work.plans import Plan, begin_anew, plan_of
from app.work.schedule import Cron
from app.work.work import Parameters, Work


class CodeIsGone(AppError):
    """The code of this job is not there any more; the job can be deleted, and nothing else."""


class StillDeclared(AppError):
    """This job is declared in code and would come back; pause it instead."""


class NoReason(AppError):
    """Say why, so that others know when it may go on."""


def plan_for(registry: Registry, row: ShopJob) -> Plan:
    """A job as it is in force. Raises CodeIsGone."""
    return plan_of(declared(registry, row), row)


def declared(registry: Registry, row: ShopJob) -> Job:
    """A job as code declares it. Raises CodeIsGone."""
    found = job_of(registry, row)
    if found is None:
        raise CodeIsGone
    return found


def run_now(
    session: Session, registry: Registry, row: ShopJob, *, by: Person | str | None,
    key: str | None = None,
) -> Run:  # fmt: skip
    """Ask for a run at once, beside those that are planned; also of a job that is paused."""
    plan = plan_for(registry, row)
    user = plan.by()
    return defer(
        session, plan.work(), plan.parameters, by=user or by, priority=plan.priority, key=key,
        asked_by=by if user and not isinstance(by, str) else None,
    )  # fmt: skip


def plan_work(
    session: Session, registry: Registry, work: Work, parameters: Parameters, *, cron: str
) -> ShopJob:
    """Plan work as a job; one of the same key is planned anew. Raises BadSchedule and others."""
    key = work.key_of(parameters)
    session.execute(
        insert(ShopJob).values(key=key).on_conflict_do_nothing()
    )  # two may plan at once
    row = session.scalars(select(ShopJob).filter_by(key=key).with_for_update(key_share=True)).one()
    row.parameters, row.every_seconds, row.cron = dict(parameters), None, Cron(cron).text
    changed(session, registry, row)
    return row


def pause(
    session: Session, registry: Registry, row: ShopJob, *, reason: str, by: Person | str
) -> None:
    """Plan nothing until it goes on. Raises NoReason."""
    if not reason.strip():
        raise NoReason
    row.paused_at, row.paused_by, row.pause_reason = func.now(), str(by), reason.strip()
    session.flush()
    session.refresh(row)
    begin_anew(session, plan_for(registry, row))


def resume(session: Session, registry: Registry, row: ShopJob) -> None:
    """Plan it again from now on; what it missed meanwhile is not made up for."""
    row.paused_at = row.paused_by = row.pause_reason = None
    session.flush()
    begin_anew(session, plan_for(registry, row))


def changed(session: Session, registry: Registry, row: ShopJob) -> Plan:
    """Take what was written into a job into force. Raises BadSchedule, and what its check raises
    for its parameters."""
    session.flush()
    plan = plan_for(registry, row)
    if plan.fault:
        raise AppError(plan.fault)
    if plan.job.check:
        plan.job.check(plan.parameters)
    clock = session.get(JobClock, row.uuid)
    if clock is None or clock.schedule != plan.text:
        begin_anew(session, plan)
    return plan
