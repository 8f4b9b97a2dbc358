"""A wrong import is undone, and what was before is seen as of its day."""

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.journey


def test_a_wrong_import_is_previewed_undone_and_told(page, sign_in, shop):
    with shop.unit_of_work() as session:
        session.execute(text("UPDATE product SET size = '99 oz'"))
    with shop.unit_of_work() as session:
        session.execute(text("UPDATE product SET size = '5 oz' WHERE number = '5001'"))
    sign_in(page)
    page.get_by_role("link", name="Change sets").first.click()
    page.get_by_role("link", name="Changed 61 products", exact=True).click()
    page.get_by_role("link", name="Undo …").click()
    assert "60 put back" in page.locator("main").inner_text()
    assert "Granola 01" in page.get_by_role("region", name="Examples").inner_text()
    page.get_by_role("button", name="Undo 60 rows").click()
    page.get_by_role("link", name="Show what the undo did").click()
    assert "Undo of change set" in page.locator(".facts").inner_text()

    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    assert "6 oz" in page.locator(".facts").inner_text()
    page.get_by_role("link", name="Size: earlier values").click()
    told = page.get_by_role("region", name="Earlier values").inner_text()
    assert told.count("6 oz") == 2
    assert "99 oz" in told


def test_two_entries_are_ticked_and_compared(page, sign_in, shop):
    with shop.unit_of_work() as session:
        session.execute(text("UPDATE product SET size = '7 oz' WHERE number = '1'"))
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    page.get_by_role("link", name="All of it").click()
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    page.get_by_role("button", name="Compare the two ticked").click()
    page.locator(".diff tr.changed").first.wait_for()
    assert page.locator(".diff tr.changed td").all_inner_texts()[:2] == ["6 oz", "7 oz"]


def test_a_record_is_seen_as_of_a_day(page, sign_in, shop):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    page.goto(page.url + "/as-of")
    page.get_by_label("As of", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    assert "It was not there" in page.locator("main").inner_text()
