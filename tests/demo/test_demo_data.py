"""The demo data is what docs/reference/demo-data.md says it is."""

import csv
import gzip
import re
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from demo.load import LAST_DAY, shifted

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo"
DAYS_OF_A_WEEK = [date(2026, 2, 26) + timedelta(days=n) for n in range(7)]


def read(path):
    text = gzip.decompress(path.read_bytes()).decode("utf-8")
    header, *rows = csv.reader(text.splitlines())
    return dict(zip(header, zip(*rows, strict=True), strict=True))


@pytest.fixture(scope="module")
def products():
    return read(DEMO / "products.csv.gz")


@pytest.fixture(scope="module")
def sales():
    return read(DEMO / "sales.csv.gz")


@pytest.fixture(scope="module")
def stores():
    return list(csv.DictReader((DEMO / "stores.csv").read_text().splitlines()))


@pytest.fixture(scope="module")
def reference():
    return (ROOT / "docs/reference/demo-data.md").read_text(encoding="utf-8")


def given(column):
    return [value for value in column if value]


def total(column):
    return sum(map(Decimal, given(column)))


def says(text, **facts):
    for name, value in facts.items():
        row = f"| {name.replace('_', ' ')} | {value:,} |"
        assert row in text


def test_the_data_takes_at_most_two_megabytes():
    assert sum(path.stat().st_size for path in DEMO.glob("*.csv*")) <= 2_000_000


@pytest.mark.parametrize("name", ["products.csv.gz", "sales.csv.gz"])
def test_a_file_is_plain_text_and_the_same_whenever_it_is_made(name):
    packed = (DEMO / name).read_bytes()
    assert packed[3:8] == bytes(5)  # neither a name nor a time in the gzip header
    assert re.search(rb"[^\x20-\x7e\n]|  | [,\n]|\n ", gzip.decompress(packed)) is None


def test_numbers_and_codes_are_unique(products):
    assert len(set(products["number"])) == len(set(products["code"])) == len(products["number"])


def test_a_code_is_an_in_store_upc_made_of_the_number(products):
    for number, code in zip(products["number"], products["code"], strict=True):
        odd, even = sum(map(int, code[::2])), sum(map(int, code[1::2]))
        assert code[:-1] == f"4{number:>010}"
        assert (3 * odd + even) % 10 == 0, code


def test_every_product_has_the_facts_that_are_never_missing(products):
    for column in ("description", "department_number", "department", "brand", "vendor_number"):
        assert all(products[column]), column


@pytest.mark.parametrize("kind", ["department", "vendor"])
def test_a_number_has_one_name(products, kind):
    pairs = set(zip(products[f"{kind}_number"], products[kind], strict=True))
    assert len(pairs) == len(set(products[kind])) == len(set(products[f"{kind}_number"]))


def test_departments_are_numbered_by_size(products):
    sizes = Counter(map(int, products["department_number"]))
    assert sorted(sizes) == list(range(1, len(sizes) + 1))
    assert [sizes[n] for n in sorted(sizes)] == sorted(sizes.values(), reverse=True)


@pytest.mark.parametrize("column", ["regular_price", "sale_price", "case_cost"])
def test_money_is_positive_and_in_cents(products, column):
    amounts = set(given(products[column]))
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in amounts)
    assert min(map(Decimal, amounts)) > 0


def test_a_cost_needs_a_price_and_a_case_size(products):
    columns = ("case_cost", "case_size", "regular_price")
    for cost, case_size, price in zip(*(products[c] for c in columns), strict=True):
        assert bool(cost) == bool(case_size)
        assert price or not cost


def test_a_sale_price_is_lower_and_has_its_days(products):
    columns = ("regular_price", "sale_price", "sale_starts_on", "sale_ends_on")
    for price, sale_price, starts, ends in zip(*(products[c] for c in columns), strict=True):
        if sale_price:
            assert Decimal(sale_price) < Decimal(price)
            assert date.fromisoformat(starts) < LAST_DAY <= date.fromisoformat(ends)
        else:
            assert not starts
            assert not ends


def test_what_is_sold_is_a_product_of_a_store_we_know(products, sales, stores):
    assert set(sales["product_number"]) <= set(products["number"])
    assert set(sales["store_number"]) == {store["number"] for store in stores}


def test_sales_are_twelve_weeks_from_a_monday_to_the_last_day(sales):
    days = {moment[:10] for moment in sales["sold_at"]}
    assert min(days) == (LAST_DAY - timedelta(weeks=12, days=-1)).isoformat()
    assert max(days) == LAST_DAY.isoformat()


def test_the_reference_counts_the_products(products, reference):
    says(
        reference,
        Products=len(products["number"]),
        Products_with_a_price=len(given(products["regular_price"])),
        Products_with_a_cost=len(given(products["case_cost"])),
        Products_with_a_sale_price=len(given(products["sale_price"])),
        Products_with_a_size=len(given(products["size"])),
        Products_with_a_category=len(given(products["category"])),
        Departments=len(set(products["department"])),
        Categories=len(set(given(products["category"]))),
        Descriptions=len(set(products["description"])),
        Brands=len(set(products["brand"])),
        Vendors=len(set(products["vendor"])),
        Sum_of_regular_prices=total(products["regular_price"]),
        Sum_of_case_costs=total(products["case_cost"]),
        Sum_of_sale_prices=total(products["sale_price"]),
    )


def test_the_reference_counts_the_sales(sales, stores, reference):
    says(
        reference,
        Stores=len(stores),
        Sales_lines=len(sales["basket_id"]),
        Baskets=len(set(sales["basket_id"])),
        Households=len(set(sales["household"])),
        Products_sold=len(set(sales["product_number"])),
        Sum_of_quantities=total(sales["quantity"]),
        Sum_of_sales_values=total(sales["sales_value"]),
        Sum_of_retail_discounts=total(sales["retail_discount"]),
        Sum_of_coupon_discounts=total(sales["coupon_discount"]),
        Sum_of_coupon_match_discounts=total(sales["coupon_match_discount"]),
    )


def test_shifted_sales_end_yesterday_and_are_otherwise_the_same(tmp_path, sales):
    shifted(DEMO / "sales.csv.gz", tmp_path / "sales.csv.gz", today=date(2026, 3, 2))
    moved = read(tmp_path / "sales.csv.gz")
    assert max(moved["sold_at"])[:10] == "2026-03-01"
    assert moved | {"sold_at": sales["sold_at"]} == sales


@pytest.mark.parametrize("today", DAYS_OF_A_WEEK, ids=lambda day: f"{day:%A}")
def test_a_shifted_day_keeps_its_weekday(tmp_path, today):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    days = [LAST_DAY - timedelta(days=n) for n in range(14)]
    source.write_text("sold_at,number\n" + "".join(f"{day}T10:30,{day:%A}\n" for day in days))
    shifted(source, target, today)
    rows = list(csv.reader(target.read_text().splitlines()))[1:]
    assert max(moment for moment, _ in rows) == f"{today - timedelta(days=1)}T10:30"
    assert all(f"{date.fromisoformat(moment[:10]):%A}" == name for moment, name in rows)


@pytest.mark.parametrize("today", DAYS_OF_A_WEEK, ids=lambda day: f"{day:%A}")
def test_some_sale_prices_are_in_force_today(tmp_path, today, products):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    spans = set(zip(products["sale_starts_on"], products["sale_ends_on"], strict=True))
    text = "".join(f"{starts},{ends}\n" for starts, ends in spans)
    source.write_text("sale_starts_on,sale_ends_on\n" + text)
    shifted(source, target, today)
    rows = list(csv.reader(target.read_text().splitlines()))[1:]
    assert len(rows) == len(spans)
    assert any(starts <= today.isoformat() <= ends for starts, ends in rows if starts)
