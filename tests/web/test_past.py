"""Pages of the past: as of a day, the values of a field, two states side by side."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import select, text

from app.db import unit_of_work
from app.models.departments import Department
from app.models.products import Product, ProductPrice
from app.services import history


@pytest.fixture
def milk(session):
    with unit_of_work(by="ann") as work:
        product = Product(number="1", description="Milk", size="1 gal",
                          department=Department(number=1, name="Dairy"))  # fmt: skip
        product.prices = [ProductPrice(price=2)]
        work.add(product)
    work.execute(text("UPDATE transaction SET issued_at = '2026-11-01 12:00Z'"))
    work.commit()
    with unit_of_work(by="bob") as work:
        work.execute(text("UPDATE product SET size = '2 gal'; UPDATE product_price SET price = 3"))
    return session.scalars(select(Product)).one()


def test_a_record_is_shown_as_of_a_day(signed_in, milk):
    page = signed_in("*").get(f"/products/{milk.uuid}/as-of?as_of=2026-11-01").text
    assert "1 gal" in page
    assert "2 gal" not in page
    assert "Dairy" in page
    assert "2.00" in page


def test_before_it_was_there_the_page_says_so(signed_in, milk):
    page = signed_in("*").get(f"/products/{milk.uuid}/as-of?as_of=2026-10-31").text
    assert "It was not there" in page


@pytest.mark.parametrize(
    "asked", ["", "x", "2026-13-01", "0001-01-01", "9999-12-31", "2026-11-01T12:00"]
)
def test_any_moment_is_answered(signed_in, milk, asked):
    page = signed_in("*").get(f"/products/{milk.uuid}/as-of", query_string={"as_of": asked})
    assert page.status_code == 200


def test_a_deleted_record_is_shown_as_of_a_day(signed_in, session, milk):
    uuid = milk.uuid
    with unit_of_work() as work:
        work.execute(text("DELETE FROM product"))
    session.expunge_all()
    assert "1 gal" in signed_in("*").get(f"/products/{uuid}/as-of?as_of=2026-11-01").text


def test_each_value_of_a_field_has_its_days(signed_in, milk):
    client = signed_in("*")
    page = client.get(f"/products/{milk.uuid}").text
    assert f'href="/products/{milk.uuid}/timeline/size"' in page
    told = client.get(f"/products/{milk.uuid}/timeline/size").text
    assert told.index("2 gal") < told.index("1 gal")
    assert "Dairy" in client.get(f"/products/{milk.uuid}/timeline/department").text
    assert client.get(f"/products/{milk.uuid}/timeline/nothing").status_code == 404


def test_many_values_of_a_field_have_pages(signed_in, session, milk):
    for number in range(60):
        with unit_of_work(by="bob") as work:
            work.execute(text("UPDATE product SET size = :size"), {"size": f"{number} cups"})
    client = signed_in("*")
    url = f"/products/{milk.uuid}/timeline/size"
    first = client.get(url).text
    (older,) = html.fromstring(first).cssselect('.pager a[rel="next"]')
    second = client.get(older.get("href")).text
    told = [cell.text for page in (first, second)
            for cell in html.fromstring(page).cssselect("tbody td.title")]  # fmt: skip
    assert told == [f"{number} cups" for number in range(59, -1, -1)] + ["2 gal", "1 gal"]
    assert 'rel="next"' not in second


def test_the_price_has_its_history(signed_in, milk):
    client = signed_in("*")
    url = f"/product-prices/{milk.prices[0].uuid}/timeline/price"
    assert url in client.get(f"/products/{milk.uuid}").text
    assert "2.00" in client.get(url).text


def test_two_states_are_compared(signed_in, session, milk):
    numbers = [entry.change_set.id for entry in history.of(session, Product, milk.uuid)]
    client = signed_in("*")
    asked = "&".join(f"version={number}" for number in numbers)
    page = client.get(f"/products/{milk.uuid}/diff?{asked}").text
    assert page.index("1 gal") < page.index("2 gal")
    for tail in ("", f"?version={numbers[0]}", "?version=x&version=y"):
        assert "exactly two" in client.get(f"/products/{milk.uuid}/diff{tail}").text
    assert client.get(f"/products/{milk.uuid}/diff?version=1&version=2").status_code == 404


def test_the_past_is_for_those_who_may_see_the_record(signed_in, milk):
    client = signed_in("brands.view")
    for page in ("as-of", "timeline/size", "diff"):
        assert client.get(f"/products/{milk.uuid}/{page}").status_code == 403


def test_a_grid_is_shown_as_of_a_day(session, signed_in):
    client = signed_in("*")
    with unit_of_work(by="ann") as work:
        work.add(Product(number="1", description="Milk"))
    yesterday, tomorrow = ((datetime.now(UTC) + timedelta(days=n)).date() for n in (-2, 2))
    assert "Milk" not in client.get(f"/products/?as_of={yesterday}").text
    page = client.get(f"/products/?as_of={tomorrow}&description=mi").text
    assert "Milk" in page
    assert f"as-of?as_of={tomorrow}" in page
    assert "Back to now" in page
    assert "Milk" in client.get("/products/?as_of=nonsense").text
    for address in (
        "runs/?as_of=2026-11-01",
        "products/?as_of=9999-99-99",
        "products/?as_of=0001-01-01",
    ):
        assert client.get(f"/{address}").status_code == 200
