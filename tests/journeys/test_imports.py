"""A vendor's file with columns of its own is mapped, put right, brought in, and taken back."""

import re

import pytest
from sqlalchemy import func, select

from app.models.products import Product
from app.models.runs import Run

pytestmark = pytest.mark.journey

FILE = (
    "Artikel;Bezeichnung;Abteilung;Preis;Lager\n"
    "900;Oat milk;4;2,49;A1\n"
    "901;Rye bread;4;3,9x;A2\n"
    "902;Honey;vier;5,20;A3\n"
    "903;Jam;4;4,10;B1\n"
)
MAPPED = {"Artikel": "number", "Bezeichnung": "description", "Abteilung": "department_number",
          "Preis": "regular_price"}  # fmt: skip


def wait_for(page, words="succeeded"):
    page.locator(".page-head .badge", has_text=words).wait_for(timeout=60_000)


def many(shop):
    with shop.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Product))


def test_renamed_and_broken_columns_are_mapped_corrected_applied_and_undone(
    page, sign_in, shop, worker, tmp_path
):
    path = tmp_path / "vendor.csv"
    path.write_text(FILE)
    before = many(shop)
    sign_in(page)
    page.goto("/imports/products-csv")
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**/columns/**")
    page.get_by_role("button", name="Begin").click()
    assert "Number is needed" in page.get_by_role("alert").inner_text()
    for name, field in MAPPED.items():
        page.get_by_label(name, exact=True).select_option(field)
    page.get_by_role("button", name="Begin").click()
    wait_for(page)
    assert many(shop) == before

    page.get_by_role("button", name="Now write it").click()
    wait_for(page)
    page.get_by_role("link", name=re.compile(r"Change set \d")).wait_for()
    assert many(shop) == before + 2
    with page.expect_download() as download:
        page.get_by_role("link", name="Rejected rows").click()
    rejected = tmp_path / "rejected.csv"
    download.value.save_as(rejected)
    text = rejected.read_text()
    assert text.splitlines()[0] == "line;reason;Artikel;Bezeichnung;Abteilung;Preis;Lager"
    assert sorted(line.partition(";")[0] for line in text.splitlines()[1:]) == ["3", "4"]

    rejected.write_text(text.replace("3,9x;", "3,95;").replace(";vier;", ";4;"))
    page.get_by_label("Corrected rows").set_input_files(rejected)
    page.get_by_role("button", name="Send again").click()
    wait_for(page)
    page.get_by_role("link", name=re.compile(r"Change set \d")).wait_for()
    assert many(shop) == before + 4

    with shop.unit_of_work() as session:
        done = select(Run.change_set_id).where(Run.change_set_id.is_not(None))
        numbers = session.scalars(done.order_by(Run.asked_at.desc())).all()
    for number in numbers:
        page.goto(f"/change-sets/{number}")
        page.get_by_role("link", name="Undo …").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Show what the undo did").wait_for()
    assert many(shop) == before
