"""Changes of appliances and probes in the browser: at the probe, and all of them."""

from decimal import Decimal

import pytest
from lxml import html
from sqlalchemy import text

from app.db import connection_to
from app.models.setup_changes import SetupChange
from app.models.tempmon import Appliance, Client, Probe
from app.services import setup_changes
from app.testing.pages import fields_of
from app.testing.samples import sample


@pytest.fixture
def probe(session):
    freezer = sample(session, Appliance, name="Freezer 3", kind="walk_in_freezer")
    found = sample(
        session, Probe, client=sample(session, Client), appliance=freezer, description="Top shelf",
        good_min=None, good_max=Decimal(-18), critical_min=None, critical_max=None,
    )  # fmt: skip
    session.commit()
    return found


def lines(answer):
    """What a page tells under Changes."""
    cards = html.fromstring(answer.text).xpath("//div[@class='card'][.//h2='Changes']")
    return [" ".join(line.text_content().split()) for line in cards[0].xpath(".//li")]


def cells(answer):
    """The table of differences, row by row."""
    rows = html.fromstring(answer.text).xpath("//table[@class='grid-table']/tbody/tr")
    return [[cell.text_content() for cell in row.xpath("td")] for row in rows]


def test_a_probe_tells_who_changed_its_limit(session, signed_in, probe):
    client, url = signed_in("*"), f"/probes/{probe.uuid}"
    data = fields_of(client.get(f"{url}/edit").text) | {"good_max": "-12"}
    assert client.post(f"{url}/edit", data=data).status_code == 302
    by = setup_changes.of(session, probe.uuid, limit=1)[0].changed_by
    assert by not in ("postgres", "")
    assert lines(client.get(url))[0].startswith(f"Good to: -18.0 °C → -12.0 °C{by}, ")


def test_what_is_new_is_named_in_lists_and_told_on_its_page(session, signed_in, probe):
    client, created = signed_in("*"), setup_changes.of(session, probe.uuid, limit=1)[0]
    assert "Created: Top shelf" in lines(client.get(f"/probes/{probe.uuid}"))[0]
    assert ["Appliance", "", "Freezer 3"] in cells(client.get(f"/setup-changes/{created.uuid}"))


def test_words_and_moments_are_told_as_everywhere(session, signed_in, probe):
    update = text(
        "UPDATE appliance SET kind = 'room', active = false,"
        " picture_uuid = uuidv7(), thumbnail_uuid = uuidv7()"
    )
    connection_to(session, "tempmon").execute(update)
    told = lines(signed_in("*").get(f"/appliances/{probe.appliance_uuid}"))[0]
    assert told.startswith(
        "Kind: Walk in freezer → Room; Active: yes → no; Picture: nothing → a picturep"
    )


def test_who_acted_as_somebody_else_is_named_too(session, signed_in, probe):
    ann = sample(session, SetupChange, changed_by="bob", changed_really_by="ann", name="Top shelf")
    session.commit()
    page = signed_in("*").get(f"/setup-changes/{ann.uuid}")
    assert "bob (really ann)" in page.text
    assert cells(page) == [["Good to", "-18.0 °C", "-12.0 °C"]]


def test_without_the_right_nothing_is_told(signed_in, probe):
    page = signed_in("probes.view").get(f"/probes/{probe.uuid}").text
    assert "Changes" not in page
