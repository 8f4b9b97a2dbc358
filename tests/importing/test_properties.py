"""Whatever a file holds: afterwards the tables say so, and a second time nothing changes."""

from __future__ import annotations

import csv
import io

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.barcodes import with_check_digit
from app.models.products import Product
from tests.importing.conftest import changed

COLUMNS = (
    "number", "code", "description", "size", "department_number", "department", "category",
    "brand", "vendor_number", "vendor", "case_size", "case_cost", "regular_price",
)  # fmt: skip

codes = st.integers(10**9, 10**9 + 40).map(lambda number: with_check_digit(f"0{number}"))
words = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="=\u2028\u2029"),
    min_size=1, max_size=12,
).map(lambda text: " ".join(text.split())).filter(str.isprintable).filter(bool)  # fmt: skip
money = st.decimals(0, 99_999, places=2).map(str)


@st.composite
def lines(draw):
    """A row of a product: what belongs together is there or not together."""
    department = draw(st.none() | st.integers(1, 4))
    vendor = draw(st.none() | st.integers(1, 3))
    return {
        "number": str(draw(st.integers(1, 30))),
        "description": draw(words),
        "code": draw(st.none() | codes),
        "size": draw(st.none() | words),
        "department_number": department,
        "department": department and f"Department {department}",
        "category": draw(st.none() | words),
        "brand": draw(st.none() | words),
        "vendor_number": vendor,
        "vendor": vendor and f"Vendor {vendor}",
        "case_size": draw(st.none() | st.integers(1, 99)),
        "case_cost": draw(money) if vendor else None,
        "regular_price": draw(st.none() | money),
    }  # fmt: skip


def as_csv(records):
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    writer.writerows(records)
    return buffer.getvalue()


def same(cell, value):
    """Whether a cell of the file says what an object has."""
    return (cell is None and value is None) or str(cell) == str(value)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.lists(lines(), max_size=8), second=st.lists(lines(), min_size=1, max_size=8))
def test_afterwards_the_tables_say_what_the_file_says(import_products, session, first, second):
    import_products(as_csv(first))
    report = import_products(as_csv(second))
    rejected = {row.line for row in report.rejected}
    session.expire_all()
    for line, record in enumerate(second, 2):
        if line not in rejected:
            product = session.scalars(select(Product).filter_by(number=record["number"])).one()
            assert_equal(record, product)
    assert changed(import_products(as_csv(second))) == {}


def assert_equal(record, product):
    assert product.description == record["description"]
    assert same(record["size"], product.size)
    assert same(record["brand"], product.brand and product.brand.name)
    assert same(record["category"], product.category and product.category.name)
    assert same(record["department"], product.department and product.department.name)
    if record["code"]:
        (primary,) = [code for code in product.codes if code.is_primary]
        assert primary.gtin == f"00{record['code']}"
    if record["case_cost"]:
        (preferred,) = [cost for cost in product.costs if cost.is_preferred]
        assert preferred.vendor.name == record["vendor"]
        assert f"{preferred.case_cost:.2f}" == f"{float(record['case_cost']):.2f}"
        assert preferred.case_size == (record["case_size"] or 1)
    if record["regular_price"]:
        (price,) = [price for price in product.prices if price.kind == "regular"]
        assert f"{price.price:.2f}" == f"{float(record['regular_price']):.2f}"
