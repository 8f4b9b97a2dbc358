"""What cannot be done is said in words, and leaves everything as it was."""

from decimal import Decimal

import pytest
from lxml import html

from app.barcodes import with_check_digit
from app.db import unit_of_work
from app.models.products import Product, ProductCode, ProductCost, ProductPrice
from app.models.users import User
from app.models.vendors import Vendor
from app.services import history
from app.testing.pages import fields_of, token_of


@pytest.fixture
def milk(session):
    with unit_of_work(by="ann", origin="web") as work:
        work.add(
            Product(number="1", description="Milk", prices=[ProductPrice(price=Decimal("2.29"))])
        )
    return session.query(Product).one()


def revert(client, path, session, model, uuid):
    newest = history.of(session, model, uuid)[0].change_set.id
    url = f"{path}/revert/{newest}"
    return client.post(url, data={"csrf_token": token_of(client.get(url).text)})


def test_a_number_that_was_given_away_cannot_be_taken_back(session, signed_in, milk):
    client = signed_in("*")
    with unit_of_work() as work:
        work.get(Product, milk.uuid).number = "2"
    with unit_of_work() as work:
        work.add(Product(number="1", description="Oat milk"))
    answer = revert(client, f"/products/{milk.uuid}", session, Product, milk.uuid)
    assert answer.status_code == 422
    assert "There is already one with this number" in answer.text


def test_one_field_is_ticked_and_taken_back_alone(session, signed_in, milk):
    client = signed_in("*")
    with unit_of_work(by="bob") as work:
        found = work.get(Product, milk.uuid)
        found.size, found.description = "1 gal", "Whole milk"
    newest = history.of(session, Product, milk.uuid)[0].change_set.id
    url = f"/products/{milk.uuid}/revert/{newest}"
    page = html.fromstring(client.get(url).text)
    keys = {box.get("value") for box in page.xpath("//input[@name='only'][@checked]")}
    assert keys == {f"product.{milk.uuid}.{name}" for name in ("size", "description")}
    data = {"csrf_token": page.xpath("//form[@id='revert']//input[@name='csrf_token']/@value")[0]}
    nothing = client.post(url, data={**data, "choose": "1"})
    assert nothing.status_code == 422
    assert "Choose at least one" in nothing.text
    only = {"choose": "1", "only": f"product.{milk.uuid}.size"}
    assert client.post(url, data={**data, **only}).status_code == 302
    session.refresh(milk)
    assert (milk.size, milk.description) == (None, "Whole milk")


def test_a_vendor_in_use_is_not_unmade(session, signed_in, milk):
    client = signed_in("*")
    with unit_of_work() as work:
        vendor = Vendor(number="7", name="Valley")
        work.add(vendor)
        work.flush()
        key = vendor.uuid
    with unit_of_work() as work:
        work.add(ProductCost(product_uuid=milk.uuid, vendor_uuid=key, case_cost=1))
    answer = revert(client, f"/vendors/{key}", session, Vendor, key)
    assert answer.status_code == 422
    assert "still in use" in answer.text


def test_a_price_that_would_overlap_stays_away(session, signed_in, milk):
    client = signed_in("*")
    price = milk.prices[0].uuid
    with unit_of_work() as work:
        work.delete(work.get(ProductPrice, price))
    with unit_of_work() as work:
        work.add(ProductPrice(product_uuid=milk.uuid, price=3))
    answer = revert(client, f"/product-prices/{price}", session, ProductPrice, price)
    assert answer.status_code == 422
    assert "overlap" in answer.text


def test_the_preview_says_what_goes_along(session, signed_in, milk):
    client = signed_in("*")
    first = history.of(session, Product, milk.uuid)[-1].change_set.id
    with unit_of_work() as work:
        code = with_check_digit("40000000001").zfill(14)
        work.add(ProductCode(product_uuid=milk.uuid, gtin=code, kind="upc_a"))
    assert "deleted along" in client.get(f"/products/{milk.uuid}/revert/{first}").text


def test_who_may_not_touch_prices_may_not_revert_them(session, signed_in, milk):
    client = signed_in("products.view", "products.edit")
    with unit_of_work(by="bob") as work:
        work.query(ProductPrice).one().price = Decimal(5)
    url = f"/products/{milk.uuid}/revert/{history.of(session, Product, milk.uuid)[0].change_set.id}"
    assert (
        client.post(url, data={"csrf_token": token_of(client.get("/account").text)}).status_code
        == 403
    )
    assert "5.00" not in client.get(f"/products/{milk.uuid}").text.split('class="timeline"')[-1]


def test_line_ends_of_a_browser_are_no_change(session, signed_in, milk):
    client = signed_in("*")
    with unit_of_work() as work:
        work.get(Product, milk.uuid).notes = "one\ntwo"
    before = history.latest(session, Product, milk.uuid)
    url = f"/products/{milk.uuid}/edit"
    sent = fields_of(client.get(url).text)
    sent["notes"] = "one\r\ntwo"
    client.post(url, data=sent)
    assert history.latest(session, Product, milk.uuid) == before


@pytest.mark.parametrize("scan", ["]C10100036000291452", "(01)00036000291452(10)A", "036000291452"])
def test_any_scan_of_a_code_leads_to_its_product(session, signed_in, milk, scan):
    client = signed_in("*")
    with unit_of_work() as work:
        work.add(ProductCode(product_uuid=milk.uuid, gtin="00036000291452", kind="upc_a"))
    answer = client.get("/search", query_string={"q": scan})
    assert answer.location.endswith(str(milk.uuid))


def test_making_another_code_primary_takes_one_step(session, signed_in, milk):
    client = signed_in("*")
    with unit_of_work() as work:
        work.add_all(
            ProductCode(product_uuid=milk.uuid, gtin=gtin, kind="upc_a", is_primary=first)
            for gtin, first in (("00036000291452", True), ("00012345678905", False))
        )
    other = session.query(ProductCode).filter_by(is_primary=False).one()
    url = f"/product-codes/{other.uuid}/edit"
    client.post(url, data={**fields_of(client.get(url).text), "is_primary": "y"})
    session.expire_all()
    assert [code.gtin for code in session.query(ProductCode).filter_by(is_primary=True)] == [
        other.gtin
    ]


def test_the_home_of_somebody_without_permissions_tells_no_numbers(session, signed_in, milk):
    page = signed_in("nothing.at_all").get("/").text
    assert 'class="tile"' not in page
    assert "Database" not in page
    assert session.query(User).count()
