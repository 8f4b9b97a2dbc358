"""POSLog: receipts of registers become receipts of ours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.importing.handlers.poslog import PosLog
from app.models.sales import Transaction
from app.services import sales
from tests.importing.conftest import changed, reasons


@pytest.fixture
def import_poslog(app, session, tmp_path):
    PosLog.before_sample(session)
    session.commit()

    def run(content=None):
        path = tmp_path / "log.xml"
        path.write_text(content or PosLog.sample())
        session.expire_all()
        return PosLog(app.extensions["settings"], path).run()

    return run


def lines(*items, attributes=""):
    """A log with one receipt of these line items."""
    wrapped = "".join(f"<LineItem>{item}</LineItem>" for item in items)
    return (
        f"<POSLog><Transaction {attributes}><RetailStoreID>1</RetailStoreID>"
        "<WorkstationID>3</WorkstationID><SequenceNumber>8</SequenceNumber>"
        "<BeginDateTime>2026-10-09T11:00:00</BeginDateTime>"
        f"<RetailTransaction>{wrapped}</RetailTransaction></Transaction></POSLog>"
    )


def test_a_receipt_has_its_lines_discounts_taxes_and_tenders(import_poslog, session):
    import_poslog()
    (sale,) = sales.find(session, receipt="4711")
    assert (sale.total, sale.discount, sale.member_number) == (
        Decimal("1.62"), Decimal("0.20"), "2466"
    )  # fmt: skip
    assert [(i.quantity, i.gross, i.net) for i in sale.items] == [
        (2, Decimal("1.70"), Decimal("1.50"))
    ]
    assert [(t.kind, t.amount) for t in sale.tenders] == [("cash", Decimal("1.62"))]
    assert [tax.amount for tax in sale.taxes] == [Decimal("0.12")]


def test_what_is_no_sale_makes_no_receipt(import_poslog, session):
    import_poslog()
    assert [one.receipt_number for one in session.scalars(select(Transaction))] == ["4711"]
    assert changed(import_poslog()) == {}


def test_a_return_is_negative(import_poslog, session):
    item = "<Return><ItemID>5</ItemID><ExtendedAmount>2.00</ExtendedAmount></Return>"
    tender = '<Tender TenderType="CreditDebit" TypeCode="Refund"><Amount>2.00</Amount></Tender>'
    import_poslog(lines(item, tender))
    (sale,) = sales.find(session, receipt="8")
    assert sale.total == Decimal("-2.00")
    assert [(i.type, i.quantity, i.net) for i in sale.items] == [("return", -1, Decimal("-2.00"))]
    assert [(t.kind, t.amount) for t in sale.tenders] == [("card", Decimal("-2.00"))]


def test_cancelled_and_training_receipts_say_so(import_poslog, session):
    item = "<Sale><ItemID>5</ItemID><ExtendedAmount>2.00</ExtendedAmount></Sale>"
    import_poslog(lines(item, attributes='CancelFlag="true" TrainingModeFlag="1"'))
    (sale,) = session.scalars(select(Transaction)).all()
    assert (sale.void, sale.training) == (True, True)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("<Sale><ItemID>5</ItemID></Sale>", "sales_value: is empty."),
        ("<Sale><ItemID>5</ItemID><ExtendedAmount>free</ExtendedAmount></Sale>", "is no number."),
        ("<Sale><ExtendedAmount>1</ExtendedAmount></Sale>", "It names no product."),
    ],
)
def test_lines_that_cannot_be_are_rejected(import_poslog, item, reason):
    assert reasons(import_poslog(lines(item)))[1].endswith(reason)
