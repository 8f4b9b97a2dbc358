"""Numbers, prices and days: what can be read in one way is taken, everything else is rejected."""

from __future__ import annotations

import pytest

from tests.importing.conftest import a_price, reasons


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("2.49", "2.490"), ("2", "2.000"), (".5", "0.500"), ("2.", "2.000"), ("0", "0.000"),
        ("$2.49", "2.490"), ("$ 2.49", "2.490"), ("2.49 USD", "2.490"), ("1,234.50", "1234.500"),
        ("2.4900000", "2.490"), ("  2.49 ", "2.490"), ("100000", "100000.000"),
    ],
)  # fmt: skip
def test_prices_that_can_be_read_in_one_way(import_products, product, cell, price):
    report = import_products(f'number,description,price\n1,Milk,"{cell}"\n')
    assert reasons(report) == {}
    assert str(product("1").prices[0].price) == price


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,50", "can be read in two ways; write 1.50 if that is meant"),
        ("1,500", "can be read in two ways; write 1.500 if that is meant"),
        ("-1.50", "is negative"), ("−1.50", "is negative"), ("(1.50)", "is negative"),
        ("1.50-", "is negative"), ("-$1.50", "is negative"),
        ("€2.49", "is not in USD, the currency of the shop"),
        ("2.49 EUR", "is not in USD, the currency of the shop"),
        ("100000.01", "is more than 100,000"), ("36000291452", "is more than 100,000"),
        ("1" * 400, "is more than 100,000"),
        ("2.4999", "has more than 3 decimals"),
        ("1e3", "is no number"), ("NaN", "is no number"), ("Infinity", "is no number"),
        ("free", "is no number"), ("2 for 5", "is no number"), ("1.2.3", "is no number"),
        ("٣", "is no number"), ("$", "is no number"), (".", "is no number"),
        ("+1.50", "looks like a formula"),
    ],
)  # fmt: skip
def test_prices_that_are_rejected(import_products, cell, reason):
    report = import_products(f'number,description,price\n1,Milk,"{cell}"\n')
    assert reasons(report)[2].startswith("regular_price: “")
    assert reasons(report)[2].endswith(f"” {reason}.")


def test_a_decimal_comma_is_read_where_the_whole_file_has_one(import_products, product):
    content = "number;description;price;cost\n1;Milk;1,50;\n2;Tea;1.234,5;\n3;Rice;2;\n"
    report = import_products(content)
    assert [str(product(n).prices[0].price) for n in "123"] == ["1.500", "1234.500", "2.000"]
    assert report.source["decimal"] == ","


def test_commas_and_points_in_one_file_are_not_guessed_at(import_products):
    report = import_products("number;description;price\n1;Milk;1,50\n2;Tea;1.50\n")
    assert reasons(report) == {
        2: "regular_price: “1,50” can be read in two ways; write 1.50 if that is meant."
    }


@pytest.mark.parametrize("size", ["0", "-1", "0.00001", "abc"])
def test_a_case_holds_something(import_products, size):
    report = import_products(f"number,description,case_size\n1,Milk,{size}\n")
    assert reasons(report)[2].startswith("case_size: ")


@pytest.mark.parametrize("number", ["-1", "99999999999", "1.5", "two"])
def test_department_numbers_are_whole(import_products, number):
    content = f"number,description,department_number,department\n1,Milk,{number},Dairy\n"
    assert reasons(import_products(content))[2].startswith("department_number: ")


@pytest.mark.parametrize("day", ["5 Jan 2026", "2026-02-30", "0026-01-05", "31.02.2026", "2026"])
def test_what_is_no_day_is_rejected(import_products, day):
    content = f"number,description,sale_price,sale_starts_on\n1,Milk,1,{day}\n"
    assert reasons(import_products(content)) == {
        2: f"sale_starts_on: “{day}” is no day; write it as 2026-03-31."
    }


@pytest.mark.parametrize("day", ["2026-01-05", "20260105", "2026/1/5", "5.1.2026", "05.01.26"])
def test_days_that_can_be_read_in_one_way(import_products, product, day):
    content = f"number,description,sale_price,sale_starts_on\n1,Milk,1,{day}\n"
    assert reasons(import_products(content)) == {}
    assert str(a_price(product("1"), "sale").starts_on) == "2026-01-05"


def test_all_that_is_wrong_with_a_row_is_said_at_once(import_products):
    report = import_products("number,code,description,price\n1,123,,free\n")
    assert reasons(report)[2].count("code: ") == 1
    assert "description: is empty." in reasons(report)[2]
    assert "regular_price: “free” is no number." in reasons(report)[2]
