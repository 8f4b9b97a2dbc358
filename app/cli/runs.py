"""`storekeeper runs`: the long work that waits, runs and ran."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click

from app.cli.common import app_context, json_option, print_json, print_table
from app.cli.importing import login_name
from app.errors import AppError


@click.group()
def runs() -> None:
    """Watch, cancel and repeat long work: imports, exports, jobs."""


@runs.command("list")
@click.option("--state", help="Only those that are waiting, running, failed and so on.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
@click.pass_context
def list_(ctx: click.Context, state: str | None, limit: int, as_json: bool) -> None:
    """List the last runs, the newest first."""
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.models.runs import RUN_STATES, Run

    if state is not None and state not in RUN_STATES:
        raise click.BadParameter(f"it is one of {', '.join(RUN_STATES)}", param_hint="--state")
    query = select(Run).order_by(Run.asked_at.desc()).limit(limit)
    with app_context(ctx), unit_of_work() as session:
        found = [
            _facts(run) for run in session.scalars(query.filter_by(state=state) if state else query)
        ]
    if as_json:
        print_json({"runs": found})
    else:
        names = ("run", "state", "title", "by", "asked_at", "message")
        print_table(names, [[run[name] for name in names] for run in found])


@runs.command()
@click.argument("run", type=click.UUID)
@json_option
@click.pass_context
def show(ctx: click.Context, run: UUID, as_json: bool) -> None:
    """Show one run, with what it said."""
    from sqlalchemy import select

    from app.db import unit_of_work
    from app.models.runs import RunLogLine

    with app_context(ctx), unit_of_work() as session:
        found = _facts(_get(session, run))
        lines = session.scalars(
            select(RunLogLine).where(RunLogLine.run_uuid == run).order_by(RunLogLine.uuid)
        )
        log = [{"at": one.at, "level": one.level, "line": one.line} for one in lines]
    if as_json:
        print_json({**found, "log": log})
        return
    for name, value in found.items():
        if value not in (None, {}, ""):
            click.echo(f"{name.replace('_', ' ')}: {value}")
    for one in log:
        click.echo(f"{one['at']:%H:%M:%S} {one['level']}: {one['line']}")


@runs.command()
@click.argument("run", type=click.UUID)
@json_option
@click.pass_context
def cancel(ctx: click.Context, run: UUID, as_json: bool) -> None:
    """Cancel a run that waits, or ask one that runs to stop."""
    from app.db import unit_of_work
    from app.work.runs import ask_to_stop

    with app_context(ctx), unit_of_work(by=login_name()) as session:
        _get(session, run)
        state = ask_to_stop(session, run, by=login_name() or "somebody at a terminal")
    if as_json:
        print_json({"run": run, "state": state})
    elif state == "running":
        click.echo("It is asked to stop.")
    else:
        click.echo(f"It is {state}.")


@runs.command()
@click.argument("run", type=click.UUID)
@json_option
@click.pass_context
def again(ctx: click.Context, run: UUID, as_json: bool) -> None:
    """Ask for the same once more, with the same parameters."""
    from app.db import unit_of_work
    from app.work.deferring import repeat

    with app_context(ctx) as app, unit_of_work(by=login_name()) as session:
        registry = app.extensions["storekeeper"]
        new = repeat(session, registry, _get(session, run), by=login_name()).uuid
    print_json({"run": new}) if as_json else click.echo(f"Asked for: run {new}")


def _get(session: Any, uuid: UUID) -> Any:
    from app.models.runs import Run

    found = session.get(Run, uuid)
    if found is None:
        raise AppError(f"There is no run {uuid}; `storekeeper runs list` shows the last ones.")
    return found


def _facts(run: Any) -> dict[str, Any]:
    progress = run.progress
    return {
        "run": run.uuid,
        "kind": run.kind,
        "key": run.key,
        "title": run.title,
        "state": run.state,
        "by": str(run.user) if run.user else run.by,
        "dry_run": run.dry_run,
        "attempt": run.attempt,
        "asked_at": run.asked_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "worker": run.worker,
        "progress": progress and {
            "done": progress.done, "total": progress.total, "phase": progress.phase,
        },
        "parameters": run.parameters,
        "counts": run.counts,
        "message": run.message,
    }  # fmt: skip
