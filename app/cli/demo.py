"""The demo shop: real products and stores, brought into an empty database by the real importer."""

from __future__ import annotations

import csv
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.progress import progress_bar
from app.config.core import WEB_TIME_ZONE

if TYPE_CHECKING:
    from app.importing.report import Report

HANDLER, SALES = "products-csv", "sales-csv"
BY, REASON = "storekeeper run --demo", "The demo shop"


def load_demo(app: Any) -> None:
    """Fill a shop that has no products; needs its application context. Else nothing happens."""
    from app.db import unit_of_work

    with unit_of_work(by=BY, origin="import", reason=REASON) as session:
        if _has_products(session):
            return
        click.echo("Loading the demo shop")
        _create_stores(session)
    report = _import(app, HANDLER, "products.csv.gz")
    taken = report.read - report.rejected_count
    click.echo(f"Loaded {taken:,} products in {report.seconds:.0f} seconds")
    report = _import(app, SALES, "sales.csv.gz")
    click.echo(f"Loaded {report.read:,} lines of sales in {report.seconds:.0f} seconds")
    _fill_the_rest(app.extensions["settings"][WEB_TIME_ZONE])


def _fill_the_rest(zone: str) -> None:
    """Invented people, purchases and orders, and temperatures: no page is empty for a newcomer."""
    from app.db import unit_of_work
    from demo import fridges, people, trade

    now = datetime.now(UTC)
    with unit_of_work(by=BY, origin="import", reason=REASON) as session:
        people.fill(session, now.date())
        trade.fill(session, now.date())
        fridges.fill(session, now, zone)
    click.echo("Made up customers, employees, orders and temperatures")


def _has_products(session: Any) -> bool:
    from sqlalchemy import exists, select

    from app.models.products import Product

    return bool(session.scalar(select(exists().select_from(Product))))


def _create_stores(session: Any) -> None:
    from sqlalchemy import select

    from app.models.stores import Store

    known = set(session.scalars(select(Store.number)))
    with (_folder() / "stores.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["number"]) not in known:
                number, name, zone = int(row["number"]), row["name"], row["time_zone"]
                session.add(Store(number=number, name=name, time_zone=zone))


def _import(app: Any, key: str, name: str) -> Report:
    from demo.load import shifted

    registry, settings = app.extensions["storekeeper"], app.extensions["settings"]
    with tempfile.TemporaryDirectory(prefix="storekeeper-demo-") as folder:
        path = Path(folder, name)
        today = datetime.now(UTC).date()
        shifted(_folder() / path.name, path, today)
        handler = registry.all("importing")[key](settings, path)
        with progress_bar(handler, shown=sys.stderr.isatty()) as progress:
            report: Report = handler.run(by=BY, reason=REASON, progress=progress)
    return report


def _folder() -> Path:
    import demo

    return Path(demo.__path__[0])
