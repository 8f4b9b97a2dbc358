"""Costs that come into force on a day, and discounts for a span of days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import versions_of
from app.models.products import FutureCost, Product, ProductCost
from app.models.vendors import Vendor
from app.services import costs, products, undoing
from app.testing.samples import sample

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


@pytest.fixture
def milk(session):
    return sample(session, Product, description="Milk")


@pytest.fixture
def farm(session):
    return sample(session, Vendor, name="Farm")


@pytest.fixture
def cost(session, milk, farm):
    return sample(session, ProductCost, product=milk, vendor=farm, case_cost=Decimal(12),
                  case_size=Decimal(12), is_preferred=True, product_uuid=milk.uuid,
                  vendor_uuid=farm.uuid)  # fmt: skip


def future(session, product, vendor, case_cost, starts_on, **told):
    found = FutureCost(product=product, vendor=vendor, case_cost=Decimal(case_cost),
                       case_size=Decimal(12), starts_on=starts_on, **told)  # fmt: skip
    session.add(found)
    session.flush()
    return found


def test_a_cost_that_is_due_becomes_the_cost(session, milk, farm, cost):
    future(session, milk, farm, 18, TODAY)
    assert costs.apply_due(session, today=TODAY) == 1
    assert (cost.case_cost, cost.unit_cost, cost.effective_on) == (18, Decimal("1.5"), TODAY)
    assert session.query(FutureCost).count() == 0


def test_a_cost_of_tomorrow_waits(session, milk, farm, cost):
    future(session, milk, farm, 18, TOMORROW)
    assert costs.apply_due(session, today=TODAY) == 0
    assert cost.case_cost == 12
    assert session.query(FutureCost).count() == 1


def test_of_several_that_are_due_the_newest_counts(session, milk, farm, cost):
    future(session, milk, farm, 18, YESTERDAY)
    future(session, milk, farm, 24, TODAY)
    costs.apply_due(session, today=TODAY)
    assert cost.case_cost == 24
    assert session.query(FutureCost).count() == 0


def test_after_its_last_day_the_old_cost_comes_back(session, milk, farm, cost):
    future(session, milk, farm, 9, TODAY, ends_on=TODAY + timedelta(days=6))
    costs.apply_due(session, today=TODAY)
    assert cost.case_cost == 9
    costs.apply_due(session, today=TODAY + timedelta(days=7))
    assert (cost.case_cost, session.query(FutureCost).count()) == (12, 0)


def test_a_span_that_nobody_applied_in_time_is_forgotten(session, milk, farm, cost):
    future(session, milk, farm, 9, TODAY - timedelta(days=9), ends_on=YESTERDAY)
    assert costs.apply_due(session, today=TODAY) == 0
    assert (cost.case_cost, session.query(FutureCost).count()) == (12, 0)


def test_a_new_vendor_gets_a_cost_and_is_preferred_where_nobody_is(session, milk, farm):
    other = sample(session, Vendor, name="Other")
    future(session, milk, farm, 24, TODAY)
    future(session, milk, other, 18, TODAY)
    assert costs.apply_due(session, today=TODAY) == 2
    assert [(c.vendor.name, c.is_preferred) for c in milk.costs] == [
        ("Other", True), ("Farm", False),
    ]  # fmt: skip


def test_a_discount_larger_than_the_new_cost_ends(session, milk, farm, cost):
    cost.discount_amount, cost.discount_ends_on = Decimal(10), TOMORROW
    future(session, milk, farm, 6, TODAY)
    costs.apply_due(session, today=TODAY)
    assert (cost.case_cost, cost.discount_amount, cost.discount_ends_on) == (6, None, None)


def test_all_that_is_due_is_one_change_set(session, milk, farm, cost):
    other = sample(session, Product)
    future(session, milk, farm, 18, TODAY)
    future(session, other, farm, 18, TODAY)
    session.commit()
    with unit_of_work(by="ann") as work:
        costs.apply_due(work, today=TODAY)
        number = change_set_of(work)
    versions = versions_of(ProductCost)
    assert session.query(versions).filter_by(transaction_id=number).count() == 2


def test_a_discount_in_force_makes_the_unit_cheaper(session, cost):
    cost.discount_share, cost.discount_starts_on = Decimal("0.25"), TODAY
    cost.discount_ends_on = TOMORROW
    session.flush()
    assert cost.discount_cost == Decimal("0.75")
    assert [cost.unit_cost_on(day) for day in (YESTERDAY, TODAY, TOMORROW + timedelta(days=1))] == [
        1, Decimal("0.75"), 1,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "constraint"),
    [
        ({"discount_amount": 13}, "discount_within_cost"),
        ({"discount_share": Decimal("1.5")}, "discount_share_a_share"),
        ({"discount_amount": 1, "discount_share": Decimal("0.1")}, "one_discount"),
        ({"discount_ends_on": TODAY}, "discount_given"),
        (
            {"discount_amount": 1, "discount_starts_on": TODAY, "discount_ends_on": YESTERDAY},
            "discount_ends_after_start",
        ),
        ({"pack_size": 0}, "pack_size_positive"),
    ],
)
def test_the_database_refuses_a_discount_that_makes_no_sense(session, cost, told, constraint):
    for name, value in told.items():
        setattr(cost, name, value)
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


def test_only_one_vendor_is_preferred(session, milk, cost):
    other = sample(session, ProductCost, product_uuid=milk.uuid)
    products.step_back(session, other, "is_preferred")
    other.is_preferred = True
    session.flush()
    session.refresh(cost)
    assert not cost.is_preferred


def test_costs_that_came_into_force_can_be_undone(session, milk, farm, cost):
    cost.discount_amount = Decimal(10)
    future(session, milk, farm, 6, TODAY, ends_on=TOMORROW)
    session.commit()
    with unit_of_work(by="ann") as work:
        costs.apply_due(work, today=TODAY)
        number = change_set_of(work)
    with unit_of_work(by="ann") as work:
        undoing.undo(work, number, by="ann")
    session.expire_all()
    assert (cost.case_cost, cost.discount_amount, cost.effective_on) == (12, 10, None)
    assert [(one.starts_on, one.case_cost) for one in session.query(FutureCost)] == [(TODAY, 6)]
