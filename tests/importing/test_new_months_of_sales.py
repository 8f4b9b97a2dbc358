"""Months of sales that are new are loaded aside; afterwards nobody can tell them from others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from app.db import connection_to
from app.models.sales import Transaction, TransactionItem
from app.models.sales_rollups import SalesByProduct, SalesByStore
from app.services import sales_partitions
from tests.importing.test_sales_csv import EGGS, HEADER, LATER, MILK, import_sales

__all__ = ["import_sales"]
TENDER = (
    f"{HEADER.strip()},line_type,tender\n{MILK.strip()},,\n"
    "1,77,2466,2026-10-09T10:47,,,1.50,,,,tender,cash\n"
)


@pytest.fixture
def database(session):
    return connection_to(session, "trainwreck")


def in_month(lines, month):
    return lines.replace("2026-10", month)


def months_of(database, table):
    """The partitions of a table, each with its indexes and constraints but their own names."""
    query = text("""
        SELECT c.relname, array(
                 SELECT regexp_replace(pg_get_indexdef(indexrelid), 'INDEX \\S+ ON \\S+', 'INDEX')
                   FROM pg_index WHERE indrelid = c.oid ORDER BY 1) AS indexes,
               array(SELECT pg_get_constraintdef(oid) FROM pg_constraint
                      WHERE conrelid = c.oid ORDER BY 1) AS constraints
          FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
         WHERE i.inhparent = CAST(:table AS regclass)
    """)
    return {name: rest for name, *rest in database.execute(query, {"table": table})}


@pytest.mark.parametrize("table", ["transaction", "transaction_item", "transaction_tender"])
def test_a_month_loaded_aside_is_like_the_others(import_sales, database, table):
    sales_partitions.make_on(database, date(2019, 1, 1), date(2019, 1, 31))
    import_sales(in_month(TENDER, "2019-02"))
    months = months_of(database, table)
    assert months[f"{table}_2019_02"] == months[f"{table}_2019_01"]


def test_known_and_new_months_come_in_one_file(import_sales, session, database):
    sales_partitions.make_on(database, date(2026, 10, 1), date(2026, 10, 31))
    report = import_sales(MILK + in_month(EGGS, "2019-02") + in_month(LATER, "2019-03"))
    assert report.counts["transaction_item"].created == 3
    days = dict(session.execute(select(SalesByStore.sold_on, SalesByStore.net)).all())
    assert days == {
        date(2026, 10, 9): Decimal("1.50"),
        date(2019, 2, 9): Decimal("0.75"),
        date(2019, 3, 9): Decimal("0.75"),
    }


def test_the_second_time_nothing_is_new(import_sales, session):
    content = in_month(MILK + EGGS, "2019-02")
    import_sales(content)
    again = import_sales(content + in_month(LATER, "2019-02"))
    assert again.counts["transaction"].created == 1
    assert session.scalar(select(func.count()).select_from(TransactionItem)) == 3


def test_a_dry_run_leaves_no_month_behind(import_sales, database):
    import_sales(in_month(MILK, "2019-02"), dry_run=True)
    assert "transaction_2019_02" not in months_of(database, "transaction")
    assert database.scalar(text("SELECT to_regclass('transaction_aside')")) is None


def test_a_trigger_of_a_project_sees_rows_of_new_months_too(import_sales, database, session):
    database.execute(text("CREATE TABLE poser_seen (number text)"))
    database.execute(
        text("""
        CREATE FUNCTION poser_see() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO poser_seen VALUES (NEW.receipt_number); RETURN NULL; END $$
    """)
    )
    database.execute(
        text("""
        CREATE TRIGGER poser_see AFTER INSERT ON transaction
          FOR EACH ROW EXECUTE FUNCTION poser_see()
    """)
    )
    import_sales(in_month(MILK, "2019-02"))
    assert database.scalars(text("SELECT number FROM poser_seen")).all() == ["77"]
    assert session.scalar(select(func.count()).select_from(Transaction)) == 1


def test_the_sums_of_a_first_load_have_their_key_again(import_sales, session, database):
    import_sales(MILK + EGGS)
    key = (
        "SELECT conname FROM pg_constraint WHERE contype = 'p' AND conrelid = CAST(:t AS regclass)"
    )
    for table in ("sales_by_product", "sales_by_department", "sales_by_store", "sales_by_hour"):
        assert database.scalars(text(key), {"t": table}).all() == [f"pk_{table}"]
    assert session.scalar(select(func.sum(SalesByProduct.net))) == Decimal("2.25")
