"""Documents of X12: rows of each kind, a catalog in an import, and files that lost something."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.importing.handlers.catalog_x12 import CatalogX12
from app.importing.sources.x12 import x12_records
from app.models.products import ProductCost
from app.models.runs import Run


def envelope(code, *segments, version="00401"):
    """An interchange with one document of these segments."""
    count = len(segments) + 2
    return (
        "ISA*00*          *00*          *ZZ*VENDOR         *ZZ*SHOP           "
        f"*260105*0800*U*{version}*000000001*0*P*>~\nGS*SC*VENDOR*SHOP*20260105*0800*1*X*004010~\n"
        + f"ST*{code}*0001~\n" + "".join(f"{one}~\n" for one in segments)
        + f"SE*{count}*0001~\nGE*1*1~\nIEA*1*000000001~\n"
    )  # fmt: skip


def rows(text):
    return [row for _, row in x12_records(io.StringIO(text), "file.edi")]


def test_an_invoice_has_a_row_for_each_line():
    found = rows(envelope(
        "810", "BIG*20260105*INV-1*20260101*PO-9", "N1*SU*Farm*92*7",
        "IT1*1*2*CA*18.00**UP*036000291452*VN*T-120", "PID*F****Tissues", "PO4*12",
        "IT1*2*5*EA*0.50**UI*03600029145", "TDS*3850", "CTT*2",
    ))  # fmt: skip
    assert found[0] == {
        "set": "810", "date": "20260105", "document": "INV-1", "order": "PO-9", "vendor": "Farm",
        "vendor_number": "7", "line": "1", "quantity": "2", "unit": "CA", "price": "18.00",
        "code": "036000291452", "vendor_item": "T-120", "description": "Tissues", "case_size": "12",
        "case_cost": "18.00",
    }  # fmt: skip
    assert (found[1]["code"], found[1]["case_cost"]) == ("03600029145", "0.50")
    assert "description" not in found[1]


@pytest.mark.parametrize(
    ("code", "segments", "expected"),
    [
        ("850", ["BEG*00*SA*PO-9**20260105", "PO1*1*3*CA*9.5**UK*00036000291452", "CTT*1"],
         {"document": "PO-9", "quantity": "3", "code": "00036000291452", "price": "9.5"}),
        ("855", ["BAK*00*AC*PO-9*20260105", "PO1*1*3*CA*9**VN*T1", "ACK*IQ*2*CA"],
         {"status": "IQ", "quantity_confirmed": "2", "vendor_item": "T1"}),
        ("856", ["BSN*00*SHIP-1*20260105*0800", "HL*1**S", "HL*2*1*O", "PRF*PO-9", "HL*3*2*I",
                 "LIN**UP*036000291452", "SN1**4*CA", "CTT*3"],
         {"document": "SHIP-1", "order": "PO-9", "quantity": "4", "code": "036000291452"}),
        ("880", ["G01*20260105*INV-1*20260101*PO-9", "G17*2*CA*18.00*036000291452*VN*T-120",
                 "G69*Tissues", "G20*12", "G31*2*CA", "G33*3600"],
         {"document": "INV-1", "case_cost": "18.00", "vendor_item": "T-120", "case_size": "12"}),
    ],
)  # fmt: skip
def test_other_documents_have_rows_too(code, segments, expected):
    (row,) = rows(envelope(code, *segments))
    assert {name: row.get(name) for name in expected} == expected


# The catalog

LINES = (
    "BCT*PC*2026-01", "DTM*007*20260115", "N1*SU*Big Vendor*92*7",
    "LIN*1*UP*036000291452*VN*T-120", "PO4*12", "CTP*WS*CAT*1.50*1*EA",
    "LIN*2*UP*012345678905*VN*X-1", "CTP*WS*CAT*8*1*CA", "CTT*2",
)  # fmt: skip


@pytest.fixture
def import_catalog(app, session, tmp_path):
    CatalogX12.before_sample(session)
    session.commit()

    def run(content, name="catalog.edi"):
        path = tmp_path / name
        path.write_text(content)
        session.expire_all()
        return CatalogX12(app.extensions["settings"], path).run()

    return run


def test_a_catalog_sets_the_costs_of_what_we_have(import_catalog, session):
    report = import_catalog(envelope("832", *LINES))
    cost = session.scalars(select(ProductCost)).one()
    assert (cost.case_cost, cost.case_size) == (Decimal(18), Decimal(12))
    assert (cost.vendor_item, str(cost.effective_on)) == ("T-120", "2026-01-15")
    assert report.notes == ["Lines of products that we do not have were left out: 1."]
    assert report.source["format"] == "x12"


def test_the_same_catalog_may_be_a_table(import_catalog, session):
    import_catalog("vendor_number,code,case_size,case_cost\n7,036000291452,12,18.00\n", "c.csv")
    assert session.scalars(select(ProductCost)).one().case_cost == 18


def test_a_vendor_that_is_not_known_rejects_its_lines(import_catalog):
    said = import_catalog(envelope("832", *LINES).replace("92*7~", "92*8~")).rejected
    assert [row.line for row in said] == [1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text[: text.index("LIN*2")], "was cut off or changed: Mandatory segment"),
        (lambda text: text.replace("LIN*2*UP*012345678905*VN*X-1~\n", ""), "SE count"),
        (lambda text: text.replace("*00401*", "*00304*"), "only the versions 00401 and 00501"),
        (lambda text: text[: text.index("~")] + "~\nIEA*1*000000001~\n", "IEA count"),
        (lambda text: text.replace("ST*832", "ST*997"), "it has 997"),
        (lambda text: text.replace("GS*SC", "GX*SC"), "do not fit|cut off or changed"),
    ],
)
def test_what_lost_something_is_refused(import_catalog, session, change, says):
    with pytest.raises(BadSource, match=says):
        import_catalog(change(envelope("832", *LINES)))
    assert session.scalars(select(ProductCost)).all() == []
    assert session.scalars(select(Run)).one().state == "failed"
