"""What happened to an object, its parts along with it, and the way back."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, select, text

from app.db import unit_of_work
from app.models.departments import Department
from app.models.products import Product, ProductPrice
from app.services import change_sets, history, reverting


@pytest.fixture
def milk(session):
    with unit_of_work(by="ann", origin="web") as work:
        dairy = Department(number=1, name="Dairy")
        work.add(Product(number="1", description="Milk", department=dairy,
                         prices=[ProductPrice(price=Decimal("2.29"))]))  # fmt: skip
    return session.scalars(select(Product)).one()


def change(statement, **values):
    with unit_of_work(by="bob", origin="web") as work:
        work.execute(text(statement), values)


def test_the_parts_of_an_object_are_gathered_with_it(session, milk):
    change("UPDATE product SET size = '1 gal'; UPDATE product_price SET price = 2.49")
    newest, first = history.of(session, Product, milk.uuid)
    assert {(c.model, c.is_part) for c in newest.changes} == {
        (Product, False),
        (ProductPrice, True),
    }
    told = {d.field: (d.old, d.new) for c in newest.changes for d in c.differences}
    assert told == {"size": (None, "1 gal"), "price": (Decimal("2.290"), Decimal("2.490"))}
    assert {c.operation for c in first.changes} == {"create"}


def test_other_records_are_told_by_name_even_when_gone(session, milk):
    change("INSERT INTO department (number, name) VALUES (2, 'Cheese')")
    change("UPDATE product SET department_uuid = (SELECT uuid FROM department WHERE number = 2)")
    change("DELETE FROM department WHERE number = 1")
    (difference,) = history.of(session, Product, milk.uuid, limit=1)[0].changes[0].differences
    assert (difference.old, difference.new) == ("Dairy", "Cheese")


def test_older_entries_come_page_by_page(session, milk):
    for size in range(5):
        change("UPDATE product SET size = :size", size=str(size))
    first = history.of(session, Product, milk.uuid, limit=3)
    rest = history.of(session, Product, milk.uuid, limit=10, before=first[-1].change_set.id)
    assert len(first) == 3
    assert len(rest) == 3
    assert first[-1].change_set.id > rest[0].change_set.id


def test_a_long_history_asks_no_more_often_than_a_short_one(session, milk):
    few = count_queries(session, lambda: history.of(session, Product, milk.uuid))
    for size in range(15):
        change("UPDATE product SET size = :size, department_uuid = NULL", size=str(size))
    assert count_queries(session, lambda: history.of(session, Product, milk.uuid)) <= few + 2


def test_reverting_touches_only_what_that_change_set_changed(session, milk):
    change("UPDATE product SET size = '1 gal'")
    undone = history.of(session, Product, milk.uuid)[0]
    change("UPDATE product SET description = 'Whole milk'")
    session.refresh(milk)
    reverting.revert(session, undone)
    assert (milk.size, milk.description) == (None, "Whole milk")


def test_one_field_of_a_change_is_reverted_alone(session, milk):
    change("UPDATE product SET size = '1 gal', description = 'Whole milk'")
    entry = history.of(session, Product, milk.uuid)[0]
    session.refresh(milk)
    (step,) = reverting.plan(session, entry)
    reverting.revert(session, entry, only={step.key("size")})
    assert (milk.size, milk.description) == (None, "Whole milk")
    with pytest.raises(reverting.NothingChosen, match="at least one"):
        reverting.revert(session, entry, only={step.key("notes")})


def test_one_part_of_a_deletion_comes_back_alone(session, milk):
    change("DELETE FROM product_price")
    change("UPDATE product SET size = '1 gal'")
    session.expire_all()
    entry = history.of(session, Product, milk.uuid)[1]
    (step,) = reverting.plan(session, entry)
    reverting.revert(session, entry, only={step.key()})
    assert [price.price for price in milk.prices] == [Decimal("2.290")]


def test_reverting_twice_says_that_nothing_is_left(session, milk):
    change("UPDATE product SET size = '1 gal'")
    entry = history.of(session, Product, milk.uuid)[0]
    session.refresh(milk)
    reverting.revert(session, entry)
    with pytest.raises(reverting.NothingToRevert, match="undone already"):
        reverting.revert(session, entry)


def test_a_deleted_object_comes_back_with_its_parts(session, milk):
    change("DELETE FROM product")
    session.expunge_all()
    entry = history.of(session, Product, milk.uuid)[0]
    reverting.revert(session, entry)
    back = session.get(Product, milk.uuid)
    assert back.description == "Milk"
    assert [price.price for price in back.prices] == [Decimal("2.290")]


def test_a_creation_is_reverted_by_deleting_parts_first(session, milk):
    entry = history.of(session, Product, milk.uuid)[-1]
    reverting.revert(session, entry)
    assert session.get(Product, milk.uuid) is None


def test_a_revert_that_would_overlap_is_refused_by_the_database(session, milk):
    change("UPDATE product_price SET ends_on = :day", day=date(2026, 1, 1))
    entry = history.of(session, Product, milk.uuid)[0]
    change("INSERT INTO product_price (product_uuid, price, starts_on) "
           "SELECT uuid, 3, DATE '2026-02-01' FROM product")  # fmt: skip
    session.expire_all()
    with pytest.raises(Exception, match="ex_product_price_overlap"):
        reverting.revert(session, entry)


def test_a_change_of_another_object_is_not_found(session, milk):
    with pytest.raises(history.NoSuchChange):
        history.entry(session, Product, milk.uuid, 1)


def test_a_change_set_tells_how_much_it_touched(session, milk):
    (newest,) = change_sets.page(session, limit=1)
    told = change_sets.counts(session, [newest.id])[newest.id]
    assert {model.__name__: counts for model, counts in told.items()} == {
        name: {"create": 1} for name in ("Product", "Department", "ProductPrice")
    }


def count_queries(session, act):
    seen = []
    engine = session.connection().engine

    def count(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)
