"""A manager changes the schedule of a job and sees it fire, and mends what a report found."""

import re

import pytest
from playwright.sync_api import expect

from app.testing.browser import DESK, PHONE

pytestmark = pytest.mark.journey

LONG = 30_000  # ms


def save(page):
    page.get_by_role("button", name="Save").click()
    page.locator(".page-head").get_by_role("button", name="Run now").wait_for()


def test_a_schedule_is_edited_fires_is_paused_and_runs_at_once(
    new_page, sign_in, shop, worker, scheduler
):
    page = sign_in(new_page(DESK, base_url=shop.url))
    page.goto("/jobs/")
    page.get_by_role("link", name="Make the coming months of sales").click()
    page.get_by_text("It has not run yet.").wait_for()

    page.get_by_role("link", name="Edit", exact=True).click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("At 00:20")
    page.get_by_label("Cron text").press_sequentially("0 0 31 2 *")
    expect(preview).to_contain_text("There is no such day in any year")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").filter(has_text="There is no such day").first.wait_for()
    page.get_by_label("Cron text").fill("")
    page.get_by_label("Or every").press_sequentially("1 s")
    expect(preview).to_contain_text("Every 1 sec")
    expect(preview.get_by_role("listitem")).to_have_count(5)
    page.get_by_label(re.compile("^Why")).fill("To see it fire")
    save(page)

    runs = page.get_by_role("region", name="Last runs").locator("tbody tr")

    def reload_until(wanted):
        for _ in range(120):
            if wanted():
                return
            page.wait_for_timeout(250)
            page.reload()
        raise AssertionError(page.inner_text("main"))

    reload_until(lambda: runs.filter(has_text="Succeeded").count() >= 2)
    page.get_by_text(re.compile("Made: ")).first.wait_for()
    assert page.locator("svg.spark polyline").count() == 1
    assert page.get_by_text("Started").count() >= 2
    expect(page.locator("main")).to_contain_text("To see it fire")

    page.get_by_label("Why").fill("Stocktaking")
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("Paused by ann").wait_for()
    expect(page.locator(".notice.warn")).to_contain_text("Stocktaking")
    reload_until(lambda: not runs.filter(has_text=re.compile("Waiting|Running")).count())
    before = runs.first.inner_text()
    page.wait_for_timeout(1500)
    page.reload()
    assert runs.first.inner_text() == before

    page.get_by_role("button", name="Run now").click()
    page.get_by_text("It is asked for").wait_for()
    reload_until(lambda: "Succeeded" in runs.first.inner_text())
    runs.first.get_by_role("link").click()
    page.wait_for_url("**/runs/*")
    expect(page.locator(".page-head .badge")).to_have_text("Succeeded")
    page.go_back()
    page.get_by_role("button", name="Let it go on").click()
    expect(page.locator(".notice.warn")).to_have_count(0)


def test_a_finding_is_followed_mended_and_solved(new_page, sign_in, shop, worker):
    page = sign_in(new_page(PHONE, base_url=shop.url))
    with shop.unit_of_work() as session:
        _cheaper_than_it_costs(session)
    page.goto("/problems/")
    page.get_by_role("link", name="Products that cost more than they sell for").click()
    report = page.url

    def look():
        page.goto(report)
        page.get_by_role("button", name="Look now").click()
        page.wait_for_url("**/runs/*")
        page.locator(".page-head .badge", has_text="succeeded").or_(
            page.locator(".page-head .badge", has_text="Succeeded")
        ).wait_for(timeout=LONG)
        page.goto(report)

    look()
    page.locator("tbody tr").filter(has_text="1.29").wait_for()
    page.goto("/")
    page.locator("#attention").get_by_text("cost more than they sell for: 1").click()
    page.get_by_role("link", name="Go to the cause").click()
    page.wait_for_url(report)
    page.get_by_role("link", name="Yogurt, plain").click()
    page.wait_for_url("**/products/*")
    page.get_by_role("link", name="Regular", exact=True).click()
    page.get_by_label("Price *").fill("2.49")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("2.49").first.wait_for()

    look()
    page.get_by_text("Nothing found").wait_for()
    page.get_by_role("link", name="Solved").click()
    page.get_by_role("link", name="Yogurt, plain").wait_for()
    page.goto("/")
    assert page.locator("#attention").get_by_text("cost more than they sell for").count() == 0


def _cheaper_than_it_costs(session):
    from decimal import Decimal

    from sqlalchemy import select

    from app.models.products import ProductPrice

    price = session.scalars(select(ProductPrice).where(ProductPrice.kind == "regular")).one()
    price.price = Decimal("1.29")
