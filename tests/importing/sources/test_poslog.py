"""POSLog: receipts of registers become receipts of ours."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
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


def goods(number, amount, more="", kind="Sale"):
    return (
        f"<{kind}><ItemID>{number}</ItemID><ExtendedAmount>{amount}</ExtendedAmount>{more}</{kind}>"
    )


def test_a_tax_of_the_whole_receipt_is_shared_to_the_cent(import_poslog, session):
    tax = '<Tax TaxType="Sales"><Amount>0.10</Amount></Tax>'
    import_poslog(lines(goods(1, "1.00"), goods(2, "1.00"), goods(3, "1.00"), tax))
    (sale,) = sales.find(session, receipt="8")
    assert sale.total == Decimal("3.10")
    assert [str(item.tax) for item in sale.items] == ["0.03", "0.03", "0.04"]


def test_the_tax_of_a_whole_return_is_given_back(import_poslog, session):
    import_poslog(lines(goods(1, "2.00", kind="Return"), "<Tax><Amount>0.10</Amount></Tax>"))
    (sale,) = sales.find(session, receipt="8")
    assert (sale.total, sale.tax) == (Decimal("-2.10"), Decimal("-0.10"))


def test_taxes_of_lines_are_not_counted_twice(import_poslog, session):
    item = goods(1, "1.00", "<Tax><Amount>0.05</Amount></Tax>")
    import_poslog(lines(item, "<Tax><Amount>0.05</Amount></Tax>"))
    (sale,) = sales.find(session, receipt="8")
    assert sale.tax == Decimal("0.05")


def test_what_was_voided_does_not_count(import_poslog, session):
    paid = '<Tender TenderType="Cash"><Amount>1.00</Amount></Tender>'
    content = lines(goods(1, "1.00"), goods(2, "5.00"), paid, paid)
    content = content.replace(
        "<LineItem><Sale><ItemID>2", '<LineItem VoidFlag="true"><Sale><ItemID>2'
    )
    content = content.replace("<LineItem><Tender", '<LineItem VoidFlag="true"><Tender', 1)
    import_poslog(content)
    (sale,) = sales.find(session, receipt="8")
    assert (sale.total, [item.void for item in sale.items]) == (Decimal("1.00"), [False, True])
    assert [tender.amount for tender in sale.tenders] == [Decimal("1.00")]


def test_a_corrected_log_takes_away_what_it_no_longer_says(import_poslog, session):
    paid = '<Tender TenderType="Cash"><Amount>1.00</Amount></Tender>'
    import_poslog(lines(goods(1, "1.00"), paid))
    report = import_poslog(lines(goods(1, "1.00")))
    assert changed(report) == {"transaction_tender": (0, 0, 1)}


def test_a_day_without_sales_is_no_trouble(import_poslog):
    quiet = "<POSLog><Transaction><ControlTransaction/></Transaction></POSLog>"
    report = import_poslog(quiet)
    assert (report.read, changed(report)) == (0, {})


def test_a_file_of_something_else_is_refused(import_poslog):
    with pytest.raises(BadSource, match="has no records at POSLog/Transaction"):
        import_poslog("<Orders><Order/></Orders>")


def test_a_log_that_was_cut_off_writes_nothing(import_poslog, session):
    with pytest.raises(BadSource, match="is no proper XML"):
        import_poslog(PosLog.sample()[:-12])
    assert session.scalars(select(Transaction)).all() == []


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("<Sale><ItemID>5</ItemID></Sale>", "sales_value: is empty."),
        ("<Sale><ItemID>5</ItemID><ExtendedAmount>free</ExtendedAmount></Sale>", "is no number."),
        ("<Sale><ExtendedAmount>1</ExtendedAmount></Sale>", "It names no product."),
        (goods(5, "1", "<Tax><Amount>1e999999999</Amount></Tax>"), "tax: “NaN” is no number."),
        (goods(5, "1", "<RetailPriceModifier><Amount>sNaN</Amount></RetailPriceModifier>"),
         "retail_discount: “NaN” is no number."),
    ],
)  # fmt: skip
def test_lines_that_cannot_be_are_rejected(import_poslog, item, reason):
    assert reasons(import_poslog(lines(item)))[1].endswith(reason)
