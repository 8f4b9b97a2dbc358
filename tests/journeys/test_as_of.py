"""A grid as it was at the end of a day, chosen in the browser, and back to now."""

import pytest

pytestmark = pytest.mark.journey

DAY = "2020-03-01"
BEFORE = "UPDATE transaction SET issued_at = '2020-03-01 12:00Z'"
RENAMED = "UPDATE product SET description = 'Yogurt, Greek' WHERE number = '1'"


@pytest.fixture
def renamed_shop(shop):
    """The shop was filled on a day in 2020; today the yogurt has another name."""
    from sqlalchemy import text

    with shop.unit_of_work() as session:
        session.execute(text(BEFORE))
    with shop.unit_of_work() as session:
        session.execute(text(RENAMED))


def test_a_grid_is_shown_as_it_was_on_a_day(page, sign_in, renamed_shop):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    assert page.locator("tbody td.title").all_inner_texts() == ["Yogurt, Greek"]
    choose_day(page, DAY)
    assert page.locator("tbody td.title").all_inner_texts() == ["Yogurt, plain"]
    page.locator("tbody td.title a").click()
    page.wait_for_url(f"**as_of={DAY}")
    assert "Yogurt, plain" in page.locator("main").inner_text()


def test_there_is_a_way_back_to_now(page, sign_in, renamed_shop):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    choose_day(page, DAY)
    page.locator(".notice").get_by_role("link", name="Back to now").click()
    page.wait_for_selector("tbody td.title:has-text('Yogurt, Greek')")


def test_on_a_day_before_the_shop_there_is_nothing(page, sign_in, renamed_shop):
    sign_in(page)
    page.goto("/products/?description=yogurt&as_of=2020-02-29")
    assert page.locator("tbody td.title").count() == 0


def choose_day(page, day):
    page.locator("summary", has_text="As of").click()
    page.locator(".as-of-menu input[type=date]").fill(day)
    page.locator(".as-of-menu").get_by_role("button", name="Show").click()
    page.wait_for_url(f"**as_of={day}**")
