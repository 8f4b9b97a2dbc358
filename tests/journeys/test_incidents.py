"""Mail breaks and works again: one incident opens and closes, and each change is mailed once."""

import pytest

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.testing.browser import PHONE
from app.work import incidents
from app.work.incident_care import care

pytestmark = pytest.mark.journey


@pytest.fixture
def tend(shop, postbox):
    """Does what the scheduler does each minute, with mails to the shop by the postbox."""
    told = {**shop.config, "incidents.mail_to": "shop@example.org", **postbox.config}
    settings = Settings(Config.of(told), CORE_SETTINGS)

    def now():
        with shop.app.app_context():
            return care(settings)

    return now


def test_mail_breaks_and_is_well_again(new_page, sign_in, shop, postbox, tend):
    postbox.stop()
    with shop.unit_of_work() as session:
        incidents.report(session, "freezer.warm", title="Freezer 3 is too warm", link="/scan")
    assert tend().mails.down
    assert tend().mails.down

    page = sign_in(new_page(base_url=shop.url))
    block = page.locator("#attention")
    assert block.locator("li").count() == 2
    page.get_by_label("Needs attention: 2 new").click()
    page.locator(".bell-list").get_by_text("Mails cannot be sent by 127.0.0.1").click()
    page.wait_for_url("**/incidents/*")
    page.get_by_text("Connection refused").first.wait_for()
    page.get_by_role("heading", name="Mails cannot be sent").wait_for()
    assert page.locator(".page-head .badge").inner_text() == "Open"
    broken = page.url

    postbox.start()
    assert tend().mails.sent == 1
    page.reload()
    assert page.locator(".page-head .badge").inner_text() == "Closed"
    page.get_by_text("Recovered").wait_for()
    page.goto("/incidents/")
    page.get_by_role("link", name="Mails cannot be sent by 127.0.0.1").wait_for()
    assert page.locator("tbody tr").count() == 2

    page.get_by_role("link", name="Freezer 3 is too warm").click()
    page.get_by_label("Note", exact=True).fill("New door seal")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_text("It is done.").wait_for()
    tend()
    tend()
    assert postbox.subjects == ["[Storekeeper] Freezer 3 is too warm",
                                "[Storekeeper] Closed: Freezer 3 is too warm"]  # fmt: skip
    assert "New door seal" in postbox.mails[1].get_content()
    page.goto(broken)
    assert page.locator(".timeline li").count() == 2


def test_a_thumb_answers_several(new_page, sign_in, shop):
    with shop.unit_of_work() as session:
        for number in range(3):
            incidents.report(
                session, "till", fingerprint=f"{number}", title=f"Till {number} is off"
            )
    page = sign_in(new_page(PHONE, base_url=shop.url))
    page.goto("/incidents/")
    page.get_by_role("button", name="Select").click()
    for box in page.locator("tbody .pick input").all()[:2]:
        box.check()
    page.get_by_role("button", name="Acknowledge").click()
    page.get_by_text("2 incidents.").wait_for()
    assert page.locator("td.state-cell", has_text="Acknowledged").count() == 2
