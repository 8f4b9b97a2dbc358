"""A buyer brings a file in, watches it, thinks again, and lets it run once more."""

import re

import pytest

from app.testing.browser import PHONE

pytestmark = pytest.mark.journey

MANY = 60_000


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "spring.csv"
    rows = (f"A{n},Granola bar {n},4,2.{n % 90 + 10}" for n in range(MANY))
    path.write_text("number,description,department_number,regular_price\n" + "\n".join(rows) + "\n")
    return path


def choose(page, path):
    page.goto("/imports/")
    page.get_by_role("link", name="Products from a CSV file").first.click()
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Next").click()


def begin(page, path, *, only_try):
    choose(page, path)
    page.wait_for_url("**/columns/**")
    page.get_by_label("Only try it").set_checked(only_try)
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/runs/*")


def wait_for_state(page, words):
    page.locator(".page-head .badge", has_text=words).wait_for(timeout=60_000)


def test_an_import_is_begun_watched_cancelled_and_repeated(new_page, shop, as_ann, worker, file):
    page = new_page(PHONE, base_url=shop.url)
    page.goto("/login")
    as_ann(page)
    page.wait_for_url("**/")

    begin(page, file, only_try=False)
    page.get_by_role("status").filter(
        has_text=re.compile("Reading|Comparing|Writing|Checking")
    ).first.wait_for()
    page.get_by_role("button", name="Cancel").click()
    wait_for_state(page, "cancelled")

    page.get_by_role("button", name="Run again").click()
    wait_for_state(page, "succeeded")
    assert "60,000" in page.locator("table").first.inner_text()
    assert page.get_by_role("link", name="spring.csv").is_visible()


def test_trying_writes_nothing_and_a_wrong_file_is_one_sentence(
    page, sign_in, shop, worker, file, tmp_path
):
    sign_in(page)
    begin(page, file, only_try=True)
    wait_for_state(page, "succeeded")
    assert "nothing was" in page.locator(".notice").first.inner_text()
    page.get_by_role("button", name="Now write it").click()
    wait_for_state(page, "succeeded")
    assert page.get_by_role("link", name=re.compile(r"Change set \d")).is_visible()

    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(b"%PDF-1.7 no table at all")
    choose(page, wrong)
    told = page.get_by_role("alert").inner_text()
    assert "The file wrong.csv is no CSV: it looks like a PDF." in told

    page.goto("/imports/products-csv")
    page.get_by_role("button", name="Next").click()
    assert "Choose a file." in page.get_by_role("alert").inner_text()
