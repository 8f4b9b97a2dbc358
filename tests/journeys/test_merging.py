"""Somebody is there twice: the two are ticked, looked at, merged, and parted again."""

import pytest
from sqlalchemy import select

from app.models.customers import Customer
from app.models.people import Person, PhoneNumber

pytestmark = pytest.mark.journey


@pytest.fixture
def twice(shop):
    """Maud Finch, and Maude Finch with her phone and her account."""
    with shop.unit_of_work() as session:
        maud = Person(first_name="Maud", last_name="Finch")
        maude = Person(first_name="Maude", last_name="Finch", middle_name="Ida")
        session.add_all([maud, maude])
        session.flush()
        session.add(PhoneNumber(person=maude, number="515 555 0188"))
        session.add(Customer(number="100", name="Finch", account_holder=maude))


def test_two_are_ticked_previewed_merged_and_parted_again(page, sign_in, shop, twice):
    sign_in(page)
    page.goto("/people/?name=finch")
    for name in ("Maud Finch", "Maude Finch"):
        page.get_by_role("checkbox", name=f"Select {name}", exact=True).check()
    page.get_by_role("button", name="Merge two …").click()

    assert page.get_by_role("heading", level=1).inner_text() == (
        "Merge “Maude Finch” into “Maud Finch”?"
    )
    said = page.locator("main").inner_text()
    for words in ("Ida", "filled in", "Phone numbers", "Customers", "stays", "goes"):
        assert words in said
    page.get_by_role("button", name="Merge", exact=True).click()

    page.wait_for_url("**/people/*")
    assert "is merged into this one" in page.locator("#flashes").inner_text()
    assert "(515) 555-0188" in page.locator("main").inner_text()
    with shop.unit_of_work() as session:
        holder = session.scalar(select(Customer)).account_holder
        assert (str(holder), holder.middle_name) == ("Maud Finch", "Ida")

    page.locator("#flashes").get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="Undo change set").wait_for()
    with shop.unit_of_work() as session:
        assert str(session.scalar(select(Customer)).account_holder) == "Maude Finch"
        assert session.scalar(select(Person).where(Person.name == "Maud Finch")).phones == []


def test_a_record_is_merged_from_its_own_page(page, sign_in, twice):
    sign_in(page)
    page.goto("/people/?name=maude")
    page.locator("td.title a").click()
    gone = page.url
    page.get_by_label("More", exact=True).click()
    page.get_by_role("link", name="Merge into …").click()
    page.get_by_label("Person").select_option("Maud Finch")
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    page.wait_for_url("**/people/*")
    page.goto(gone)
    assert page.url != gone
    assert page.get_by_role("heading", level=1).inner_text() == "Maud Finch"
