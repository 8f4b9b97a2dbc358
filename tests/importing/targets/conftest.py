"""Exports to targets that are no tables, each a real one."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal
from threading import Thread
from uuid import uuid4

import pytest
from sqlalchemy import Boolean, Date, Numeric, Text, create_engine
from werkzeug.serving import make_server

from app.importing.handler import ImportHandler
from app.importing.targets.importer import RecordImporter
from tests.importing.targets.shop import Shop

COLUMNS = {
    "number": Text(), "name": Text(), "price": Numeric(10, 2), "active": Boolean(),
    "since": Date(),
}  # fmt: skip


def there(target):
    """What the target has, as plain texts."""
    with target() as opened:
        found = [dict(record) for record in opened.records(None)]
    return wanted(found)


def wanted(products):
    """Products as `there` tells them."""
    return sorted([_plain(one) for one in products], key=lambda one: one["number"])


def _plain(record):
    def text(value):
        if isinstance(value, bool) or value is None:
            return value
        try:
            return str(Decimal(str(value)).normalize())
        except ArithmeticError:
            return str(value)

    return {name: text(record.get(name)) for name in COLUMNS}


def product(number, name="Milk", price="2.49", active=True, since=None):
    return {"number": number, "name": name, "price": price and Decimal(price), "active": active,
            "since": since}  # fmt: skip


class Plainly(RecordImporter):
    def record(self, row):
        return row


@pytest.fixture
def bring(app, session):
    """`bring(products, open_target)` makes a target equal to these products."""

    def run(products, open_target, *, delete=True, importer=None, **options):
        class ProductsOut(importer or Plainly):
            title, key, columns = "Products", "number", COLUMNS

            def rows(self, keys=None):
                return self.source

            @classmethod
            def target(cls, handler):
                return open_target()

        ProductsOut.delete = delete

        class Out(ImportHandler):
            key, title, direction, importers = "out", "Products to the shop", "export", (
                ProductsOut,
            )  # fmt: skip

            def open_source(self):
                return nullcontext(products)

        session.commit()
        return Out(app.extensions["settings"]).run(by="ann", **options)

    return run


@pytest.fixture
def shop():
    """A web service with products, on a port of this machine."""
    made = Shop()
    server = make_server("127.0.0.1", 0, made)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


ITEMS = """
    CREATE TABLE items (number TEXT PRIMARY KEY, name TEXT CHECK (name <> 'bad'),
                        price NUMERIC(10, 2), active BOOLEAN, since DATE)
"""
DYING = """
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
    CREATE TRIGGER dying BEFORE INSERT ON items FOR EACH ROW WHEN (NEW.name = 'death')
      EXECUTE FUNCTION die()
"""


@pytest.fixture
def of_sqlite(tmp_path):
    """The address of a foreign database with a table of items."""
    url = f"sqlite:///{tmp_path / 'till.sqlite'}"
    _run(url, ITEMS)
    return url


@pytest.fixture
def of_postgresql(server):
    """The same on a server, where the connection of whoever writes “death” ends."""
    name = f"foreign_{uuid4().hex[:8]}"
    server._execute(f'CREATE DATABASE "{name}"')
    url = server.url(name)
    _run(url, ITEMS, DYING)
    yield url
    server._execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url, *statements):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def counts(report):
    found = report.counts["products"]
    return found.created, found.updated, found.deleted, found.unchanged
