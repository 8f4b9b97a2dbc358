"""`storekeeper sales`: the months of the sales tables, and the sums by day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.common import app_context, json_option, print_json, print_table

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.group()
@click.option("--database", metavar="NAME", help="Of older years; by default the current one.")
@click.pass_context
def sales(ctx: click.Context, database: str | None) -> None:
    """Look after the sales databases."""
    ctx.meta["database"] = database


@sales.command()
@json_option
@click.pass_context
def databases(ctx: click.Context, as_json: bool) -> None:
    """List the sales databases of older years, as `[trainwreck] archive.NAME` names them."""
    with app_context(ctx, at_head=False):
        from app.services import sales_databases

        found = sales_databases.names()
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(found) or "There is only the current one.")


@sales.command()
@json_option
@click.pass_context
def refresh(ctx: click.Context, as_json: bool) -> None:
    """Bring the sums by day up to date, where something was written without an import."""
    with app_context(ctx):
        from app.services import rollups

        with _session(ctx) as session:
            count = rollups.refresh(session)
    if as_json:
        print_json({"refreshed": count})
    else:
        click.echo(f"Days of stores summed anew: {count:,}")


@sales.group()
def partitions() -> None:
    """List, make and take out the months of the sales tables."""


@partitions.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the months: attached, detached or archived. Rows are estimates."""
    with app_context(ctx):
        from app.services import sales_partitions

        with _session(ctx) as session:
            found = sales_partitions.all_months(session)
    if as_json:
        print_json(found)
    else:
        rows = [
            (f"{one.month:%Y-%m}", one.state, one.transactions, one.items, one.archive or "")
            for one in found
        ]
        print_table(("Month", "State", "Transactions", "Items", "Files"), rows)


@partitions.command()
@click.option("--ahead", type=click.IntRange(0, 60), default=3, show_default=True,
              help="So many months after this one.")  # fmt: skip
@json_option
@click.pass_context
def create(ctx: click.Context, ahead: int, as_json: bool) -> None:
    """Make this month and those after it, where they are missing."""
    with app_context(ctx):
        from app.services import sales_partitions

        with _session(ctx) as session:
            made = sales_partitions.make_ahead(session, _today(), months=ahead)
    if as_json:
        print_json({"created": made})
    else:
        click.echo(f"Made: {', '.join(f'{month:%Y-%m}' for month in made) or 'nothing'}")


@partitions.command()
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@click.option("--archive", type=click.Path(file_okay=False, path_type=Path),
              help="Write it to files in this folder and drop the tables.")  # fmt: skip
@json_option
@click.pass_context
def detach(ctx: click.Context, month: datetime, archive: Path | None, as_json: bool) -> None:
    """Take a past MONTH (2025-01) out of the tables. Its sums by day stay."""
    with app_context(ctx):
        from app.services import sales_partitions

        with _session(ctx) as session:
            gone = sales_partitions.detach(
                session, month.date(), today=_today(), folder=archive and archive.absolute()
            )
    if as_json:
        print_json(gone)
    else:
        where = f"in {gone.archive}" if gone.archive else "in the schema archive"
        click.echo(f"{gone.month:%Y-%m} is {where}: {gone.transactions:,} transactions.")


@contextmanager
def _session(ctx: click.Context) -> Iterator[Session]:
    """A unit of work on the database that was named."""
    from app.db import unit_of_work
    from app.services import sales_databases

    with unit_of_work() as session:
        sales_databases.choose(session, ctx.meta["database"])
        yield session


def _today() -> date:
    return datetime.now(UTC).date()
