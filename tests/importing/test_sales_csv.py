"""A file of sales: receipts as they were, once however often it comes, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text

from app.db import connection_to
from app.importing.handlers.sales_csv import SalesCsv
from app.models.products import Product
from app.models.sales import Transaction, TransactionDiscount, TransactionItem
from app.models.sales_rollups import SalesByHour, SalesByStore
from app.models.stores import Store
from app.services import rollups, sales
from tests.importing.conftest import changed, reasons

HEADER = (
    "store_number,basket_id,household,sold_at,product_number,quantity,sales_value,"
    "retail_discount,coupon_discount,coupon_match_discount\n"
)
MILK = "1,77,2466,2026-10-09T10:47,875979,2,1.50,0.20,0.00,0.00\n"
EGGS = "1,77,2466,2026-10-09T10:47,903035,1,0.75,0.00,0.00,0.10\n"
LATER = "1,78,2466,2026-10-09T23:59,903035,1,0.75,0.00,0.00,0.00\n"


@pytest.fixture
def import_sales(app, session, tmp_path):
    session.add(Store(number=1, name="Main Street", time_zone="America/New_York"))
    session.commit()

    def run(content, **options):
        path = tmp_path / "sales.csv"
        path.write_text(content if content.startswith("store") else HEADER + content)
        session.expire_all()
        return SalesCsv(app.extensions["settings"], path).run(**options)

    return run


def test_rows_become_a_receipt(import_sales, session):
    import_sales(MILK + EGGS)
    (sale,) = sales.find(session, receipt="77")
    assert (sale.total, sale.discount, sale.item_count) == (Decimal("2.25"), Decimal("0.30"), 2)
    assert (sale.member_number, sale.sold_on, sale.sold_hour) == ("2466", date(2026, 10, 9), 10)
    assert sale.ended_at.isoformat() == "2026-10-09T14:47:00+00:00"
    assert [(i.sequence, i.gross, i.net) for i in sale.items] == [
        (1, Decimal("1.70"), Decimal("1.50")),
        (2, Decimal("0.85"), Decimal("0.75")),
    ]
    assert [(d.kind, d.amount) for d in sale.discounts] == [
        ("member", Decimal("0.20")),
        ("coupon_match", Decimal("0.10")),
    ]


def test_the_second_time_nothing_changes(import_sales, session):
    import_sales(MILK + EGGS + LATER)
    assert changed(import_sales(MILK + EGGS + LATER)) == {}


def test_mixed_receipts_keep_their_lines(import_sales, session):
    import_sales(MILK + LATER + EGGS)
    assert changed(import_sales(MILK + LATER + EGGS)) == {}
    (sale,) = sales.find(session, receipt="77")
    assert [item.sequence for item in sale.items] == [1, 2]


def test_a_corrected_file_replaces_the_lines_of_its_receipts_only(import_sales, session):
    import_sales(MILK + EGGS + LATER)
    report = import_sales(MILK.replace("1.50", "1.40"))
    assert changed(report)["transaction_item"] == (0, 1, 1)
    assert changed(report)["transaction"] == (0, 1, 0)
    day = session.scalars(select(SalesByStore)).one()
    assert (day.net, day.lines, day.transactions) == (Decimal("2.15"), 2, 2)


def test_late_rows_find_a_month_without_a_partition(import_sales, session):
    import_sales(MILK.replace("2026-10", "2019-02"))
    assert session.scalar(select(func.count()).select_from(Transaction)) == 1


def test_the_hour_that_autumn_has_twice_is_told_apart_by_its_offset(import_sales, session):
    first = MILK.replace("2026-10-09T10:47", "2025-11-02T01:30:00-04:00")
    second = LATER.replace("2026-10-09T23:59", "2025-11-02T01:30:00-05:00")
    import_sales(first + second)
    moments = sorted(session.scalars(select(Transaction.ended_at)))
    assert (moments[1] - moments[0]).total_seconds() == 3600
    hour = session.scalars(select(SalesByHour)).one()
    assert (hour.sold_hour, hour.transactions) == (1, 2)


def test_a_product_is_told_as_it_was_called_when_sold(import_sales, session):
    milk = Product(number="875979", description="Milk")
    session.add(milk)
    session.commit()
    import_sales(MILK + EGGS)
    milk.description = "Oat drink"
    session.commit()
    assert changed(import_sales(MILK + EGGS)) == {}
    (sale,) = sales.find(session, product="875979")
    assert [str(item) for item in sale.items] == ["Milk", "903035"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (MILK.replace("1,77", "99,77"), "There is no store 99."),
        (MILK.replace("1.50", "-1.50"), "Quantity and amount have opposite signs."),
        (MILK.replace("0.20", "-0.20"), "A discount is negative."),
        (MILK.replace("2026-10", "2199-10"), "It is sold in the future."),
        (MILK.replace("2026-10", "1914-10"), "It is sold before the year 2000."),
        (MILK.replace("1.50", "1e9"), "sales_value"),
        (MILK.replace(",2,1.50", ",99999999,1.50"), "quantity"),
        (MILK.replace("2026-10-09T10:47", "yesterday"), "no moment"),
    ],
)
def test_a_bad_row_is_left_out_with_its_reason(import_sales, row, reason):
    report = import_sales(row + LATER)
    assert reason in reasons(report)[2]
    assert report.counts["transaction"].created == 1


def test_a_return_is_negative(import_sales, session):
    import_sales(MILK.replace(",2,1.50,0.20", ",-2,-1.50,0.00"))
    item = session.scalars(select(TransactionItem)).one()
    assert (item.type, item.net, item.unit_price) == ("return", Decimal("-1.50"), Decimal("0.75"))


def test_other_names_of_columns_are_known(import_sales):
    content = "store,receipt,timestamp,sku,qty,amount\n1,5,2026-10-09 10:47,11,1,2.00\n"
    assert import_sales(content).counts["transaction_item"].created == 1


def test_what_goes_takes_its_parts_and_its_sums_along(import_sales, session):
    import_sales(MILK + EGGS)
    connection_to(session, "trainwreck").execute(text("DELETE FROM transaction"))
    assert session.scalars(select(TransactionDiscount)).all() == []
    assert rollups.refresh(session) == 1
    assert session.scalars(select(SalesByStore)).all() == []
