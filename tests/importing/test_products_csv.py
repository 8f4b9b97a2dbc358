"""What a row of a products file means for the tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from app.db import unit_of_work
from app.models.departments import Department
from app.models.products import Product, ProductPrice
from app.models.vendors import Vendor
from tests.importing.conftest import EGGS, MILK, a_price, changed, reasons, rows


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
