"""Purchases: each step once, nothing received that nobody told, credits for what was wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.models.product_costs import ProductCost
from app.models.products import Product
from app.models.purchases import Purchase, PurchaseItem
from app.models.stores import Store
from app.models.vendors import Vendor
from app.services import dependents, purchases
from app.testing.samples import sample

TODAY = date(2026, 11, 23)


@pytest.fixture
def milk(session):
    return sample(session, Product, description="Milk", size="1 gal")


@pytest.fixture
def purchase(session, milk):
    vendor = sample(session, Vendor, name="Dairy")
    cost = {"case_cost": Decimal(24), "case_size": Decimal(12), "vendor_item": "M-1"}
    session.add(ProductCost(product=milk, vendor=vendor, **cost))
    return purchases.create(session, vendor=vendor, store=sample(session, Store))


@pytest.fixture
def item(session, purchase, milk):
    made = purchases.add_item(session, purchase, milk, cases=Decimal(3), units=Decimal(2))
    purchases.step(session, purchase, "ordered", on=TODAY)
    return made


def test_an_item_keeps_what_the_product_was_called_and_cost(session, purchase, item, milk):
    milk.description = "Oat drink"
    session.flush()
    assert (item.description, item.size, item.vendor_item) == ("Milk", "1 gal", "M-1")
    assert (item.po_unit_cost, item.po_case_size) == (Decimal(2), Decimal(12))
    session.refresh(item)
    assert item.po_total == Decimal(76)  # 38 units
    assert purchases.totals(session, purchase).ordered == Decimal(76)


def test_nothing_is_ordered_without_an_item(session, purchase):
    with pytest.raises(purchases.NothingOrdered):
        purchases.step(session, purchase, "ordered", on=TODAY)
    assert purchase.state == "new"


def test_each_step_is_made_once_and_notes_its_day(session, purchase, item):
    assert purchase.ordered_on == TODAY
    with pytest.raises(purchases.CannotStep):
        purchases.step(session, purchase, "ordered", on=TODAY)
    for state in ("shipped", "received", "invoiced", "paid"):
        purchases.step(session, purchase, state, on=TODAY)
    assert (purchase.received_on, purchase.paid_on) == (TODAY, TODAY)
    with pytest.raises(purchases.IsClosed):
        purchases.require_open(purchase)


def test_every_state_has_its_steps():
    from app.models.purchases import CREDIT_STATES, PURCHASE_STATES

    for steps, states in (
        (purchases.STEPS, PURCHASE_STATES),
        (purchases.CREDIT_STEPS, CREDIT_STATES),
    ):
        assert set(steps) == set(states) >= {to for ways in steps.values() for to in ways}


def test_receiving_adds_up(session, purchase, item):
    purchases.receive(session, item, cases_received=Decimal(1))
    purchases.receive(session, item, cases_received=Decimal(1), units_damaged=Decimal(2))
    assert (item.cases_received, item.units_damaged) == (2, 2)
    assert (purchases.left(item, "cases"), purchases.left(item, "units")) == (1, 0)


def test_nothing_is_received_before_it_is_ordered(session, purchase, milk):
    item = purchases.add_item(session, purchase, milk, cases=Decimal(1))
    with pytest.raises(purchases.NotReceiving):
        purchases.receive(session, item, cases_received=Decimal(1))


@pytest.mark.parametrize("counts", [{"cases_received": Decimal(-1)}])
def test_a_negative_quantity_is_refused(session, item, counts):
    with pytest.raises(purchases.NegativeQuantity):
        purchases.receive(session, item, **counts)


def test_the_rest_comes_at_once_and_only_once(session, purchase, item):
    purchases.receive(session, item, cases_damaged=Decimal(1))
    assert purchases.receive_rest(session, purchase, on=TODAY) == 1
    assert (item.cases_received, item.units_received, purchase.state) == (2, 2, "received")
    assert purchases.receive_rest(session, purchase, on=TODAY) == 0


def test_credits_are_asked_for_once_by_kind(session, purchase, item):
    purchases.receive(session, item, cases_damaged=Decimal(1), units_missing=Decimal(2))
    made = purchases.credit(session, purchase)
    assert {(one.kind, one.total) for one in made} == {("damaged", 24), ("missing", 4)}
    assert purchases.credit(session, purchase) == []
    assert purchases.totals(session, purchase).credits == 28


def test_a_credit_that_was_sent_is_left_alone(session, purchase, item):
    purchases.receive(session, item, cases_damaged=Decimal(1))
    (one,) = purchases.credit(session, purchase)
    purchases.step_credit(session, one, "submitted")
    session.expire(item)
    purchases.receive(session, item, cases_damaged=Decimal(1))
    assert purchases.credit(session, purchase) == []
    assert one.cases == 1
    with pytest.raises(purchases.CannotStep):
        purchases.step_credit(session, one, "new")


def test_a_purchase_with_credits_says_so_when_it_is_to_be_deleted(session, purchase, item):
    purchases.receive(session, item, cases_damaged=Decimal(1))
    purchases.credit(session, purchase)
    with pytest.raises(dependents.InUse, match="1 × purchase credit"):
        dependents.delete(session, item)


@pytest.mark.parametrize(
    ("model", "values", "constraint"),
    [
        (PurchaseItem, {"cases_ordered": -1}, "cases_ordered_not_negative"),
        (PurchaseItem, {"case_size": 0}, "case_size_positive"),
        (Purchase, {"state": "lost"}, "state_known"),
        (
            Purchase,
            {"ordered_on": TODAY, "received_on": date(2026, 1, 1)},
            "received_after_start",
        ),
    ],
)
def test_what_cannot_be_is_refused(session, model, values, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        sample(session, model, **values)
