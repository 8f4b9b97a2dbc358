"""A price is wrong on the shelf: somebody finds the product, mends the price, and thinks again."""

import pytest

pytestmark = pytest.mark.journey


def test_ann_changes_a_price_and_takes_it_back(page, sign_in):
    sign_in(page)
    page.keyboard.press("/")
    page.keyboard.type("yogurt")
    page.locator("#found a").first.click()
    page.wait_for_url("**/products/*")

    page.get_by_role("region", name="Prices").get_by_role("link", name="Regular").click()
    price = page.get_by_label("Price *")
    assert price.input_value() == "2.29"
    price.fill("2,x")
    page.get_by_role("button", name="Save").click()
    assert "Write a number, like 2.49." in page.get_by_role("alert").inner_text()
    price.fill("2.49")
    page.get_by_label("Why").fill("New shelf tag")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/products/*")

    newest = page.locator(".timeline li").first
    assert "Ann Lee" in newest.inner_text()
    assert newest.locator("del").inner_text() == "2.29"
    assert newest.locator("ins").inner_text() == "2.49"
    assert "New shelf tag" in newest.inner_text()

    newest.get_by_role("link", name="Revert …").click()
    page.get_by_role("button", name="Revert").click()
    page.wait_for_url("**/products/*")
    assert "2.29" in page.locator(".numbers .big").first.inner_text()
    assert page.locator(".timeline li").first.locator("ins").inner_text() == "2.29"


def test_undo_in_the_message_takes_the_change_back(page, sign_in):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Size", exact=True).fill("8 oz")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    assert "6 oz" in page.locator(".facts").inner_text()


def test_two_people_edit_one_product_and_the_second_is_told(new_page, sign_in, shop):
    first, second = (sign_in(new_page(base_url=shop.url)) for _ in range(2))
    for page in (first, second):
        page.goto("/products/?description=yogurt")
        page.locator("td.title a").click()
        page.get_by_role("link", name="Edit", exact=True).click()
    first.get_by_label("Size", exact=True).fill("7 oz")
    first.get_by_role("button", name="Save").click()
    first.wait_for_url("**/products/*")
    second.get_by_label("Size", exact=True).fill("9 oz")
    second.get_by_role("button", name="Save").click()
    assert "Somebody else changed this" in second.get_by_role("alert").inner_text()
    assert second.get_by_label("Size", exact=True).input_value() == "9 oz"
    second.get_by_role("button", name="Save").click()
    second.wait_for_url("**/products/*")
    assert "9 oz" in second.locator(".facts").inner_text()
