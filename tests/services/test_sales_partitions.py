"""The months of the sales tables, and what happens where one is missing."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.db import connection_to
from app.services import sales_partitions
from app.testing.samples import sample


@pytest.fixture
def database(session):
    return connection_to(session, "trainwreck")


def test_months_are_made_ahead_once(session):
    made = sales_partitions.make_ahead(session, date(2031, 11, 30), months=2)
    assert made == [date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1)]
    assert sales_partitions.make_ahead(session, date(2031, 11, 30), months=2) == []


def test_a_sale_of_a_month_without_a_partition_is_refused(session):
    from app.models.sales import Transaction

    with pytest.raises(IntegrityError, match="no partition"):
        sample(session, Transaction, sold_on=date(2040, 1, 1))


def test_the_month_that_is_not_over_stays(session):
    with pytest.raises(sales_partitions.MonthInUse):
        sales_partitions.detach(session, date(2026, 11, 1), today=date(2026, 11, 23))


def test_a_month_that_never_was_is_none(session):
    with pytest.raises(sales_partitions.NoSuchMonth, match="1999-01"):
        sales_partitions.detach(session, date(1999, 1, 1), today=date(2026, 11, 23))


def test_an_archived_month_is_in_files(session, database, tmp_path):
    sales_partitions.make(session, date(2024, 2, 1), date(2024, 2, 29))
    gone = sales_partitions.detach(
        session, date(2024, 2, 1), today=date(2026, 11, 23), folder=tmp_path
    )
    assert (gone.state, gone.transactions) == ("archived", 0)
    with gzip.open(tmp_path / "transaction_2024_02.csv.gz", "rt") as file:
        assert file.readline().startswith("uuid,sold_on,")
    states = {one.month: one.state for one in sales_partitions.all_months(session)}
    assert states[date(2024, 2, 1)] == "archived"
    assert sales_partitions.taken_out(database) == {date(2024, 2, 1)}


def test_the_day_of_a_transaction_cannot_change(session, database):
    from app.models.sales import Transaction

    sample(session, Transaction)
    with pytest.raises(IntegrityError, match="cannot change"):
        database.execute(text("UPDATE transaction SET sold_on = sold_on + 1"))
