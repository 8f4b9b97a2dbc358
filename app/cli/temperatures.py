"""`storekeeper temperatures`: the months of the readings, and their sums by the hour."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from app.cli.common import app_context, json_option, print_json, print_table


@click.group()
def temperatures() -> None:
    """Look after the temperature database."""


@temperatures.command()
@json_option
@click.pass_context
def refresh(ctx: click.Context, as_json: bool) -> None:
    """Bring the sums by the hour up to date, where readings were written by hand."""
    with app_context(ctx):
        from app.db import unit_of_work
        from app.services import reading_rollups

        with unit_of_work() as session:
            count = reading_rollups.refresh(session)
    if as_json:
        print_json({"refreshed": count})
    else:
        click.echo(f"Hours of probes summed anew: {count:,}")


@temperatures.group()
def partitions() -> None:
    """List, make and take out the months of the readings."""


@partitions.command("list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the months: attached, detached or archived. Readings are estimates."""
    with app_context(ctx):
        from app.db import unit_of_work
        from app.services.reading_partitions import MONTHS

        with unit_of_work() as session:
            found = MONTHS.all(session)
    if as_json:
        print_json(found)
    else:
        rows = [(f"{one.month:%Y-%m}", one.state, *one.rows, one.archive or "") for one in found]
        print_table(("Month", "State", "Readings", "Files"), rows)


@partitions.command()
@click.option("--ahead", type=click.IntRange(0, 60), default=3, show_default=True,
              help="So many months after this one.")  # fmt: skip
@json_option
@click.pass_context
def create(ctx: click.Context, ahead: int, as_json: bool) -> None:
    """Make this month and those after it, where they are missing."""
    with app_context(ctx):
        from app.db import unit_of_work
        from app.services.reading_partitions import MONTHS

        with unit_of_work() as session:
            made = MONTHS.make_ahead(session, _today(), months=ahead)
    if as_json:
        print_json({"created": made})
    else:
        click.echo(f"Made: {', '.join(f'{month:%Y-%m}' for month in made) or 'nothing'}")


@partitions.command()
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@click.option("--archive", type=click.Path(file_okay=False, path_type=Path),
              help="Write it to a file in this folder and drop the table.")  # fmt: skip
@json_option
@click.pass_context
def detach(ctx: click.Context, month: datetime, archive: Path | None, as_json: bool) -> None:
    """Take a past MONTH (2025-01) out of the readings. Its sums by the hour stay."""
    with app_context(ctx):
        from app.db import unit_of_work
        from app.services.reading_partitions import MONTHS

        with unit_of_work() as session:
            gone = MONTHS.detach(
                session, month.date(), today=_today(), folder=archive and archive.absolute()
            )
    if as_json:
        print_json(gone)
    else:
        where = f"in {gone.archive}" if gone.archive else "in the schema archive"
        click.echo(f"{gone.month:%Y-%m} is {where}: {gone.rows[0]:,} readings.")


def _today() -> date:
    return datetime.now(UTC).date()
