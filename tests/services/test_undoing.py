"""Undo of a whole change set: everything back, and never more than was asked for."""

from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import ChangeSet
from app.models.departments import Department
from app.models.products import Product, ProductCost, ProductPrice
from app.models.vendors import Vendor
from app.services import undoing


@pytest.fixture
def shop(session):
    with unit_of_work(by="ann", origin="web") as work:
        dairy = Department(number=1, name="Dairy")
        for number in range(5):
            work.add(
                Product(number=str(number), description=f"Milk {number}", department=dairy,
                        prices=[ProductPrice(price=Decimal("2.29"))])
            )  # fmt: skip
    return session


def change(statement, *, by="bob", **values):
    with unit_of_work(by=by, origin="import") as work:
        work.execute(text(statement), values)
        return change_set_of(work)


def undo(number, **options):
    with unit_of_work(by="ann", origin="web") as work:
        return undoing.undo(work, number, by="ann", **options)


def everything(session):
    tables = ("department", "product", "product_price", "product_cost", "vendor", "category")
    rows = "SELECT to_jsonb(t) FROM {} t ORDER BY uuid"
    return {name: session.scalars(text(rows.format(name))).all() for name in tables}


def sizes(session):
    return session.execute(text("SELECT size FROM product ORDER BY number")).scalars().all()


def test_a_bulk_edit_is_put_back(shop):
    before = everything(shop)
    number = change("UPDATE product SET size = '1 gal'; UPDATE product_price SET price = 9")
    report = undo(number)
    assert everything(shop) == before
    assert report.plan.count == 10


def test_the_undo_is_a_change_set_that_says_so(shop):
    number = change("UPDATE product SET size = '1 gal'")
    report = undo(number)
    made = shop.get(ChangeSet, report.change_set_id)
    assert (made.reason, made.actor) == (f"Undo of change set {number}", "ann")


def test_an_undo_can_be_undone(shop):
    number = change("UPDATE product SET size = '1 gal'; DELETE FROM product_price")
    after = everything(shop)
    report = undo(number)
    undo(report.change_set_id)
    assert everything(shop) == after


def test_what_was_deleted_comes_back_owners_first(shop):
    before = everything(shop)
    number = change("DELETE FROM product; DELETE FROM department")
    undo(number)
    assert everything(shop) == before


def test_what_was_created_goes_parts_first(shop):
    first = shop.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first().id
    undo(first)
    assert all(rows == [] for rows in everything(shop).values())


def test_what_one_change_set_changed_and_then_deleted_comes_back_as_it_was_before(shop):
    before = everything(shop)
    change("UPDATE product_price SET price = 3")
    number = change("UPDATE product_price SET price = 9; DELETE FROM product WHERE number = '2'")
    undo(number)
    undo(number - 1)
    assert everything(shop) == before


def test_what_changed_since_is_left_out_and_told(shop):
    number = change("UPDATE product SET size = '1 gal'")
    change("UPDATE product SET size = '2 gal' WHERE number = '3'", by="cid")
    plan = undoing.plan(shop(), number)
    (table,) = plan.tables
    assert (table.acts, table.left_out, table.by) == ({"update": 4}, {"changed": 1}, {"cid": 1})
    assert [(e.name, e.changed_by) for e in table.examples] == [("Milk 3", "cid")]
    undo(number)
    assert sizes(shop) == [None, None, None, "2 gal", None]


def test_another_column_changed_since_is_no_conflict_and_stays(shop):
    number = change("UPDATE product SET size = '1 gal'")
    change("UPDATE product SET notes = 'mind the date'")
    undo(number)
    assert sizes(shop) == [None] * 5
    assert set(shop.scalars(select(Product.notes))) == {"mind the date"}


def test_who_overrules_puts_back_what_changed_since(shop):
    number = change("UPDATE product SET size = '1 gal'")
    change("UPDATE product SET size = '2 gal' WHERE number = '3'")
    assert undo(number, overrule=True).plan.count == 5
    assert sizes(shop) == [None] * 5


def test_undoing_twice_says_that_nothing_is_left(shop):
    number = change("UPDATE product SET size = '1 gal'")
    undo(number)
    assert undoing.plan(shop(), number).tables[0].left_out == {"done": 5}
    with pytest.raises(undoing.NothingToUndo):
        undo(number)


def test_a_row_without_an_earlier_version_is_named(shop):
    with unit_of_work(versioning=False) as work:
        work.add(Vendor(number="1", name="Valley"))
    number = change("UPDATE vendor SET name = 'Hill'")
    (table,) = undoing.plan(shop(), number).tables
    assert table.left_out == {"unknown": 1}


def test_a_row_that_is_gone_is_named(shop):
    number = change("UPDATE product SET size = '1 gal'")
    change("DELETE FROM product WHERE number = '2'", by="cid")
    (table,) = undoing.plan(shop(), number).tables
    assert (table.left_out, table.by) == ({"gone": 1}, {"cid": 1})


def test_what_others_use_since_is_not_deleted(shop):
    number = change("INSERT INTO department (number, name) VALUES (2, 'Cheese'), (3, 'Eggs')")
    change("UPDATE product SET department_uuid = (SELECT uuid FROM department WHERE number = 2)"
           " WHERE number = '1'")  # fmt: skip
    report = undo(number)
    (table,) = report.plan.tables
    assert (table.acts, table.left_out) == ({"delete": 1}, {"in_use": 1})
    assert table.examples[0].note == "product"
    assert undo_left(number, overrule=True) == {"in_use": 1}


def test_parts_that_others_added_since_are_not_lost(shop):
    number = change("INSERT INTO product (number, description) VALUES ('77', 'Kefir')")
    change("INSERT INTO product_price (product_uuid, price) SELECT uuid, 3 FROM product"
           " WHERE number = '77'")  # fmt: skip
    assert undo_left(number) == {"joined": 1}
    undo(number, overrule=True)
    assert shop.scalars(select(Product).where(Product.number == "77")).all() == []


def test_a_number_that_another_has_by_now_is_not_given_back(shop):
    number = change("DELETE FROM product WHERE number = '1'")
    change("INSERT INTO product (number, description) VALUES ('1', 'Cream')")
    plan = undoing.plan(shop(), number)
    states = {t.model: (t.acts, t.left_out) for t in plan.tables}
    assert states[Product] == ({}, {"taken": 1})
    assert states[ProductPrice] == ({}, {"missing": 1})


def test_prices_that_would_overlap_are_not_given_back(shop):
    number = change("UPDATE product_price SET ends_on = '2026-01-01'")
    change("INSERT INTO product_price (product_uuid, price, starts_on)"
           " SELECT uuid, 3, '2026-02-01' FROM product WHERE number = '1'")  # fmt: skip
    assert undo_left(number) == {"taken": 1}
    assert undo(number).plan.count == 4


def test_a_reference_to_what_is_gone_is_not_given_back(shop):
    number = change("UPDATE product SET department_uuid = NULL WHERE number = '1'")
    change("UPDATE product SET department_uuid = NULL; DELETE FROM department")
    assert undo_left(number) == {"missing": 1}


def test_what_is_preferred_may_move_back(shop):
    with unit_of_work() as work:
        vendors = [Vendor(number=str(n), name=f"Vendor {n}") for n in (1, 2)]
        product = work.scalars(select(Product).where(Product.number == "1")).one()
        product.costs = [
            ProductCost(vendor=vendor, case_cost=Decimal(9), is_preferred=place == 0)
            for place, vendor in enumerate(vendors)
        ]
    before = everything(shop)
    number = change("UPDATE product_cost SET is_preferred = false;"
                    " UPDATE product_cost SET is_preferred = true WHERE vendor_uuid ="
                    " (SELECT uuid FROM vendor WHERE number = '2')")  # fmt: skip
    undo(number)
    assert everything(shop) == before


def test_numbers_that_were_swapped_are_refused_in_words(shop):
    number = change("UPDATE product SET number = 'x' WHERE number = '1';"
                    "UPDATE product SET number = '1' WHERE number = '2';"
                    "UPDATE product SET number = '2' WHERE number = 'x'")  # fmt: skip
    assert undo_left(number) == {"taken": 2}


def test_a_replaced_product_comes_back_in_place_of_the_new_one(shop):
    before = everything(shop)
    number = change("DELETE FROM product WHERE number = '1';"
                    "INSERT INTO product (number, description) VALUES ('1', 'Cream')")  # fmt: skip
    undo(number)
    assert everything(shop) == before


def test_a_department_made_for_products_goes_after_they_left_it(shop):
    before = everything(shop)
    number = change("INSERT INTO department (number, name) VALUES (2, 'Cheese');"
                    "UPDATE product SET department_uuid = (SELECT uuid FROM department"
                    " WHERE number = 2)")  # fmt: skip
    undo(number)
    assert everything(shop) == before


def test_an_unknown_change_set_is_one_sentence(shop):
    with pytest.raises(undoing.NoSuchChangeSet):
        undoing.plan(shop(), 10**12)


def undo_left(number, **options):
    with unit_of_work(dry_run=True) as work:
        return undoing.plan(work, number, **options).left_out


def test_the_last_administrator_is_not_undone(shop):
    from app.services import permissions, users

    with unit_of_work() as work:
        users.create(work, "ann", by=None)
    with unit_of_work() as work:
        users.make_administrator(work, users.named(work, "ann"), by=None)
        work.flush()
        number = change_set_of(work)
    with pytest.raises(permissions.LastAdministrator):
        undo(number)
