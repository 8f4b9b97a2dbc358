"""What spreadsheets do to numbers and codes, undone for a whole column or refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.models.products import Product
from tests.importing.conftest import reasons, rows


def codes_of(session):
    session.expire_all()
    return sorted(
        code.gtin for product in session.scalars(select(Product)) for code in product.codes
    )


FULL = [f"0{n}" for n in (
    36000291452, 12345678905, 41331092609, 78742370835, 72250018548, 30000010204, 16000275287,
    38000138416, 21130126026, 44000032029, 51000012616, 24000162865,
)]  # fmt: skip


def with_codes(codes):
    lines = [f"{number},Thing,{code}" for number, code in enumerate(codes, 1)]
    return rows(*lines, header="number,description,code")


def test_lost_zeros_come_back_for_the_whole_column(import_products, session):
    report = import_products(with_codes(code.lstrip("0") for code in FULL))
    assert "Leading zeros were lost" in report.source["repair"]
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL)


def test_missing_check_digits_come_back_for_the_whole_column(import_products, session):
    report = import_products(with_codes(code[:-1] for code in FULL))
    assert "check digit is missing" in report.source["repair"]
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL)
    assert report.read == len(FULL)


def test_fractions_and_text_marks_are_taken_off(import_products, session):
    import_products(with_codes(["036000291452.0", "'012345678905", '"=""041331092609"""']))
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL[:3])


def test_one_wrong_code_is_rejected_alone(import_products):
    report = import_products(with_codes([*FULL, "036000291453"]))
    assert list(reasons(report)) == [14]
    assert "should be 2" in reasons(report)[14]
    assert report.source["repair"] is None


def test_a_column_that_is_no_codes_is_refused(import_products):
    with pytest.raises(BadSource, match="column code cannot be read"):
        import_products(with_codes(str(10_000_000_007 + 7919 * n) for n in range(8)))


@pytest.mark.parametrize("column", ["code", "number"])
def test_scientific_notation_refuses_the_file(import_products, session, column):
    lines = {"code": "1,Milk,3.60003E+10", "number": "1.23457E+11,Milk,"}
    with pytest.raises(BadSource, match=rf"Line 3, column {column}: .* lost its digits"):
        import_products(rows("7,Tea,", lines[column], header="number,description,code"))
    assert session.scalars(select(Product)).all() == []


def test_a_number_made_a_fraction_is_rejected(import_products):
    report = import_products("number,description\n1.0,Milk\n")
    assert "export it as text" in reasons(report)[2]
