"""What the core database knows of the stores and products in a file of sales, as temporary tables.

The sales are in another database, perhaps on another server, so the few facts that a receipt keeps
of a product are copied over: those of the products that the file names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from app.db import unit_of_work
from app.importing.stage import copy_rows
from app.models.brands import Brand
from app.models.departments import Department, Subdepartment
from app.models.products import Product, ProductCode
from app.models.stores import Store

MANY = 5_000


def bring_stores(connection: Connection, time_zone: str) -> None:
    """`known_stores`: number, uuid and time zone of every store."""
    connection.execute(text("DROP TABLE IF EXISTS known_stores"))
    connection.execute(text("""
        CREATE TEMPORARY TABLE known_stores (number integer, uuid uuid, time_zone text)
        ON COMMIT DROP
    """))  # fmt: skip
    with unit_of_work() as session:
        zone = func.coalesce(Store.time_zone, time_zone)
        rows = session.execute(select(Store.number, Store.uuid, zone)).all()
    copy_rows(connection, "known_stores", rows)
    connection.execute(text("ANALYZE known_stores"))


def bring_products(connection: Connection) -> None:
    """`known_products`: what a receipt keeps of each product that the staged rows name."""
    connection.execute(text("DROP TABLE IF EXISTS known_products"))
    connection.execute(text("""
        CREATE TEMPORARY TABLE known_products (
          number text, uuid uuid, gtin text, description text, brand text, size text,
          weighed boolean, department_number integer, department_name text,
          subdepartment_number integer, subdepartment_name text
        ) ON COMMIT DROP
    """))  # fmt: skip
    named = text("SELECT DISTINCT product_number FROM staged_sales")
    numbers = list(connection.scalars(named))
    with unit_of_work() as session:
        copy_rows(connection, "known_products", _products(session, numbers))
    # Where the planner takes four columns that go together for a rare chance, it loops over these.
    connection.execute(text("CREATE UNIQUE INDEX ON known_products (number)"))
    connection.execute(text("ANALYZE known_products"))


def _products(session: Session, numbers: Sequence[str]) -> Iterator[Sequence[Any]]:
    query = (
        select(
            Product.number, Product.uuid, ProductCode.gtin, Product.description, Brand.name,
            Product.size, Product.sold_by_weight, Department.number, Department.name,
            Subdepartment.number, Subdepartment.name,
        )
        .outerjoin(ProductCode, (ProductCode.product_uuid == Product.uuid) & ProductCode.is_primary)
        .outerjoin(Product.brand)
        .outerjoin(Product.department)
        .outerjoin(Product.subdepartment)
    )  # fmt: skip
    for few in _slices(numbers):
        yield from session.execute(query.where(Product.number == func.any(few)))


def _slices(numbers: Sequence[str]) -> Iterable[list[str]]:
    return (list(numbers[at : at + MANY]) for at in range(0, len(numbers), MANY))
