"""What a row of a products file means for the tables."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.db import unit_of_work
from app.db.versioning import ChangeSet
from app.models.departments import Department
from app.models.products import Product, ProductCode, ProductPrice
from app.models.runs import RejectedRow, Run
from app.models.vendors import Vendor
from tests.importing.conftest import EGGS, MILK, changed, reasons, rows

TODAY = date.today()  # noqa: DTZ011  (the shop of the tests is in UTC, as is the server)


def a_price(product, kind="regular"):
    (price,) = [price for price in product.prices if price.kind == kind]
    return price


def test_a_row_becomes_a_product_with_all_that_belongs_to_it(import_products, product):
    report = import_products(rows(MILK, EGGS))
    milk, eggs = product("1"), product("2")
    assert (milk.description, milk.size) == ("Milk", "1 gal")
    assert (milk.department.number, milk.department.name) == (2, "Dairy")
    assert milk.category.department is milk.department
    assert milk.brand is eggs.brand
    assert [(code.gtin, code.kind, code.is_primary) for code in milk.codes] == [
        ("00036000291452", "upc_a", True)
    ]
    assert [code.kind for code in eggs.codes] == ["plu"]
    (cost,) = milk.costs
    assert (cost.vendor.name, cost.vendor_item, cost.unit_cost, cost.is_preferred) == (
        "Dairy Farm", "M-1", Decimal(2), True,
    )  # fmt: skip
    assert a_price(milk).price == Decimal("2.99")
    sale = a_price(eggs, "sale")
    assert (sale.price, sale.starts_on, sale.ends_on) == (
        Decimal("2.99"), date(2026, 1, 5), date(2026, 1, 11),
    )  # fmt: skip
    assert report.read == 2
    assert report.counts["product"].created == 2
    assert report.counts["department"].created == 1


def test_the_second_time_nothing_changes(import_products):
    import_products(rows(MILK, EGGS))
    report = import_products(rows(MILK, EGGS))
    assert changed(report) == {}
    assert report.counts["product"].unchanged == 2
    assert report.counts["sale_price"].unchanged == 1
    assert report.change_set_id is None


def test_only_what_differs_is_written(import_products, product, versions):
    import_products(rows(MILK, EGGS))
    report = import_products(rows(MILK.replace("2.99", "3.19"), EGGS))
    assert changed(report) == {"regular_price": (0, 1, 0)}
    assert a_price(product("1")).price == Decimal("3.19")
    assert len(versions(ProductPrice, report.change_set_id)) == 1
    assert versions(Product, report.change_set_id) == []


def test_what_the_file_has_no_column_for_stays(import_products, product):
    import_products(rows(MILK))
    report = import_products("number,description\n1,Whole milk\n")
    assert changed(report) == {"product": (0, 1, 0)}
    assert product("1").size == "1 gal"
    assert product("1").brand.name == "Acme"


def test_an_empty_cell_of_the_product_itself_empties_it(import_products, product):
    import_products(rows(MILK))
    import_products("number,size,brand\n1,,\n")
    assert (product("1").size, product("1").brand) == (None, None)


def test_an_empty_price_code_or_cost_says_nothing(import_products, product):
    import_products(rows(MILK))
    report = import_products("number,code,regular_price,vendor_number,case_cost\n1,,,,\n")
    assert changed(report) == {}
    assert a_price(product("1")).price == Decimal("2.99")


def test_products_that_the_file_does_not_name_stay(import_products, product):
    import_products(rows(MILK, EGGS))
    import_products(rows(MILK))
    assert product("2") is not None


def test_a_price_file_cannot_create_products(import_products):
    import_products(rows(MILK))
    report = import_products("number,regular_price\n1,3.09\n99,1.00\n")
    assert changed(report) == {"regular_price": (0, 1, 0)}
    assert reasons(report) == {
        3: "There is no product 99 yet, and the source has no description to create it."
    }


def test_a_department_with_two_names_is_told_with_both_lines(import_products, product):
    report = import_products(rows(MILK, EGGS.replace("Dairy,Eggs", "Frozen,Eggs")))
    assert reasons(report) == {3: "Department 2 is “Frozen” here and “Dairy” in line 2."}
    assert product("2") is None
    assert product("1").department.name == "Dairy"


def test_a_department_may_be_renamed_by_all_rows(import_products, session):
    import_products(rows(MILK))
    import_products(rows(MILK.replace("Dairy,Milk", "Fresh,Milk")))
    assert session.scalars(select(Department.name)).all() == ["Fresh"]


def test_an_unknown_department_needs_a_name(import_products, product):
    content = (
        "number,description,department_number,department\n1,Milk,2,\n2,Eggs,3,Fresh\n3,Tea,3,\n"
    )
    report = import_products(content)
    assert reasons(report) == {
        2: "There is no department 2 yet, and the row does not say enough to create it."
    }
    assert product("3").department.name == "Fresh"


def test_a_row_that_needed_a_rejected_one_is_rejected_too(import_products, product):
    import_products("number,description,code\n9,Tea,036000291452\n")
    content = (
        "number,description,code,department_number,department\n"
        "1,Milk,036000291452,2,Dairy\n2,Eggs,,2,\n3,Rice,,,\n"
    )
    assert list(reasons(import_products(content))) == [2, 3]
    assert product("3") is not None


def test_a_known_vendor_needs_no_name(import_products, product, session):
    with unit_of_work() as other:
        other.add(Vendor(number="7", name="Dairy Farm"))
    report = import_products("number,description,vendor_number,case_cost\n1,Milk,7,8\n2,Tea,8,1\n")
    assert product("1").costs[0].vendor.name == "Dairy Farm"
    assert list(reasons(report)) == [3]


def test_the_same_category_name_may_be_in_two_departments(import_products, product):
    import_products(rows(MILK, EGGS.replace("2,Dairy,Eggs", "3,Frozen,Milk")))
    milk, other = product("1").category, product("2").category
    assert milk.name == other.name
    assert milk is not other


def test_a_row_that_is_rejected_leaves_nothing_behind(import_products, session):
    report = import_products(rows(MILK.replace("Dairy Farm,M-1,4,8.00", "Dairy Farm,M-1,4,1e9")))
    assert list(reasons(report)) == [2]
    assert changed(report) == {}
    assert session.scalars(select(Vendor)).all() == []
    assert session.scalars(select(Department)).all() == []


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
    assert reasons(report) == {3: "Product code 00036000291452 / upc_a is already in line 2."}


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
        other.query(ProductPrice).update({"price": Decimal(5), "multiple": 3})
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


# The run


def test_everything_is_one_change_set_that_names_the_run(import_products, session):
    report = import_products(rows(MILK, EGGS), by="ann", reason="January prices")
    change_set = session.scalars(select(ChangeSet)).one()
    assert (change_set.id, change_set.run_uuid) == (report.change_set_id, report.run)
    assert (change_set.origin, change_set.actor, change_set.reason) == (
        "import", "ann", "January prices",
    )  # fmt: skip


def test_the_run_remembers_what_it_did(import_products, session):
    report = import_products(rows(MILK, EGGS.replace("4011", "12")), by="ann")
    run = session.get_one(Run, report.run)
    assert (run.kind, run.key, run.state, run.by) == ("import", "products-csv", "succeeded", "ann")
    assert run.counts["product"]["created"] == 1
    assert run.counts["rows"] == {"read": 2, "rejected": 1}
    assert run.change_set_id == report.change_set_id
    assert run.parameters["file"] == "products.csv"
    assert run.parameters["encoding"] == "utf-8"
    rejected = session.scalars(select(RejectedRow)).one()
    assert (rejected.run_uuid, rejected.line) == (run.uuid, 3)
    assert rejected.content.startswith("2,12,Eggs")


def test_a_row_rejected_by_the_database_is_stored_as_it_was_read(import_products, session):
    import_products(rows(MILK, MILK))
    assert session.scalars(select(RejectedRow.content)).one() == MILK


def test_a_dry_run_counts_like_a_real_one_and_writes_only_its_report(import_products, session):
    content = rows(MILK, EGGS, MILK)
    dry = import_products(content, dry_run=True)
    assert session.scalars(select(Product)).all() == []
    assert session.scalars(select(ProductCode)).all() == []
    assert session.scalars(select(ChangeSet)).all() == []
    run = session.get_one(Run, dry.run)
    assert (run.dry_run, run.state, run.change_set_id) == (True, "succeeded", None)
    assert session.scalars(select(RejectedRow.line)).all() == [4]
    real = import_products(content)
    assert real.counts == dry.counts
