"""A file that would delete far too much: it waits, somebody looks, and approves it."""

import pytest
from sqlalchemy import func, select

from app.models.products import Product

pytestmark = pytest.mark.journey


def many(shop):
    with shop.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Product))


def wait_for(page, words="succeeded"):
    page.locator(".page-head .badge", has_text=words).wait_for(timeout=60_000)


def test_a_withheld_deletion_is_approved(page, sign_in, shop, worker, tmp_path):
    path = tmp_path / "half.csv"
    kept = "".join(f"{5000 + n},Granola {n:02}\n" for n in range(10))
    path.write_text(f'number,description\n1,"Yogurt, plain"\n{kept}')
    before = many(shop)
    sign_in(page)
    page.goto("/imports/products-csv")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/columns/**")
    page.get_by_text("More options").click()
    page.get_by_label("May it delete?").select_option("yes")
    page.get_by_label("Only try it").set_checked(False)
    page.get_by_role("button", name="Begin").click()
    wait_for(page)
    page.get_by_text("It would delete 50 of 61").wait_for()
    assert many(shop) == before

    page.get_by_role("link", name="Product: Delete").click()
    page.get_by_role("link", name="5010").first.wait_for()
    page.go_back()
    page.get_by_role("button", name="Approve what was withheld").click()
    wait_for(page)
    page.get_by_role("link", name="Undo …").wait_for()
    assert many(shop) == before - 50

    page.goto("/incidents/")
    page.get_by_role("row", name="withheld changes").get_by_text("Closed").wait_for()
