"""`storekeeper files`: the files that people gave, in the data folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.common import app_context, json_option, print_json

if TYPE_CHECKING:
    from app.services.files import Swept


@click.group()
def files() -> None:
    """Look after the files that people gave: pictures, attachments, files of vendors."""


@files.command()
@json_option
@click.pass_context
def sweep(ctx: click.Context, as_json: bool) -> None:
    """Take away the files to which nothing refers any more, not even history."""
    with app_context(ctx) as app:
        from app.db import unit_of_work
        from app.services import files

        folder = files.folder_of(app.extensions["settings"])
        with unit_of_work(reason="Files that nothing needs") as session:
            done = files.sweep(session, folder)
    if as_json:
        print_json(done)
    else:
        say(done)


def say(done: Swept) -> None:
    """Tell a person what a sweep took away."""
    click.echo(f"Taken away: {done.files:,} files, {done.size / 2**20:,.1f} MB.")
