"""Deleting many records with their parts stays a matter of moments, also right after a big import.

After one change set has filled the tables, their statistics say that there is no other: a plan that
believes them compares every part with every version.
"""

from sqlalchemy import text

from app.db import unit_of_work
from app.db.versioning import versions_of
from app.models.products import ProductPrice

MANY = 2000


def test_a_cascade_over_analysed_tables_uses_the_keys(session):
    with unit_of_work(by="ann", origin="import") as work:
        work.execute(
            text("INSERT INTO product (number, description) "
                 f"SELECT i::text, 'Thing' FROM generate_series(1, {MANY}) i")
        )  # fmt: skip
        work.execute(
            text("INSERT INTO product_price (product_uuid, price) SELECT uuid, 1 FROM product")
        )
    session.execute(text("ANALYZE product_version, product_price_version"))
    # With a nested scan this is four million comparisons for each table, and the limit is met.
    session.execute(text("SET LOCAL statement_timeout = '10s'"))
    with unit_of_work(by="ann") as work:
        work.execute(text("DELETE FROM product"))
    gone = versions_of(ProductPrice)
    assert session.query(gone).filter(gone.operation_type == 2).count() == MANY


def test_a_part_of_an_earlier_life_stays_ended(session):
    """Deleted, created and deleted again in one change set: the first deletion is the last word."""
    with unit_of_work() as work:
        work.execute(text("INSERT INTO product (number, description) VALUES ('1', 'Milk')"))
    key = session.scalar(text("SELECT uuid FROM product"))
    with unit_of_work() as work:
        work.execute(text("DELETE FROM product"))
    with unit_of_work() as work:
        values = {"uuid": key}
        work.execute(
            text("INSERT INTO product (uuid, number, description) VALUES (:uuid, '1', 'Milk')"),
            values,
        )
        work.execute(text("DELETE FROM product"))
    told = "SELECT operation_type, end_transaction_id IS NULL FROM product_version"
    rows = session.execute(text(f"{told} ORDER BY transaction_id")).all()
    assert [tuple(row) for row in rows] == [(0, False), (2, True)]


def test_what_was_deleted_unrecorded_and_came_back_has_one_open_version(session):
    with unit_of_work() as work:
        work.execute(text("INSERT INTO product (number, description) VALUES ('1', 'Milk')"))
    key = session.scalar(text("SELECT uuid FROM product"))
    with unit_of_work(versioning=False) as work:
        work.execute(text("DELETE FROM product"))
    with unit_of_work() as work:
        work.execute(
            text("INSERT INTO product (uuid, number, description) VALUES (:uuid, '1', 'Milk')"),
            {"uuid": key},
        )
    still_open = "SELECT count(*) FROM product_version WHERE end_transaction_id IS NULL"
    assert session.scalar(text(still_open)) == 1
