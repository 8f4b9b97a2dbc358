"""Whoever writes, and by whatever way, the history in the browser says so."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.journey

CSV = """number,description,size,department_number,department
1,"Yogurt, plain",7 oz,4,Dairy
"""


def test_psql_an_import_and_a_person_are_told_apart(page, sign_in, shop, tmp_path):
    call(shop, "db", "psql", "-c", "UPDATE product SET size = '5 oz' WHERE number = '1'")
    file = tmp_path / "products.csv"
    file.write_text(CSV)
    call(shop, "import", "products-csv", str(file))
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Size", exact=True).fill("9 oz")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/products/*")

    by_ann, by_import, by_psql = page.locator(".timeline li").all()[:3]
    assert "Ann Lee" in by_ann.inner_text()
    assert "in the web app" in by_ann.inner_text()
    assert "directly in the database" in by_psql.inner_text()
    assert "postgres (psql)" in by_psql.inner_text()
    assert by_psql.locator("del").inner_text() == "6 oz"
    assert "by an import" in by_import.inner_text()
    by_import.get_by_role("link", name="run").click()
    page.wait_for_url("**/runs/*")
    assert "Succeeded" in page.locator(".page-head").inner_text()


def test_a_deleted_product_comes_back_with_its_parts(page, sign_in):
    sign_in(page)
    page.goto("/products/?description=yogurt")
    page.locator("td.title a").click()
    page.goto(page.url + "/delete")
    assert "deleted along" in page.locator(".lines").inner_text()
    page.get_by_role("button", name="Delete").click()
    page.wait_for_url("**/products/")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/products/*")
    assert "2.29" in page.locator(".numbers .big").first.inner_text()
    assert "4 00000 00001" in page.locator(".facts").inner_text()


def call(shop, *arguments):
    given = {
        f"STOREKEEPER__{key.upper().replace('.', '__')}": text for key, text in shop.config.items()
    }
    done = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        env={**os.environ, "STOREKEEPER_CONFIG": os.devnull, **given},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
