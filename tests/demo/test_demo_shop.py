"""What is made up for the demo shop: people, orders and temperatures, the same in each shop."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.models.customers import Customer
from app.models.departments import Department
from app.models.employees import Employee, ScheduledShift, WorkedShift
from app.models.members import Member
from app.models.orders import CustomerOrder, OrderItem
from app.models.people import Person
from app.models.product_costs import ProductCost
from app.models.products import Product, ProductPrice
from app.models.purchases import Purchase, PurchaseCredit
from app.models.readings import Reading
from app.models.stores import Store
from app.models.tempmon import Probe, ProbeState
from app.models.vendors import Vendor
from app.services import members
from demo import fridges, people, trade

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def shop(session):
    """A few goods of the demo in the place of all 92,331."""
    session.add_all(Store(number=n, name=f"Store {n}") for n in (292, 367, 406))
    names = {department for _name, department, _store, _days in people.STAFF}
    session.add_all(Department(number=n, name=name) for n, name in enumerate(sorted(names), 1))
    for number in range(1, 7):
        vendor = Vendor(number=str(number), name=f"Manufacturer {number}")
        for place in range(3):
            product = Product(number=f"{number}{place}", description=f"Good {place}", size="8 oz")
            product.prices = [ProductPrice(kind="regular", price=Decimal(2))]
            session.add_all((
                vendor, product,
                ProductCost(product=product, vendor=vendor, case_cost=Decimal(12),
                            case_size=Decimal(12), is_preferred=True),
            ))  # fmt: skip
    session.flush()
    return session


def test_each_household_of_the_receipts_is_a_customer_whom_nobody_takes_for_real(shop):
    people.fill(shop, TODAY)
    numbers = set(shop.scalars(select(Customer.number)))
    assert numbers == {str(number) for number in people.households()}
    assert len(numbers) == 248
    for person in shop.scalars(select(Person)):
        assert all(email.address.endswith("@example.com") for email in person.emails)
        assert all(phone.number.startswith("+12015550") for phone in person.phones)
        assert person.first_name in people.FIRST or person.employees
    paid = {members.equity(shop, one).paid for one in shop.scalars(select(Member).limit(9))}
    assert paid == {Decimal(50), Decimal(75), Decimal(100)}
    assert count(shop, Employee) == len(people.STAFF)
    assert count(shop, WorkedShift) == count(shop, ScheduledShift) == 27


def test_purchases_and_orders_are_in_every_state_and_made_once(shop):
    people.fill(shop, TODAY)
    trade.fill(shop, TODAY)
    assert set(shop.scalars(select(Purchase.state))) == {s for s, _days in trade.PURCHASES}
    assert count(shop, PurchaseCredit) == 3
    states = set(shop.scalars(select(OrderItem.state)))
    assert states == {"new", "ready", "placed", "received", "contacted"}
    wishes = select(OrderItem).where(OrderItem.product_uuid.is_(None))
    assert len(shop.scalars(wishes).all()) == len(trade.WISHES)
    kinds = (Customer, Employee, Purchase, CustomerOrder)
    before = [count(shop, kind) for kind in kinds]
    people.fill(shop, TODAY)
    trade.fill(shop, TODAY)
    assert [count(shop, kind) for kind in kinds] == before


def test_appliances_have_two_days_of_temperatures(session):
    for _ in range(2):
        fridges.fill(session, NOW, "America/New_York")
        assert count(session, Reading) == len(fridges.APPLIANCES) * 576
    assert set(session.scalars(select(Probe.state))) == {"good"}
    warm = select(ProbeState.state).join(Probe).where(Probe.description == fridges.WARM[0])
    assert "high" in set(session.scalars(warm))
