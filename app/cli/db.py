"""`storekeeper db`: make, upgrade, check and open the databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from app.cli.common import (
    app_context,
    configuration,
    json_option,
    print_json,
    print_table,
    require_databases,
)

BINDS = ("core", "trainwreck", "tempmon")  # app.db.binds has them too, but takes long to import


class SomeBind(click.ParamType):  # type: ignore[type-arg]
    """A database: one of the three, or one of older sales, such as trainwreck.2019."""

    name = "database"

    def convert(self, value: Any, param: Any, ctx: click.Context | None) -> str:
        bind, dot, _ = str(value).partition(".")
        if bind not in BINDS or (dot and bind != "trainwreck"):
            known = ", ".join(BINDS)
            self.fail(f"{value!r} is none of {known}, and no trainwreck.NAME.", param, ctx)
        return str(value)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join((*BINDS, 'trainwreck.NAME'))}]"


some_bind = SomeBind()


@click.group()
def db() -> None:
    """Make, upgrade, check and open the databases."""


@db.command()
@click.argument("revision", default="heads")
@click.option("--bind", type=some_bind, help="Only this database.")
@json_option
@click.pass_context
def upgrade(ctx: click.Context, revision: str, bind: str | None, as_json: bool) -> None:
    """Bring the databases to the newest revisions, or to REVISION."""
    steps = []
    with app_context(ctx, at_head=False):
        for name in (bind,) if bind else ("core",) if "@" in revision else _databases():
            steps.append(_moved("upgrade", name, revision))
            if not as_json:
                click.echo(_in_words(steps[-1]))
    if as_json:
        print_json(steps)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("bind", type=some_bind)
@click.argument("revision", default="-1")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def downgrade(ctx: click.Context, bind: str, revision: str, yes: bool, as_json: bool) -> None:
    """Take one database back by one revision, or to REVISION. What the newer one added is lost.

    The core database has a branch for each project: `poser@base` takes back all of one.
    """
    from sys import stdin

    with app_context(ctx, at_head=False):
        if stdin.isatty() and not yes:
            question = f"What newer revisions added to the {bind} database will be lost. Go on?"
            click.confirm(question, abort=True)
        step = _moved("downgrade", bind, revision)
    if as_json:
        print_json(step)
    else:
        click.echo(_in_words(step))


@db.command()
@json_option
@click.pass_context
def current(ctx: click.Context, as_json: bool) -> None:
    """Print the revision of each database, and of each project's branch."""
    from app.db import migrate

    with app_context(ctx, at_head=False):
        found = [
            {
                "bind": bind,
                "branch": branch,
                "revision": migrate.current(bind, branch),
                "head": migrate.head(bind, branch),
            }
            for bind, branch in _branches()
        ]
    if as_json:
        print_json(found)
    else:
        rows = [(r["bind"], r["branch"], r["revision"] or "empty", r["head"]) for r in found]
        print_table(("Database", "Branch", "Revision", "Newest"), rows)


@db.command()
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Compare the databases with the models; exit code 1 if they differ.

    What a project has made is compared with its own models, under its own name.
    """
    from app.db import drift

    with app_context(ctx, at_head=False):
        found = {
            bind if branch == "core" else branch: [
                *_behind(bind, branch),
                *drift.differences(bind, branch),
            ]
            for bind, branch in _branches()
        }
    if as_json:
        print_json(found)
    else:
        for bind, differences in found.items():
            for difference in differences or ["as it should be"]:
                click.echo(f"{bind}: {difference}")
    if any(found.values()):
        ctx.exit(1)


@db.command()
@click.option("-m", "--message", required=True, help="What it does, in a few words.")
@click.option("--project", metavar="KEY", help="For this project, into its own folder.")
@click.option("--bind", type=some_bind, default="core", show_default=True, help="Which database.")
@click.option("--empty", is_flag=True, help="Do not compare; it is written by hand.")
@click.pass_context
def revision(ctx: click.Context, message: str, project: str | None, bind: str, empty: bool) -> None:
    """Write a migration: what the models have ahead of the database.

    For a project it has what begins with its prefix: tables, and columns of our tables, with their
    history. Without --project it is for those who develop Storekeeper.
    """
    from app.db import revisions

    with app_context(ctx, at_head=False):
        path = revisions.create(message, branch=project or "core", bind=bind, empty=empty)
    click.echo(f"Look at it, then run `storekeeper db upgrade`: {path}")


@db.command()
@json_option
@click.pass_context
def versioning(ctx: click.Context, as_json: bool) -> None:
    """List the tables with a history, and whether it is being recorded."""
    with app_context(ctx) as app:
        recorded = _recorded(app)
    if as_json:
        print_json([{"table": table, "recorded": on} for table, on in recorded.items()])
    else:
        rows = [(table, "yes" if on else "no") for table, on in recorded.items()]
        print_table(("Table", "Recorded"), rows)


@db.command()
@click.option("-c", "--command", "commands", multiple=True, metavar="SQL", help="Run this and end.")
@click.option("--bind", type=some_bind, default="core", show_default=True, help="Which database.")
@click.argument("arguments", nargs=-1)
@click.pass_context
def psql(
    ctx: click.Context, commands: tuple[str, ...], bind: str, arguments: tuple[str, ...]
) -> None:
    """Open a database in psql; ARGUMENTS after -- are psql's own.

    Starts the embedded server when none runs, and stops it afterwards.
    """
    from app.cli.psql import run_psql
    from app.config import Settings
    from app.config.core import CORE_SETTINGS

    settings = Settings(configuration(ctx), CORE_SETTINGS)
    require_databases(settings)
    ctx.exit(run_psql(settings, bind, commands, arguments))


def _moved(verb: str, bind: str, revision: str) -> dict[str, str | None]:
    from app.db import migrate

    before = migrate.current(bind)
    if verb == "upgrade":
        migrate.upgrade((bind,), revision)
    else:
        migrate.downgrade(bind, revision)
    return {"bind": bind, "before": before, "after": migrate.current(bind)}


def _in_words(step: dict[str, str | None]) -> str:
    before, after = step["before"] or "empty", step["after"] or "empty"
    if before == after:
        return f"{step['bind']}: at {after}, nothing to do"
    return f"{step['bind']}: {before} -> {after}"


def _databases() -> tuple[str, ...]:
    from app.db import migrate

    return migrate.databases()


def _branches() -> list[tuple[str, str]]:
    from app.db import migrate

    return [(bind, branch) for bind in _databases() for branch in migrate.branches(bind)]


def _behind(bind: str, branch: str) -> Iterator[str]:
    from app.db import migrate

    current, head = migrate.current(bind, branch), migrate.head(bind, branch)
    if current != head:
        yield f"at revision {current or 'none'}, the newest is {head}: run `storekeeper db upgrade`"


def _recorded(app: Any) -> dict[str, bool]:
    from sqlalchemy import text

    from app.config.core import DB_VERSIONING
    from app.db import migrate
    from app.db.versioning import versioned_models

    with migrate.engine_of("core").connect() as connection:
        enabled = text(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'history_update' AND tgenabled <> 'D'"
        )
        watched = set(connection.scalars(enabled))
    on: bool = app.extensions["settings"][DB_VERSIONING]
    names = sorted(model.__table__.name for model in versioned_models())
    return {name: on and name in watched for name in names}
