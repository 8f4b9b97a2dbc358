"""A vendor's file with columns of its own is mapped, put right, brought in, and taken back."""

import csv
import gzip
import re
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models.products import Product
from app.models.runs import Run

pytestmark = pytest.mark.journey

DEMO = Path(__file__).parents[2] / "demo" / "products.csv.gz"
MANY = 2000
MAPPED = {"Artikel": "number", "Bezeichnung": "description", "Abteilung": "department_number",
          "Abteilungsname": "department", "Preis": "regular_price"}  # fmt: skip
HEADER = ["", *MAPPED, "Lager"]
WRONG = {3: ("Preis", "3,9x"), 700: ("Abteilung", "vier"), 1999: ("Preis", "1,2,3")}


def vendors_file(path):
    """Products of the demo as a vendor would send them: other names, a column without any, prices
    with a comma, and some that are broken."""
    with gzip.open(DEMO, "rt", newline="") as demo, path.open("w", newline="") as file:
        vendors = csv.DictWriter(file, HEADER, delimiter=";", lineterminator="\n")
        vendors.writeheader()
        for place, row in enumerate(islice(csv.DictReader(demo), MANY)):
            told = {theirs: row[ours] for theirs, ours in MAPPED.items()}
            told |= {"Preis": told["Preis"].replace(".", ","), "Lager": f"A{place}"}
            vendors.writerow(told | dict([WRONG[place]] if place in WRONG else ()))


def wait_for(page, words="succeeded"):
    page.locator(".page-head .badge", has_text=words).wait_for(timeout=60_000)


def many(shop):
    with shop.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Product))


def test_renamed_and_broken_columns_are_mapped_corrected_applied_and_undone(
    page, sign_in, shop, worker, tmp_path
):
    path = tmp_path / "vendor.csv"
    vendors_file(path)
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
    assert many(shop) == before + MANY - len(WRONG)
    with page.expect_download() as download:
        page.get_by_role("link", name="Rejected rows").click()
    rejected = tmp_path / "rejected.csv"
    download.value.save_as(rejected)
    text = rejected.read_text()
    assert text.splitlines()[0] == "line;reason;" + ";".join(HEADER)
    lines = sorted(int(line.partition(";")[0]) for line in text.splitlines()[1:])
    assert lines == [place + 2 for place in WRONG]

    for wrong, right in (("3,9x;", "3,95;"), (";vier;", ";1;"), ("1,2,3;", "1,23;")):
        text = text.replace(wrong, right)
    rejected.write_text(text)
    page.get_by_label("Corrected rows").set_input_files(rejected)
    page.get_by_role("button", name="Send again").click()
    wait_for(page)
    page.get_by_role("link", name=re.compile(r"Change set \d")).wait_for()
    assert many(shop) == before + MANY

    with shop.unit_of_work() as session:
        done = select(Run.uuid).where(Run.change_set_id.is_not(None))
        runs = session.scalars(done.order_by(Run.asked_at.desc())).all()
    assert len(runs) == 2
    for run in runs:
        page.goto(f"/runs/{run}")
        page.get_by_role("link", name="Undo …").click()
        page.get_by_role("button", name="Undo").click()
        page.get_by_role("link", name="Show what the undo did").wait_for()
    assert many(shop) == before
