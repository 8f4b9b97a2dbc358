"""The pages of temperatures, purchases and orders: usable by all, on a desk and on a phone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import sin
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from app.testing.browser import DESK, PHONE
from tests.journeys.test_screens import RULES

pytestmark = pytest.mark.journey


@pytest.fixture
def busy_shop(shop):
    """A dairy cooler that is too warm, a freezer without news, a purchase, and an order."""
    from app.models.orders import CustomerOrder
    from app.models.products import Product
    from app.models.stores import Store
    from app.models.tempmon import Appliance, Client, Probe
    from app.models.users import User
    from app.models.vendors import Vendor
    from app.services import help_texts, orders, purchases, temperatures
    from app.services.temperatures import Taken

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with shop.unit_of_work() as session:
        long_ago = now - timedelta(days=2)
        pi = Client(key="pi", hostname="pi-backroom", enabled_since=long_ago, location="Back room")
        dairy = Appliance(name="Dairy cooler", location="Aisle 4")
        probe = Probe(key="dairy", description="Top shelf", client=pi, appliance=dairy,
                      enabled_since=long_ago, good_min=Decimal(0), good_max=Decimal(5),
                      critical_max=Decimal(9), high_delay=5)  # fmt: skip
        session.add_all([probe, Appliance(name="Ice cream", kind="freezer")])
        session.flush()
        readings = [
            Taken("dairy", now - timedelta(minutes=at), Decimal(str(round(3 + sin(at / 30), 2))))
            for at in range(20, 1200)
        ] + [Taken("dairy", now - timedelta(minutes=at), Decimal(7)) for at in range(20)]
        temperatures.record(session, readings, at=now)
        yogurt = session.scalars(select(Product).where(Product.number == "1")).one()
        store = Store(number=1, name="Main Street")
        session.add(store)
        vendor = session.scalars(select(Vendor)).one()
        purchase = purchases.create(session, vendor=vendor, store=store, po_number="P-77")
        item = purchases.add_item(session, purchase, yogurt, cases=Decimal(4))
        purchases.step(session, purchase, "ordered", on=now.date())
        purchases.receive(session, item, cases_received=Decimal(3), cases_damaged=Decimal(1))
        ann = session.scalars(select(User)).first()
        order = CustomerOrder(contact_name="Bob May", phone="515 555 0134", created_by=ann)
        session.add(order)
        ordered = orders.add_item(session, order, yogurt, by=ann, at=now)
        orders.step(session, ordered, "ready", by=ann, at=now, note_="He will pick it up.")
        help_texts.write(session, "purchases", text="Ask **Ann** first.")
        return {
            "overview": "/appliances/overview", "probe": f"/probes/{probe.uuid}",
            "readings": f"/readings/?probe={probe.uuid}", "appliance": f"/appliances/{dairy.uuid}",
            "purchase": f"/purchases/{purchase.uuid}", "item": f"/order-items/{ordered.uuid}",
            "order": f"/customer-orders/{order.uuid}", "purchases": "/purchases/",
            "edit": f"/purchase-items/{item.uuid}/edit", "probe-edit": f"/probes/{probe.uuid}/edit",
        }  # fmt: skip


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_are_accessible_and_fit(new_page, sign_in, shop, busy_shop, size, pytestconfig):
    page = sign_in(new_page(size, "light", base_url=shop.url))
    for name, path in busy_shop.items():
        assert page.goto(path).status == 200, path
        found = Axe().run(page, options=RULES).response["violations"]
        assert [(f["id"], f["nodes"][0]["html"]) for f in found] == [], path
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], f"{path} is {width} pixels wide"
        if Path("/tmp/ops_shots").is_dir():
            page.screenshot(path=f"/tmp/ops_shots/{name}-{size[0]}.png", full_page=True)


def test_a_credit_is_asked_for_and_help_is_read(new_page, sign_in, shop, busy_shop):
    page = sign_in(new_page(base_url=shop.url))
    page.goto(busy_shop["purchase"])
    page.locator(".help-text summary").first.click()
    assert page.get_by_text("Ask Ann first.").is_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask for credits").click()
    page.get_by_text("One credit is asked for.").wait_for()
    page.get_by_text("owed by the vendor").wait_for()
