"""What a row of a products file means for the codes, costs and prices that are there already."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from app.db import unit_of_work
from app.models.products import Product, ProductPrice
from tests.importing.conftest import EGGS, MILK, a_price, changed, reasons, rows

TODAY = date.today()  # noqa: DTZ011  (the shop of the tests is in UTC, as is the server)


# Codes


def test_a_code_of_another_product_is_rejected_and_the_other_named(import_products, product):
    import_products(rows(MILK))
    report = import_products(rows(EGGS.replace("4011", "036000291452")))
    assert reasons(report) == {2: "Code 00036000291452 belongs to product 1."}
    assert product("2") is None


def test_a_new_code_becomes_primary_and_the_old_one_stays(import_products, product):
    import_products(rows(MILK))
    import_products(rows(MILK.replace("036000291452", "4006381333931")))
    codes = [(code.gtin, code.is_primary) for code in product("1").codes]
    assert codes == [("04006381333931", True), ("00036000291452", False)]


def test_a_further_code_can_become_primary(import_products, product):
    import_products(rows(MILK))
    import_products(rows(MILK.replace("036000291452", "4006381333931")))
    report = import_products(rows(MILK))
    assert changed(report) == {"product_code": (0, 1, 0)}
    assert product("1").codes[0].gtin == "00036000291452"


def test_one_code_twice_in_the_file_is_rejected_the_second_time(import_products):
    report = import_products(rows(MILK, EGGS.replace("4011", "0036000291452")))
    assert reasons(report) == {3: "Product code 00036000291452 is already in line 2."}


# Costs


def test_the_vendor_of_the_file_becomes_the_preferred_one(import_products, product):
    import_products(rows(MILK))
    import_products(rows(MILK.replace("7,Dairy Farm,M-1,4,8.00", "8,Other Farm,X,4,7.00")))
    costs = {cost.vendor.number: (cost.case_cost, cost.is_preferred) for cost in product("1").costs}
    assert costs == {"7": (Decimal(8), False), "8": (Decimal(7), True)}


def test_an_empty_case_size_is_one(import_products, product):
    import_products(rows(MILK.replace("M-1,4,8.00", "M-1,,8.00")))
    assert product("1").costs[0].case_size == 1


# Regular prices


def with_prices(number, *prices):
    with unit_of_work() as session:
        milk = session.scalars(select(Product).filter_by(number=number)).one()
        for price in list(milk.prices):
            session.delete(price)
        session.flush()
        for amount, starts_on, ends_on in prices:
            session.add(
                ProductPrice(
                    product=milk, price=Decimal(amount), starts_on=starts_on, ends_on=ends_on
                )
            )


def regular_prices(product):
    prices = [p for p in product.prices if p.kind == "regular"]
    prices.sort(key=lambda price: price.starts_on or date.min)
    return [(str(price.price), price.starts_on, price.ends_on) for price in prices]


DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), [("2.990", None, None)]),
        ([("1.00", None, None)], [("2.990", None, None)]),
        (
            [("1.00", None, TODAY), ("5.00", TODAY + DAY, None)],
            [("2.990", None, TODAY), ("5.000", TODAY + DAY, None)],
        ),
        ([("5.00", TODAY + MONTH, None)],
         [("2.990", None, TODAY + MONTH - DAY), ("5.000", TODAY + MONTH, None)]),
        ([("1.00", None, TODAY - MONTH)],
         [("1.000", None, TODAY - MONTH), ("2.990", TODAY, None)]),
        ([("1.00", None, TODAY - DAY), ("5.00", TODAY + DAY, None)],
         [("1.000", None, TODAY - DAY), ("2.990", TODAY, TODAY), ("5.000", TODAY + DAY, None)]),
    ],
    ids=["none", "in force", "in force, next planned", "planned", "ended", "in a gap"],
)  # fmt: skip
def test_the_regular_price_holds_today_and_plans_are_kept(import_products, product, before, after):
    import_products(rows(MILK))
    with_prices("1", *before)
    report = import_products(rows(MILK))
    assert reasons(report) == {}
    assert regular_prices(product("1")) == after
    assert changed(import_products(rows(MILK))) == {}


def test_three_for_five_becomes_a_price_for_one(import_products, product, session):
    import_products(rows(MILK))
    with unit_of_work() as other:
        other.execute(update(ProductPrice).values(price=5, multiple=3))
    import_products(rows(MILK))
    assert (a_price(product("1")).price, a_price(product("1")).multiple) == (Decimal("2.99"), 1)


# Sale prices


def sale(price, start, end):
    return rows(MILK[:-3] + f",{price},{start},{end}")


def test_a_sale_is_kept_by_its_first_day(import_products, product):
    import_products(sale("1.99", "2026-01-05", "2026-01-11"))
    report = import_products(sale("1.89", "2026-01-05", "2026-01-18"))
    assert changed(report) == {"sale_price": (0, 1, 0)}
    price = a_price(product("1"), "sale")
    assert (price.price, price.ends_on) == (Decimal("1.89"), date(2026, 1, 18))


def test_a_later_sale_is_one_more(import_products, product):
    import_products(sale("1.99", "2026-01-05", "2026-01-11"))
    import_products(sale("1.89", "2026-01-12", ""))
    assert len([p for p in product("1").prices if p.kind == "sale"]) == 2


def test_a_sale_that_overlaps_another_is_rejected(import_products, product):
    import_products(sale("1.99", "2026-01-05", "2026-01-11"))
    report = import_products(sale("1.89", "2026-01-11", "2026-01-18"))
    assert reasons(report) == {2: "The sale overlaps another one, from 2026-01-05 to 2026-01-11."}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (("1.99", "", ""), "A sale price needs the day on which it starts."),
        (("", "2026-01-05", ""), "A sale needs its price beside its days."),
        (("1.99", "2026-01-05", "2026-01-04"), "The sale ends before it starts."),
    ],
)
def test_half_a_sale_is_rejected(import_products, cells, reason):
    assert reasons(import_products(sale(*cells))) == {2: reason}
