"""Merging products: the movements of stock follow, the sums are right, and the undo parts them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.db import Author, announce
from app.db.unit_of_work import change_set_of
from app.models.merges import MergedRecord
from app.models.products import Product
from app.models.stock import Stock, StockMovement
from app.models.stores import Store
from app.services import merging, stock, undoing
from app.testing.samples import sample
from app.web.views.products import ProductView

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def stores(session):
    return sample(session, Store, name="Main Street"), sample(session, Store, name="North Market")


@pytest.fixture
def teas(session, stores):
    """Two products that are one: 5 and 7 on Main Street, and 3 of the second in the north."""
    main_street, north = stores
    keep, gone = (sample(session, Product, description=f"Tea {n}") for n in (1, 2))
    stock.adjust(session, keep, store=main_street, quantity=Decimal(5), by="ann", kind="receipt")
    stock.count(session, gone, store=main_street, counted=Decimal(7), by="ann", at=NOON)
    stock.adjust(session, gone, store=north, quantity=Decimal(3), by="ann", kind="receipt")
    stock.expect(session, keep, store=main_street, quantity=Decimal(24))
    stock.expect(session, gone, store=main_street, quantity=Decimal(12))
    return keep, gone


def merge(session, keep, remove):
    """As the page of products does, as a change set of its own."""
    session.commit()
    announce(session(), Author("test"))
    told = merging.merge(session, keep=keep, remove=remove, add=ProductView.merge.added)
    number = change_set_of(session)
    session.commit()
    return told, number


def undo(session, number):
    report = undoing.undo(session, number)
    session.commit()
    return report


def on_hand(session, product):
    rows = session.execute(
        select(Store.name, Stock.on_hand)
        .join(Stock.store)
        .where(Stock.product_uuid == product.uuid)
    )
    return {name: quantity for name, quantity in rows if quantity}


def test_stock_and_what_is_on_order_are_added_up_in_each_store(session, teas, stores):
    keep, gone = teas
    told, _ = merge(session, keep, gone)
    assert {(c.table, c.way) for c in told.clashes} >= {("stock", "add")}
    assert on_hand(session, keep) == {"Main Street": 12, "North Market": 3}
    there = session.query(Stock).filter_by(product=keep, store=stores[0]).one()
    assert (there.on_order, there.counted_at) == (36, NOON)
    assert stock.differences(session) == []


def test_the_ledger_keeps_what_happened_and_of_which_product(session, teas):
    keep, gone = teas
    was = gone.uuid
    merge(session, keep, gone)
    rows = session.query(StockMovement).order_by(StockMovement.uuid).all()
    assert [(m.product, m.quantity, m.was_of) for m in rows] == [
        (keep, 5, None), (keep, 7, [was]), (keep, 3, [was]),
    ]  # fmt: skip


def test_the_undo_gives_each_its_movements_and_its_sum(session, teas):
    keep, gone = teas
    was = gone.uuid
    _, number = merge(session, keep, gone)
    (main_street,) = session.query(Store).filter_by(name="Main Street")
    stock.adjust(session, keep, store=main_street, quantity=Decimal(-1), by="ann", kind="sale")
    session.commit()
    undo(session, number)
    back = session.get(Product, was)
    assert on_hand(session, keep) == {"Main Street": 4}
    assert on_hand(session, back) == {"Main Street": 7, "North Market": 3}
    assert session.query(StockMovement).filter(StockMovement.was_of.is_not(None)).count() == 0
    counted = session.query(Stock.counted_at).filter_by(product=keep, store=main_street).scalar()
    assert counted is None
    assert stock.differences(session) == []


def on_order(session, product):
    rows = session.execute(
        select(Store.name, Stock.on_order)
        .join(Stock.store)
        .where(Stock.product_uuid == product.uuid)
    )
    return {name: quantity for name, quantity in rows if quantity}


def test_the_undo_gives_each_what_is_on_order_of_it(session, teas):
    keep, gone = teas
    was = gone.uuid
    _, number = merge(session, keep, gone)
    report = undo(session, number)
    assert on_order(session, keep) == {"Main Street": 24}
    assert on_order(session, session.get(Product, was)) == {"Main Street": 12}
    undo(session, report.change_set_id)
    assert on_order(session, keep) == {"Main Street": 36}


def test_what_came_meanwhile_is_on_order_of_neither(session, teas, stores):
    keep, gone = teas
    was = gone.uuid
    _, number = merge(session, keep, gone)
    stock.expect(session, keep, store=stores[0], quantity=Decimal(-30))
    session.commit()
    undo(session, number)
    assert on_order(session, keep) == {}
    assert on_order(session, session.get(Product, was)) == {"Main Street": 6}


def test_two_merges_in_a_row_are_undone_one_by_one(session, teas, stores):
    keep, gone = teas
    third = sample(session, Product, description="Tea 3")
    first, second = gone.uuid, keep.uuid
    _, one = merge(session, keep, gone)
    _, two = merge(session, third, keep)
    assert on_hand(session, third) == {"Main Street": 12, "North Market": 3}
    undo(session, two)
    assert on_hand(session, session.get(Product, second)) == {"Main Street": 12, "North Market": 3}
    undo(session, one)
    assert on_hand(session, session.get(Product, first)) == {"Main Street": 7, "North Market": 3}
    assert on_hand(session, session.get(Product, second)) == {"Main Street": 5}
    assert stock.differences(session) == []


def test_a_merge_that_is_undone_may_be_done_again(session, teas):
    keep, gone = teas
    was = gone.uuid
    _, number = merge(session, keep, gone)
    undo(session, number)
    merge(session, keep, session.get(Product, was))
    assert on_hand(session, keep) == {"Main Street": 12, "North Market": 3}


@pytest.mark.parametrize(
    "change",
    [
        "product_uuid = :other",
        "product_uuid = :other, was_of = ARRAY[product_uuid]",
        "was_of = ARRAY[product_uuid]",
        "was_of = NULL, quantity = 9",
    ],
)
def test_nobody_else_gives_movements_to_another_product(session, teas, change):
    _keep, gone = teas
    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text(f"UPDATE stock_movement SET {change}"), {"other": str(gone.uuid)})


def test_movements_stay_where_they_are_when_only_the_trace_goes(session, teas):
    keep, gone = teas
    merge(session, keep, gone)
    session.delete(session.scalars(select(MergedRecord)).one())
    session.commit()
    assert on_hand(session, keep) == {"Main Street": 12, "North Market": 3}
