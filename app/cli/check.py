"""`storekeeper check`: whether all is well, part by part, and what to do about what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from app.cli.common import (
    NoDatabase,
    app_context,
    configuration,
    json_option,
    print_json,
    require_databases,
)
from app.errors import AppError

if TYPE_CHECKING:
    from app.services.health import Looked

COLOURS = {"good": "green", "warn": "yellow", "bad": "red", "quiet": None}


@click.command()
@click.option("--deep", is_flag=True, help="Compare every table too; this takes a while.")
@json_option
@click.pass_context
def check(ctx: click.Context, deep: bool, as_json: bool) -> None:
    """Look at every part of this node; exit code 1 if one does not work.

    Databases, disk, workers, scheduler, daemons, mail, certificate and what plugins add.
    """
    from app.config import Settings
    from app.config.core import CORE_SETTINGS
    from app.db.embedded import NoServer
    from app.services.health import look

    try:
        require_databases(Settings(configuration(ctx), CORE_SETTINGS))
        with app_context(ctx, at_head=False) as app:
            found = look(app, deep=deep)
    except (NoDatabase, NoServer) as error:
        # The embedded server does not even start: nothing else can be asked.
        _nothing_but(ctx, error, as_json)
        return
    if as_json:
        print_json({"ok": not _any_bad(found), "checks": [_facts(one) for one in found]})
    else:
        for one in found:
            _tell(one.check.title, one.state, one.verdict.fact_told, one.verdict.do_told)
    if _any_bad(found):
        ctx.exit(1)


def _any_bad(found: list[Looked]) -> bool:
    return any(one.state == "bad" for one in found)


def _facts(one: Looked) -> dict[str, Any]:
    verdict = one.verdict
    return {
        "key": one.key,
        "title": one.check.title,
        "state": one.state,
        "fact": verdict.fact_told,
        "do": verdict.do_told,
        "seconds": round(one.seconds, 3),
    }


def _tell(title: str, state: str, fact: str, do: str) -> None:
    click.echo(f"{click.style(state.ljust(5), fg=COLOURS[state])}  {title}: {fact}")
    if do:
        click.echo(f"       {do}")


def _nothing_but(ctx: click.Context, error: AppError, as_json: bool) -> None:
    found = {
        "key": "database_core", "title": "Database", "state": "bad", "fact": str(error), "do": "",
        "seconds": 0,
    }  # fmt: skip
    if as_json:
        print_json({"ok": False, "checks": [found]})
    else:
        _tell("Database", "bad", str(error), "")
    ctx.exit(1)
