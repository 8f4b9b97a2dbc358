"""`storekeeper config`: what is configured, where it comes from, and what is wrong with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from app.cli.common import app_context, configuration, json_option, loaded_plugins, print_json
from app.cli.common import print_table as table
from app.errors import AppError

if TYPE_CHECKING:
    from app.config import Problem, Shown


class NotKnown(AppError):
    """Nothing is configured or declared under this key."""


@click.group()
def config() -> None:
    """Show and check the configuration."""


@config.command()
@click.argument("key")
@click.option("--source", is_flag=True, help="Print where the value comes from, too.")
@json_option
@click.pass_context
def get(ctx: click.Context, key: str, source: bool, as_json: bool) -> None:
    """Print the value of KEY, such as web.port. Secrets are masked."""
    found = {shown.key: shown for shown in _everything(ctx)}.get(key.lower())
    if found is None:
        raise NotKnown(f"Nothing is configured or declared under {key}.")
    if as_json:
        print_json(asdict(found))
    else:
        click.echo(f"{found.value}  ({found.source})" if source else found.value)


@config.command()
@json_option
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Print every value with its source. Secrets are masked."""
    everything = _everything(ctx)
    if as_json:
        print_json([asdict(shown) for shown in everything])
    else:
        table(("Key", "Value", "Source"), [(s.key, s.value, s.source) for s in everything])


@config.command()
@click.argument("files", nargs=-1)
@json_option
@click.pass_context
def check(ctx: click.Context, files: tuple[str, ...], as_json: bool) -> None:
    """Say what is wrong with FILES, or with the configuration in force.

    Exit code 1: a value does not fit, or nobody knows a key; 2: a file cannot be read.
    """
    from app.config import check_files
    from app.config.core import FREE_PREFIXES

    declared = loaded_plugins().all("settings").values()
    problems = check_files(files or ctx.find_root().obj or (), declared, free=FREE_PREFIXES)
    if as_json:
        print_json({"problems": [_as_dict(problem) for problem in problems]})
    else:
        for problem in problems:
            click.echo(str(problem))
        if not problems:
            click.echo("The configuration is fine.")
    if problems:
        # Only what stopped the reading has no key.
        ctx.exit(1 if all(problem.key for problem in problems) else 2)


def _everything(ctx: click.Context) -> list[Shown]:
    from app.config import Settings, describe
    from app.config.settings import USE_DB

    files = configuration(ctx)
    settings = Settings(files, loaded_plugins().all("settings").values())
    if not settings[USE_DB]:
        return describe(files, settings)
    with app_context(ctx, config=files) as app:
        return describe(files, app.extensions["settings"])


def _as_dict(problem: Problem) -> dict[str, Any]:
    source = problem.source
    return {
        "key": problem.key or None,
        "message": problem.message,
        "file": source.file if source else None,
        "line": source.line if source else None,
        "place": str(source) if source else None,
    }
