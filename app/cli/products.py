"""`storekeeper products`: what is done to all products, once a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.cli.common import app_context, json_option, print_json


@click.group()
def products() -> None:
    """Keep costs and figures of products up to date; run both once a day."""


@products.command()
@json_option
@click.pass_context
def costs(ctx: click.Context, as_json: bool) -> None:
    """Make the coming costs that are due the costs of today."""
    with app_context(ctx) as app:
        from app.db import unit_of_work
        from app.services import costs

        with unit_of_work(reason="Coming costs that are due") as session:
            count = costs.apply_due(session, today=_today(app))
    if as_json:
        print_json({"changed": count})
    else:
        click.echo(f"Costs that came into force: {count:,}")


@products.command()
@json_option
@click.pass_context
def figures(ctx: click.Context, as_json: bool) -> None:
    """Compute when products were last sold, how much, and their true cost and margin."""
    with app_context(ctx) as app:
        from app.db import unit_of_work
        from app.services import figures

        with unit_of_work(reason="Figures of products") as session:
            count = figures.refresh(session, today=_today(app))
    if as_json:
        print_json({"changed": count})
    else:
        click.echo(f"Products whose figures changed: {count:,}")


def _today(app: Any) -> date:
    from app.config.core import WEB_TIME_ZONE

    return datetime.now(ZoneInfo(app.extensions["settings"][WEB_TIME_ZONE])).date()
