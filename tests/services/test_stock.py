"""Stock: movements are kept, and their sum is what there is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.models.product_stores import ProductStore
from app.models.products import Product
from app.models.stock import AdjustmentReason, Stock, StockMovement
from app.models.stores import Store
from app.services import dependents, stock
from app.testing.samples import sample


@pytest.fixture
def milk(session):
    return sample(session, Product, description="Milk")


@pytest.fixture
def main_street(session):
    return sample(session, Store, name="Main Street")


def on_hand(session, product, store):
    return session.query(Stock.on_hand).filter_by(product=product, store=store).scalar()


def test_what_comes_and_goes_adds_up(session, milk, main_street):
    stock.adjust(session, milk, store=main_street, quantity=Decimal(12), by="ann", kind="receipt")
    stock.adjust(session, milk, store=main_street, quantity=Decimal("-2.5"), by="ann")
    assert on_hand(session, milk, main_street) == Decimal("9.5")


def test_a_movement_tells_who_why_and_for_what(session, milk, main_street):
    spoiled = sample(session, AdjustmentReason, name="Spoiled")
    movement = stock.adjust(
        session, milk, store=main_street, quantity=Decimal(-3), by="ann", reason=spoiled,
        unit_cost=Decimal("1.79"), note="fridge broke", document=("run", milk.uuid),
    )  # fmt: skip
    assert (movement.who, movement.reason.name, movement.note) == ("ann", "Spoiled", "fridge broke")
    assert (movement.document_kind, movement.document_uuid) == ("run", milk.uuid)


def test_stores_have_stock_of_their_own(session, milk, main_street):
    north = sample(session, Store, name="North Market")
    stock.adjust(session, milk, store=main_street, quantity=Decimal(5), by=None)
    shelves = {shelf.store.name: shelf.on_hand for shelf in stock.by_store(session, milk)}
    assert shelves == {"Main Street": 5, "North Market": 0}
    assert on_hand(session, milk, north) is None


def test_a_count_writes_the_difference(session, milk, main_street):
    stock.adjust(session, milk, store=main_street, quantity=Decimal(10), by=None)
    movement = stock.count(session, milk, store=main_street, counted=Decimal(8), by="ann")
    assert (movement.quantity, movement.counted) == (-2, 8)
    assert on_hand(session, milk, main_street) == 8


def test_a_count_that_finds_what_is_there_says_when(session, milk, main_street):
    movement = stock.count(session, milk, store=main_street, counted=Decimal(0), by="ann")
    assert movement.quantity == 0
    shelf = stock.by_store(session, milk)[0]
    assert shelf.stock.counted_at == movement.moved_at


def test_what_was_sold_since_the_count_stays_sold(session, milk, main_street):
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    long_ago = an_hour_ago - timedelta(days=1)
    stock.adjust(session, milk, store=main_street, quantity=Decimal(10), by=None, at=long_ago)
    stock.adjust(session, milk, store=main_street, quantity=Decimal(-4), by=None, kind="sale")
    stock.count(session, milk, store=main_street, counted=Decimal(9), by="ann", at=an_hour_ago)
    assert on_hand(session, milk, main_street) == 5


def test_psql_keeps_the_sum_right_too(session, milk, main_street):
    session.execute(
        text("""INSERT INTO stock_movement (product_uuid, store_uuid, kind, quantity)
                SELECT :product, :store, 'receipt', n FROM generate_series(1, 4) n"""),
        {"product": milk.uuid, "store": main_street.uuid},
    )
    assert on_hand(session, milk, main_street) == 10
    assert stock.differences(session) == []


def test_a_stock_that_is_not_the_sum_is_found(session, milk, main_street):
    stock.adjust(session, milk, store=main_street, quantity=Decimal(10), by=None)
    session.execute(text("UPDATE stock SET on_hand = 11"))
    assert stock.differences(session) == [(milk.uuid, main_street.uuid, 11, 10)]


@pytest.mark.parametrize(
    "statement", ["UPDATE stock_movement SET quantity = 9", "DELETE FROM stock_movement"]
)
def test_a_movement_is_never_changed(session, milk, main_street, statement):
    stock.adjust(session, milk, store=main_street, quantity=Decimal(1), by=None)
    with pytest.raises(IntegrityError, match="never changed"), session.begin_nested():
        session.execute(text(statement))


def test_a_product_with_movements_is_in_use(session, milk, main_street):
    stock.adjust(session, milk, store=main_street, quantity=Decimal(1), by=None)
    with pytest.raises(dependents.InUse, match="1 × stock movement"):
        dependents.delete(session, milk)


def test_bad_movements_are_refused_with_a_sentence(session, milk, main_street):
    gift_card = sample(session, Product, kind="gift_card")
    retired = sample(session, AdjustmentReason, active=False)
    refused = {
        stock.NoQuantity: {"quantity": Decimal(0)},
        stock.TooMany: {"quantity": Decimal(10**8)},
        stock.RetiredReason: {"quantity": Decimal(1), "reason": retired},
    }
    for error, told in refused.items():
        with pytest.raises(error):
            stock.adjust(session, milk, store=main_street, by=None, **told)
    with pytest.raises(stock.NoStock):
        stock.adjust(session, gift_card, store=main_street, quantity=Decimal(1), by=None)
    with pytest.raises(stock.CountedLess):
        stock.count(session, milk, store=main_street, counted=Decimal(-1), by=None)
    later = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(stock.NotYet):
        stock.count(session, milk, store=main_street, counted=Decimal(1), by=None, at=later)
    assert session.query(StockMovement).count() == 0


def test_what_is_on_order_counts_before_more_is_ordered(session, milk, main_street):
    session.add(ProductStore(product=milk, store=main_street, reorder_point=Decimal(12)))
    stock.adjust(session, milk, store=main_street, quantity=Decimal(3), by=None)
    assert stock.by_store(session, milk)[0].is_low
    stock.expect(session, milk, store=main_street, quantity=Decimal(24))
    assert not stock.by_store(session, milk)[0].is_low
    stock.expect(session, milk, store=main_street, quantity=Decimal(-30))
    assert stock.by_store(session, milk)[0].on_order == 0


def test_who_empties_the_ledger_has_no_stock(session, milk, main_street):
    stock.count(session, milk, store=main_street, counted=Decimal(5), by=None)
    session.execute(text("TRUNCATE stock_movement"))
    assert on_hand(session, milk, main_street) == 0
    assert stock.differences(session) == []
