"""`storekeeper files`: the files that people gave, in the data folder."""

from __future__ import annotations

import click

from app.cli.common import app_context, json_option, print_json


@click.group()
def files() -> None:
    """Look after the files that people gave: pictures, files of vendors."""


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
        click.echo(f"Taken away: {done.files:,} files, {done.size / files.MEGABYTE:,.1f} MB.")
