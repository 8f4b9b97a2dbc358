"""A purchase in the browser: credits are asked for, and the help of the shop is read."""

import pytest

pytestmark = pytest.mark.journey


def test_a_credit_is_asked_for_and_help_is_read(new_page, sign_in, shop, busy_shop):
    page = sign_in(new_page(base_url=shop.url))
    page.goto(busy_shop["purchase"])
    page.locator(".help-text summary").first.click()
    assert page.get_by_text("Ask Ann first.").is_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask for credits").click()
    page.get_by_text("One credit is asked for.").wait_for()
    page.get_by_text("owed by the vendor").wait_for()
