"""What a receipt may say beside its lines: taxes, tenders, what was taken back, orders."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.importing.handlers.sales_csv import SalesCsv
from app.models.sales_rollups import SalesByStore
from app.models.stores import Store
from app.services import sales
from tests.importing.conftest import changed, reasons

HEADER = (
    "store_number,receipt,sold_at,line_type,product_number,scancode,quantity,amount,tax1,tax2,void,"
    "error_correct,exempt,rebate,tender,tender_code,cashback,patronage,order_number,order_item\n"
)
START = "1,9,2026-10-09T10:47,"
MILK = START + ",875979,041303008317,2,4.00,0.20,0.04,,,,0.50,,,5.00,3.10,,\n"
WRONG = START + ",903035,,1,7.00,0.35,,yes,,,,,,,,,\n"
BACK = START + ",903035,,-1,-7.00,-0.35,,,yes,,,,,,,,\n"
REFUND = START + "refund,903035,,-1,-1.00,,,,,,,,,,,,\n"
CARD = START + "gift card,GC,,1,25.00,,,,,yes,,,,,,70012,3\n"
CASH = START + "tender,,,,30.00,,,,,,,cash,CA,,,,\n"
CHANGE = START + "tender,,,,-1.76,,,,,,,change,CA,,,,\n"
ALL = MILK + WRONG + BACK + REFUND + CARD + CASH + CHANGE


@pytest.fixture
def import_sales(app, session, tmp_path):
    session.add(Store(number=1, name="Main Street"))
    session.commit()

    def run(content):
        path = tmp_path / "sales.csv"
        path.write_text(HEADER + content)
        session.expire_all()
        return SalesCsv(app.extensions["settings"], path).run()

    return run


@pytest.fixture
def sale(import_sales, session):
    import_sales(ALL)
    return sales.find(session, receipt="9")[0]


def test_what_was_taken_back_does_not_count(sale, session):
    assert (sale.total, sale.tax, sale.item_count) == (Decimal("28.24"), Decimal("0.24"), 5)
    assert [(i.void, i.error_correct) for i in sale.items][1:3] == [(True, False), (False, True)]
    assert session.get(SalesByStore, (sale.sold_on, 1)).net == 3  # nor does the gift card


def test_lines_have_their_kind(sale):
    assert [i.type for i in sale.items] == ["sale", "sale", "return", "return", "gift_card"]
    assert [i.exempt for i in sale.items] == [False] * 4 + [True]
    assert sale.items[0].scanned_code == "041303008317"


def test_a_line_has_several_taxes_and_the_receipt_their_sums(sale):
    told = [(tax.item_sequence, tax.tax_code, tax.amount) for tax in sale.item_taxes]
    assert told[:2] == [(1, "1", Decimal("0.20")), (1, "2", Decimal("0.04"))]
    sums = [(tax.tax_code, tax.amount) for tax in sale.taxes]
    assert sums == [("1", Decimal("0.20")), ("2", Decimal("0.04"))]


def test_tenders_are_what_was_paid(sale):
    told = [(tender.kind, tender.tender_code, tender.amount) for tender in sale.tenders]
    assert told == [("cash", "CA", Decimal(30)), ("cash", "CA", Decimal("-1.76"))]
    assert sum(tender.amount for tender in sale.tenders) == sale.total
    assert (sale.cash_back, sale.patronage) == (Decimal(5), Decimal("3.10"))


def test_a_rebate_and_an_order_are_kept(sale):
    assert [(d.kind, d.amount) for d in sale.discounts] == [("rebate", Decimal("0.50"))]
    assert [(m.order_number, m.order_item) for m in sale.order_markers] == [("70012", "3")]
    assert sale.items[-1].order_item == "3"


def test_the_second_time_nothing_changes(import_sales, sale):
    assert changed(import_sales(ALL)) == {}


def test_a_corrected_receipt_has_new_tenders_and_taxes(import_sales, sale, session):
    report = import_sales(ALL.replace("0.20,0.04", "0.20,").replace("30.00", "29.96"))
    assert changed(report)["transaction_tender"] == (0, 1, 0)
    assert changed(report)["transaction_item_tax"] == (0, 0, 1)
    assert changed(report)["transaction_tax"] == (0, 0, 1)
    session.expire_all()
    assert sales.find(session, receipt="9")[0].tax == Decimal("0.20")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (START + ",,,1,4.00,,,,,,,,,,,,\n", "names no product"),
        (START + "tender,,,,4.00,,,,,,,,,,,,\n", "says which it is"),
        (START + ",1,,1,4.00,,,,,,,cash,,,,,\n", "says which it is"),
        (START + "nonsense,1,,1,4.00,,,,,,,,,,,,\n", "is not one of sale"),
        (START + ",1,,1,4.00,,,perhaps,,,,,,,,,\n", "neither yes nor no"),
    ],
)
def test_what_cannot_be_is_refused(import_sales, line, reason):
    assert reason in " ".join(reasons(import_sales(line + MILK)).values())


def test_the_page_of_a_receipt_shows_it_all(sale, session, signed_in):
    page = signed_in("sales.view").get(f"/sales/{sale.uuid}").text
    for word in ("Void", "Return", "Gift card", "Cash back", "Rebate", "70012", "28.24", "30.00"):
        assert word in page, word
