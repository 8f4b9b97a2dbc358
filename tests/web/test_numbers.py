"""One rule for numbers, whoever reads them: files, forms, filters and the records of projects."""

from decimal import Decimal

import pytest
from sqlalchemy import Numeric

from app.importing.cells import FileContext, Money
from app.importing.errors import Rejected
from app.importing.records import _number
from app.numbers import NotANumber, read
from app.web.master.fields import decimal_of

POINT = {
    "1.50": "1.50", "2": "2", ".5": "0.5", "2.": "2", " 2.49 ": "2.49", "1,234.56": "1234.56",
    "12,345,678.9": "12345678.9", "-1": "-1", "−1.5": "-1.5", "0": "0",
    "1,50": None, "1,500": None, "1.234,56": None, "1,23,4.5": None, "1.2.3": None,
    "1e5": None, "NaN": None, "Infinity": None, "٣": None, "1_000": None, "+1": None, "--1": None,
    "": None, ".": None, "-": None, "2 for 5": None, "=1+1": None, "0x10": None, "½": None,
    "9" * 1001: None,
}  # fmt: skip
COMMA = {
    "1,50": "1.50", "1.234,56": "1234.56", ",5": "0.5", "-1": "-1",
    "1.50": None, "1.234": None, "1,234.56": None, "1e5": None, "٣": None,
}  # fmt: skip
MONEY = {"$2.49": "2.49", "$ 2.49": "2.49", "2.49 USD": "2.49", "€2.49": None, "$": None}


@pytest.mark.parametrize(("text", "number"), POINT.items())
def test_where_a_point_parts_the_decimals(text, number):
    assert result(read, text) == wanted(number)


@pytest.mark.parametrize(("text", "number"), COMMA.items())
def test_where_a_comma_parts_the_decimals(text, number):
    assert result(lambda t: read(t, point=","), text) == wanted(number)


@pytest.mark.parametrize(("text", "number"), [*POINT.items(), *MONEY.items()])
def test_forms_and_files_read_the_same(app, text, number):
    with app.test_request_context():
        assert result(lambda t: decimal_of(t, money=True), text) == wanted(number)
    if text and not text.startswith(("-", "−")) and (number is None or len(number) < 7):
        assert result(lambda t: Decimal(Money(3).reader(FileContext())(t.strip())), text) == (
            wanted(number)
        )


@pytest.mark.parametrize(("text", "number"), POINT.items())
def test_records_of_projects_read_the_same(text, number):
    write = _number(Numeric(20, 5))
    assert result(lambda t: Decimal(write(t)), text) == wanted(number)


def result(reader, text):
    try:
        return reader(text)
    except (NotANumber, Rejected, ValueError):
        return None


def wanted(number):
    return None if number is None else Decimal(number)
