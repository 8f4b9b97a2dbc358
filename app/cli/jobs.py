"""`storekeeper jobs`: what is done by schedule, and the scheduler that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from app.cli.common import app_context, configuration, json_option, print_json, print_table
from app.cli.importing import login_name
from app.errors import AppError

NEXT = 5


@click.group()
def jobs() -> None:
    """Show, run and pause what is done by schedule."""


@jobs.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the jobs with their schedules, the next time, and how the last run ended."""
    with _jobs(ctx) as (session, app):
        found = _all_facts(session, app)
    if as_json:
        print_json({"jobs": found})
    else:
        names = ("job", "schedule", "next_at", "last_state", "last_at", "paused", "fault")
        print_table(names, [[one[name] for name in names] for one in found])


@jobs.command()
@click.argument("job")
@json_option
@click.pass_context
def show(ctx: click.Context, job: str, as_json: bool) -> None:
    """Show one job, its next times in the time zone of the shop, and its last ones."""
    with _jobs(ctx) as (session, app):
        row = _get(session, job)
        (facts,) = [one for one in _all_facts(session, app) if one["job"] == job]
        facts |= {"next": _next(session, app, row), "ticks": _ticks(session, row)}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        if value not in (None, "", [], {}) and name not in ("next", "ticks"):
            click.echo(f"{name.replace('_', ' ')}: {value}")
    for moment in facts["next"]:
        click.echo(f"next: {moment:%a %Y-%m-%d %H:%M:%S %Z}")
    for one in facts["ticks"]:
        why = f" ({one['reason']})" if one["reason"] else ""
        click.echo(f"{one['planned_at']:%Y-%m-%d %H:%M:%S} {one['outcome']}{why}")


@jobs.command()
@click.argument("job")
@json_option
@click.pass_context
def run(ctx: click.Context, job: str, as_json: bool) -> None:
    """Ask for a run of JOB now; a worker does it."""
    from app.work import shop_jobs

    with _jobs(ctx) as (session, app):
        registry = app.extensions["storekeeper"]
        new = shop_jobs.run_now(session, registry, _get(session, job), by=login_name()).uuid
    print_json({"run": new}) if as_json else click.echo(f"Asked for: run {new}")


@jobs.command()
@click.argument("job")
@click.option("--reason", required=True, help="Why, for the people who wonder.")
@json_option
@click.pass_context
def pause(ctx: click.Context, job: str, reason: str, as_json: bool) -> None:
    """Plan nothing for JOB until it is resumed."""
    from app.work import shop_jobs

    with _jobs(ctx) as (session, app):
        by = login_name() or "somebody at a terminal"
        registry = app.extensions["storekeeper"]
        shop_jobs.pause(session, registry, _get(session, job), reason=reason, by=by)
    print_json({"job": job, "paused": True}) if as_json else click.echo(f"{job} is paused.")


@jobs.command()
@click.argument("job")
@json_option
@click.pass_context
def resume(ctx: click.Context, job: str, as_json: bool) -> None:
    """Plan JOB again from now on."""
    from app.work import shop_jobs

    with _jobs(ctx) as (session, app):
        shop_jobs.resume(session, app.extensions["storekeeper"], _get(session, job))
    print_json({"job": job, "paused": False}) if as_json else click.echo(f"{job} goes on.")


@jobs.command()
@click.pass_context
def scheduler(ctx: click.Context) -> None:
    """Ask for the runs of jobs when their time has come, until stopped.

    Any number may run, on several machines: one leads, and another takes over within two seconds.
    """
    from app.cli.logs import log_for_operators
    from app.cli.parent import follow_parent
    from app.services.caretaking import Caretaker
    from app.work import error_log
    from app.work.scheduler import Scheduler

    with app_context(ctx) as app:
        log_for_operators(configuration(ctx), "scheduler")
        follow_parent()
        error_log.watch(app)
        Scheduler(app, beside=Caretaker).run()


@contextmanager
def _jobs(ctx: click.Context) -> Iterator[tuple[Any, Any]]:
    """A unit of work in which every declared job has its row."""
    from app.db import unit_of_work
    from app.work.plans import make_known

    with app_context(ctx) as app, unit_of_work(by=login_name()) as session:
        make_known(session, app.extensions["storekeeper"])
        yield session, app


def _get(session: Any, key: str) -> Any:
    from sqlalchemy import select

    from app.models.jobs import ShopJob

    found = session.scalars(select(ShopJob).where(ShopJob.key == key)).one_or_none()
    if found is None:
        raise AppError(f"There is no job {key}; `storekeeper jobs list` shows them.")
    return found


def _all_facts(session: Any, app: Any) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from app.models.jobs import JobClock, ShopJob
    from app.work.job import job_of
    from app.work.job_facts import expected, last_runs
    from app.work.plans import next_of, plan_of, zone_of

    registry, zone = app.extensions["storekeeper"], zone_of(app.extensions["settings"])
    query = select(ShopJob, JobClock).join(JobClock, JobClock.uuid == ShopJob.uuid)
    rows = session.execute(query.order_by(ShopJob.key)).all()
    runs = last_runs(session, [row.key for row, _ in rows])
    found = []
    for row, clock in rows:
        job = job_of(registry, row)
        plan = plan_of(job, row) if job else None
        last, usual = next(iter(runs[row.key]), None), expected(runs[row.key])
        found.append({
            "job": row.key,
            "title": plan and plan.job.title,
            "schedule": plan and (plan.schedule.text if plan.schedule else plan.text),
            "next_at": plan and next_of(plan, clock, zone),
            "last_state": last and last.state,
            "last_at": last and last.asked_at,
            "usual_seconds": usual and usual.total_seconds(),
            "overlap": plan and plan.overlap,
            "misfire": plan and plan.misfire,
            "deadline": plan and plan.deadline and f"{plan.deadline:%H:%M}",
            "paused": row.pause_reason,
            "fault": plan.fault if plan else "its code is gone",
        })  # fmt: skip
    return found


def _next(session: Any, app: Any, row: Any) -> list[datetime]:
    from app.work import shop_jobs
    from app.work.plans import zone_of
    from app.work.schedule import next_times
    from app.work.ticking import now_of

    plan = shop_jobs.plan_for(app.extensions["storekeeper"], row)
    zone = zone_of(app.extensions["settings"])
    if plan.schedule is None or row.is_paused:
        return []
    return next_times(plan.schedule, now_of(session), zone, many=NEXT)


def _ticks(session: Any, row: Any) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from app.models.jobs import JobTick

    query = select(JobTick).where(JobTick.job_uuid == row.uuid).order_by(JobTick.planned_at.desc())
    return [
        {
            "planned_at": one.planned_at, "outcome": one.outcome, "reason": one.reason,
            "note": one.note, "missed": one.missed, "run": one.run_uuid,
        }
        for one in session.scalars(query.limit(20))
    ]  # fmt: skip
