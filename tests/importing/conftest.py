"""A shop's file of products, and what an import of it does."""

from __future__ import annotations

import psycopg2
import pytest
from sqlalchemy import select

from app.db.versioning import versions_of
from app.importing.handlers.products_csv import ProductsCsv
from app.importing.sources.reading import PLAIN
from app.models.products import Product
from tests.importing.till import FromTill, VendorImporter

HEADER = (
    "number,code,description,size,department_number,department,category,brand,"
    "vendor_number,vendor,vendor_item,case_size,case_cost,regular_price,"
    "sale_price,sale_starts_on,sale_ends_on"
)
MILK = "1,036000291452,Milk,1 gal,2,Dairy,Milk,Acme,7,Dairy Farm,M-1,4,8.00,2.99,,,"
EGGS = (
    "2,4011,Eggs,12 ct,2,Dairy,Eggs,Acme,7,Dairy Farm,E-12,12,24.00,3.49,2.99,2026-01-05,2026-01-11"
)


@pytest.fixture
def import_products(app, session, tmp_path):
    """`import_products("number,…\\n1,…")` runs the importer on a file of this content."""

    def run(content, *, name="products.csv", encoding=None, reading=PLAIN, **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        session.expire_all()
        handler = ProductsCsv(app.extensions["settings"], path, encoding=encoding, reading=reading)
        return handler.run(**options)

    return run


@pytest.fixture
def product(session):
    """`product("1")` finds a product by its number."""

    def find(number):
        session.expire_all()
        return session.scalars(select(Product).filter_by(number=number)).one_or_none()

    return find


@pytest.fixture
def from_till(app, session):
    """`from_till(Supplier("1", "Farm"))` imports these suppliers."""

    def run(*rows, importers=(VendorImporter,), **options):
        session.expire_all()
        handler = FromTill(app.extensions["settings"])
        handler.suppliers, handler.importers = list(rows), importers
        return handler.run(**options)

    return run


@pytest.fixture
def versions(session):
    """`versions(Product, change_set)` are the version rows that a change set wrote."""

    def find(model, change_set):
        kept = versions_of(model)
        return session.scalars(select(kept).where(kept.transaction_id == change_set)).all()

    return find


@pytest.fixture
def database(own_database, tmp_path):
    """A committed database of this test's own; `ask` is another connection to it."""
    config = tmp_path / "storekeeper.conf"
    config.write_text(
        "[db]\n"
        + "".join(
            f"{key.removeprefix('db.')} = {url.replace('%', '%%')}\n"
            for key, url in own_database.items()
        )
        + f"[data]\nfolder = {tmp_path / 'data'}\n"
    )
    connection = psycopg2.connect(own_database["db.url"])
    connection.autocommit = True

    def ask(sql):
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else None

    yield config, ask
    connection.close()


def rows(*lines, header=HEADER):
    return "\n".join([header, *lines]) + "\n"


def changed(report):
    """What a report says was created, updated or deleted, without the rest."""
    return {
        name: (counts.created, counts.updated, counts.deleted)
        for name, counts in report.counts.items()
        if counts.created or counts.updated or counts.deleted
    }


def reasons(report):
    return {row.line: row.reason for row in report.rejected}


def a_price(product, kind="regular"):
    """The one price of a kind."""
    (price,) = [price for price in product.prices if price.kind == kind]
    return price
