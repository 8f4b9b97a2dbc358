"""Every kind of page: no violation of WCAG 2.2 AA, nothing cut off on a phone, all by keyboard."""

from urllib.parse import unquote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from app.testing.browser import DESK, PHONE

pytestmark = pytest.mark.journey

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Only what is wrong is worked out in full, and style sheets are not fetched a second time.
RULES = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "preload": False,
}
AXE = Axe().axe_script
VIOLATIONS = """([leave_out, rules]) => axe.run({exclude: leave_out}, rules).then(
    found => found.violations.map(one => [one.id, one.nodes[0].html]))"""
# What is the same on every page is looked at on the first.
SHELL = ["nav.side", "nav.bottom", "#more", "#confirm", "#help"]
PAGES = (
    "/",
    "/products/",
    "/products/?description=yogurt&add=price&size=x",
    "/products/?description=nothing-like-this",
    "/search?q=dairy",
    "/scan",
    "/vendors/",
    "/stock/",
    "/stock-movements/new",
    "/product-images/new",
    "/pending-products/new",
    "/people/new",
    "/users/",
    "/roles/new",
    "/imports/",
    "/runs/",
    "/account",
)


# Colours do not depend on the size: each size is looked at in one theme, both are looked at.
@pytest.mark.parametrize(("size", "theme"), [(DESK, "light"), (PHONE, "dark")],
                         ids=["desk", "phone"])  # fmt: skip
def test_pages_are_accessible_and_fit(new_page, sign_in, shop, busy_shop, size, theme):
    page = sign_in(new_page(size, theme, base_url=shop.url, reduced_motion="reduce"))
    page.goto("/products/?description=yogurt")
    record = page.locator("td.title a").get_attribute("href")
    of_record = (record, f"{record}/edit", f"{record}/history", f"{record}/delete")
    shell_is_seen = False
    for path in (*PAGES, *of_record, *busy_shop.values()):
        assert page.goto(path).status == 200, path
        page.locator(f"html[data-bs-theme={theme}]").wait_for(state="attached")
        page.evaluate(AXE)
        leave_out = [[part] for part in SHELL if shell_is_seen]
        assert page.evaluate(VIOLATIONS, [leave_out, RULES]) == [], (path, theme)
        shell_is_seen = True
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size[0], f"{path} is {width} pixels wide"


def test_the_grid_works_by_keyboard_and_the_back_button_is_exact(page, sign_in):
    sign_in(page)
    page.goto("/products/")
    page.get_by_role("link", name="Next").click()
    page.wait_for_url("**after=*")
    second = page.locator("td.title").first.inner_text()
    page.get_by_role("searchbox", name="Description").fill("Granola 5")
    page.wait_for_url("**description=Granola*")
    expect(page.locator("td.title")).to_have_count(10)
    page.go_back()
    expect(page.locator("td.title")).to_have_count(11)
    expect(page.locator("td.title").first).to_have_text(second)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products/*-*")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").is_visible()


def test_without_javascript_one_can_still_find_and_edit(browser, shop, sign_in):
    context = browser.new_context(java_script_enabled=False, base_url=shop.url)
    try:
        page = sign_in(context.new_page())
        page.goto("/products/?description=yogurt")
        page.locator("td.title a").click()
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Size", exact=True).fill("4 oz")
        page.get_by_role("button", name="Save").click()
        assert "4 oz" in page.locator(".facts").inner_text()
    finally:
        context.close()


def test_what_was_typed_outlives_a_login_that_ends(page, sign_in, as_ann):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").first.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("textbox", name="Description", exact=True).fill("Yogurt, with honey")
    page.get_by_label("Discountable").uncheck()
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/login?**")
    as_ann(page)
    page.wait_for_url("**/edit")
    description = page.get_by_role("textbox", name="Description", exact=True)
    assert description.input_value() == "Yogurt, with honey"
    assert not page.get_by_label("Discountable").is_checked()
    assert page.get_by_text("What you typed is back").is_visible()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="Yogurt, with honey").wait_for()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.wait_for_url("**/edit")
    assert not page.get_by_text("What you typed is back").is_visible()


def test_typing_on_leaves_one_step_for_the_back_button(page, sign_in):
    sign_in(page)
    page.goto("/vendors/")
    page.goto("/products/")
    for text in ("Gran", "Granola", "Granola 5"):
        page.get_by_role("searchbox", name="Description").fill(text)
        page.wait_for_url(lambda url, text=text: unquote_plus(url).endswith(f"={text}"))
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_url("**/products/")
    page.locator("td.title").nth(20).wait_for()
    page.evaluate("setTimeout(() => history.back())")
    page.wait_for_url("**/vendors/")
