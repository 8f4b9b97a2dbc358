"""The people and the shop that the journeys share."""

from datetime import date
from decimal import Decimal

import pytest

PASSWORD = "correct horse battery staple"


@pytest.fixture
def shop(live_server):
    """A small shop with one administrator, Ann, and a yogurt for 2.29."""
    from app.barcodes import with_check_digit
    from app.models.brands import Brand
    from app.models.departments import Department
    from app.models.products import Product, ProductCode, ProductCost, ProductPrice
    from app.models.vendors import Vendor
    from app.services import users

    with live_server.unit_of_work() as session:
        ann = users.create(session, "ann", by=None, password=PASSWORD, name="Ann Lee")
        users.make_administrator(session, ann, by=None)
        dairy, brand = Department(number=4, name="Dairy"), Brand(name="Green Valley")
        vendor = Vendor(number="12", name="Valley Foods")
        session.add_all([dairy, brand, vendor])
        for place in range(60):
            session.add(Product(number=str(5000 + place), description=f"Granola {place:02}",
                                department=dairy))  # fmt: skip
        yogurt = Product(
            number="1", description="Yogurt, plain", size="6 oz", department=dairy, brand=brand
        )
        yogurt.codes = [
            ProductCode(gtin="00" + with_check_digit("40000000001"), kind="upc_a", is_primary=True)
        ]
        yogurt.prices = [ProductPrice(kind="regular", price=Decimal("2.29"))]
        yogurt.costs = [
            ProductCost(
                vendor=vendor, case_cost=Decimal(18), case_size=Decimal(12), is_preferred=True
            )
        ]
        session.add_all([yogurt, ProductPrice(product=yogurt, kind="sale", price=Decimal("1.99"),
                         starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 7))])  # fmt: skip
    return live_server


@pytest.fixture
def busy_shop(shop):
    """The shop, busy; the addresses of its pages by name."""
    from tests.journeys import busy

    with shop.unit_of_work() as session:
        return busy.fill(session)


@pytest.fixture
def as_ann(shop):
    """Fill in the login that a page shows, as Ann."""

    def enter(page):
        page.get_by_label("Username").fill("ann")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()

    return enter


@pytest.fixture
def sign_in(as_ann):
    """Sign a page in as Ann."""

    def signed_in(page):
        page.goto("/login")
        as_ann(page)
        page.wait_for_url("**/")
        return page

    return signed_in
