"""The sums by day are what one gets by summing all lines, whatever was written in between."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import text

from app.db import connection_to
from app.models.sales import Transaction, TransactionItem
from app.services import rollups, sales, sales_partitions

FIRST = date(2026, 3, 28)
FROM_SCRATCH = """
    SELECT i.product_number, i.sold_on, i.store_number, count(*), sum(i.quantity), sum(i.net)
      FROM transaction_item i JOIN transaction t ON t.uuid = i.transaction_uuid
     WHERE NOT (t.void OR t.training OR i.void OR i.error_correct OR i.exempt)
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
KEPT = """
    SELECT product_number, sold_on, store_number, lines, quantity, net
      FROM sales_by_product ORDER BY 1, 2, 3
"""
TOTALS = """
    SELECT (SELECT coalesce(sum(net), 0) FROM sales_by_product),
           (SELECT coalesce(sum(net), 0) FROM sales_by_department WHERE store_number = 0),
           (SELECT coalesce(sum(net), 0) FROM sales_by_department WHERE store_number > 0),
           (SELECT coalesce(sum(net), 0) FROM sales_by_store),
           (SELECT coalesce(sum(net), 0) FROM sales_by_hour)
"""


@pytest.fixture
def database(session):
    sales_partitions.make(session, FIRST, FIRST + timedelta(days=10))
    return connection_to(session, "trainwreck")


def a_sale(number, random):
    day = FIRST + timedelta(days=random.randrange(8))
    hour = random.randrange(24)
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    store = random.choice((1, 2))
    lines = [
        TransactionItem(
            sequence=place + 1, store_number=store, product_number=random.choice("abc"),
            department_number=random.choice((None, 1, 2)),
            quantity=Decimal(random.randrange(-2, 5)),
            gross=Decimal(3), net=Decimal(random.randrange(100)) / 7, void=random.random() < 0.1,
            exempt=random.random() < 0.1,
        )
        for place in range(random.randrange(1, 4))
    ]  # fmt: skip
    return Transaction(
        sold_on=day, sold_hour=hour, store_number=store, receipt_number=str(number),
        started_at=moment, ended_at=moment, subtotal=Decimal(1), total=Decimal(1),
        training=random.random() < 0.1, items=lines,
    )  # fmt: skip


def act(session, database, random, number):
    chosen = f"(hashtext(receipt_number || '{number}') % 5) = 0"
    statement = random.choice(
        (
            None,
            None,
            f"UPDATE transaction SET void = NOT void WHERE {chosen}",
            f"DELETE FROM transaction WHERE {chosen}",
            "UPDATE transaction_item SET net = net + 1, void = NOT void WHERE sequence = 2",
            "DELETE FROM transaction_item WHERE sequence = 3",
        )
    )
    if statement is None:
        session.add_all(a_sale(f"{number}-{place}", random) for place in range(4))
        session.flush()
    else:
        database.execute(text(statement))


@pytest.mark.parametrize("seed", range(8))
def test_sums_are_those_from_scratch_after_any_mix_of_writes(session, database, seed):
    random = Random(seed)
    for number in range(12):
        act(session, database, random, number)
        if random.random() < 0.5:
            rollups.refresh(session)
    rollups.refresh(session)
    assert database.execute(text(KEPT)).all() == database.execute(text(FROM_SCRATCH)).all()
    assert len(set(database.execute(text(TOTALS)).one())) == 1
    assert rollups.refresh(session) == 0


def test_the_movement_of_a_product_counts_whole_weeks(session, database):
    random = Random(1)
    session.add_all(a_sale(number, random) for number in range(30))
    session.flush()
    rollups.refresh(session)
    weeks = sales.movement(session, "a", today=date(2026, 4, 15))
    assert [week.starts_on.weekday() for week in weeks] == [0] * 12
    expected = database.scalar(
        text("SELECT sum(quantity) FROM sales_by_product WHERE product_number = 'a'")
    )
    assert sum(week.quantity for week in weeks) == expected


def test_totals_by_day_week_store_and_department_agree(session, database):
    random = Random(2)
    session.add_all(a_sale(number, random) for number in range(30))
    session.flush()
    rollups.refresh(session)
    span = (FIRST, FIRST + timedelta(days=8))
    totals = {
        sum(one.net for one in found(session, *span))
        for found in (sales.by_day, sales.by_week, sales.by_store, sales.by_department)
    }
    assert len(totals) == 1
