"""Customer orders and work orders: each step is checked, and written down."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.models.customers import Customer
from app.models.orders import ITEM_STATES, CustomerOrder, OrderItem
from app.models.product_prices import ProductPrice
from app.models.products import Product
from app.models.work_orders import WORK_STATES, WorkOrder
from app.services import orders, work_orders
from app.testing.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOLD = {"by": None, "at": NOON}


@pytest.fixture
def cheese(session):
    made = sample(session, Product, description="Cheese")
    session.add(ProductPrice(product=made, price=Decimal("8.00")))
    session.flush()
    return made


@pytest.fixture
def order(session):
    return sample(session, CustomerOrder)


@pytest.fixture
def item(session, order, cheese):
    return orders.add_item(session, order, cheese, quantity=Decimal(3), **TOLD)


def kinds(session, item):
    session.expire(item)
    return [event.kind for event in item.events][::-1]


def test_an_item_is_sold_at_the_price_of_the_day(session, order, item, cheese):
    cheese.prices[0].price = Decimal(9)
    session.flush()
    session.refresh(item)
    assert (item.unit_price, item.total) == (8, 24)
    assert orders.total(session, order) == 24


def test_a_case_costs_what_its_units_do_less_the_discount(session, item):
    item.unit, item.case_size, item.discount = "case", Decimal(12), Decimal("0.1")
    session.flush()
    session.refresh(item)
    assert item.total == Decimal("259.20")


def test_each_step_leaves_an_event(session, item):
    for state in ("ready", "placed", "received", "contacted", "delivered"):
        orders.step(session, item, state, note_=f"now {state}", **TOLD)
    assert kinds(session, item) == ["new", "ready", "placed", "received", "contacted", "delivered"]
    assert item.events[0].note == "now delivered"
    assert orders.contacts(session, item) == (1, NOON)
    assert orders.is_over(item.order)
    with pytest.raises(orders.CannotStep):
        orders.step(session, item, "cancelled", **TOLD)


def test_nothing_is_placed_before_its_price_is_confirmed(session, item):
    item.price_needs_confirmation = True
    session.flush()
    with pytest.raises(orders.NotConfirmed):
        orders.step(session, item, "ready", **TOLD)
    orders.confirm_price(session, item, **TOLD)
    orders.step(session, item, "ready", **TOLD)
    assert kinds(session, item) == ["new", "price_confirmed", "ready"]


def test_nothing_is_placed_before_somebody_knows_what_it_is(session, order, cheese):
    item = sample(session, OrderItem, order_uuid=order.uuid, description="That cheese", sequence=7)
    with pytest.raises(orders.NoProduct):
        orders.step(session, item, "ready", **TOLD)
    orders.resolve_product(session, item, cheese, **TOLD)
    orders.step(session, item, "ready", **TOLD)
    assert item.description == "Cheese"


def test_payments_add_up_and_are_more_than_nothing(session, item):
    orders.take_payment(session, item, Decimal(10), receipt="77", **TOLD)
    orders.take_payment(session, item, Decimal(14), **TOLD)
    assert (item.paid_amount, item.payment_receipt) == (24, "77")
    with pytest.raises(orders.NoPayment):
        orders.take_payment(session, item, Decimal(-1), **TOLD)


@pytest.mark.parametrize(
    ("steps", "states"), [(orders.STEPS, ITEM_STATES), (work_orders.STEPS, WORK_STATES)]
)
def test_every_state_has_its_steps(steps, states):
    assert set(steps) == set(states) >= {to for ways in steps.values() for to in ways}


def test_an_order_is_of_somebody(session):
    with pytest.raises(IntegrityError, match="of_somebody"):
        sample(session, CustomerOrder, contact_name=None)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"quantity": 0}, "quantity_positive"),
        ({"unit": "case"}, "case_size_told"),
        ({"discount": 2}, "discount_a_share"),
        ({"unit_price": -1}, "unit_price_not_negative"),
    ],
)
def test_what_cannot_be_is_refused(session, values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        sample(session, OrderItem, **values)


def test_a_work_order_goes_its_way_with_days_and_events(session):
    work = WorkOrder(customer=sample(session, Customer), title="Sharpen knives")
    work_orders.submit(session, work, on=date(2026, 11, 23), **TOLD)
    for day, state in enumerate(("received", "working", "released", "working", "released"), 24):
        work_orders.step(session, work, state, on=date(2026, 11, day), **TOLD)
    work_orders.step(session, work, "delivered", on=date(2026, 11, 29), note_="Happy", **TOLD)
    assert (work.received_on, work.released_on) == (date(2026, 11, 24), date(2026, 11, 28))
    session.expire(work)
    assert [event.kind for event in work.events][::-1][:2] == ["submitted", "received"]
    assert work.state_note == "Happy"
    with pytest.raises(work_orders.CannotStep):
        work_orders.step(session, work, "working", on=date(2026, 11, 30), **TOLD)
