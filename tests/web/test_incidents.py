"""Incidents in the browser: what waits is seen, answered, snoozed, given away and closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html

from app.models.incidents import Incident, IncidentReader
from app.models.products import Product
from app.models.users import Role, User
from app.testing.pages import token_of
from app.testing.samples import sample
from app.work import incidents

HANDLE = ("incidents.list", "incidents.view", "incidents.handle")


@pytest.fixture
def warm(session):
    found = incidents.report(
        session, "freezer.warm", fingerprint="freezer:3", title="Freezer 3 is too warm",
        detail="-9 °C", link="/scan",
    )  # fmt: skip
    session.commit()
    return found


@pytest.fixture
def act(session):
    """Sends one act as the form of the page does: `act(client, incident, "close", note="…")`."""

    def send(client, incident, name, **fields):
        page = client.get(f"/incidents/{incident.uuid}")
        given = {"act": name, "csrf_token": token_of(page.text), **fields}
        answer = client.post(f"/incidents/{incident.uuid}/handle", data=given)
        assert answer.status_code == 303
        session.expire_all()
        return client.get(answer.location)

    return send


def me(session):
    return session.query(User).order_by(User.uuid.desc()).first()


def told(page):
    return html.fromstring(page.text).cssselect(".flashes .flash .text")[0].text_content()


def test_it_is_acknowledged_and_closed_with_a_note(session, signed_in, warm, act):
    client = signed_in(*HANDLE)
    page = act(client, warm, "acknowledge", note="On my way")
    assert (warm.state, warm.acknowledged_by) == ("acknowledged", me(session))
    assert "On my way" in page.text
    act(client, warm, "close", note="New seal")
    assert (warm.state, warm.events[0].note) == ("closed", "New seal")
    assert "closed already" in told(act(client, warm, "close"))


def test_it_is_snoozed_by_the_clock_of_the_shop(session, signed_in, warm, act):
    client, now = signed_in(*HANDLE), datetime.now(UTC)
    act(client, warm, "snooze", snooze="hour")
    assert abs(warm.snoozed_until - now - timedelta(hours=1)) < timedelta(minutes=1)
    act(client, warm, "snooze", snooze="morning")
    assert warm.snoozed_until == datetime.combine(
        now.date() + timedelta(days=1), datetime.min.time().replace(hour=8), tzinfo=UTC
    )
    later = (now + timedelta(days=3)).replace(second=0, microsecond=0)
    act(client, warm, "snooze", snooze="until", until=f"{later:%Y-%m-%dT%H:%M}")
    assert (warm.snoozed_until, warm.state) == (later, "snoozed")


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01T08:00", "9999-12-31T23:59", "\0"])
def test_a_time_that_is_none_is_refused_in_words(session, signed_in, warm, act, until):
    page = act(signed_in(*HANDLE), warm, "snooze", snooze="until", until=until)
    assert told(page) in {
        "Say until when, as 2026-11-23 14:30.",
        "Choose a time that is still to come, at most a year from now.",
    }
    assert warm.state == "open"


def test_it_is_given_to_a_role_to_oneself_and_to_nobody(session, signed_in, warm, act):
    managers = Role(name="Managers")
    session.add(managers)
    session.commit()
    client = signed_in(*HANDLE)
    act(client, warm, "assign", to=f"role:{managers.uuid}")
    assert warm.owner == managers
    act(client, warm, "assign", to=f"user:{me(session).uuid}")
    assert warm.owner == me(session)
    act(client, warm, "assign", to="")
    assert warm.owner is None
    page = act(client, warm, "assign", to=f"shop:{managers.uuid}")
    assert told(page) == "Choose a user or a role of the list."


def test_a_note_alone_needs_words(session, signed_in, warm, act):
    client = signed_in(*HANDLE)
    assert "Write something" in told(act(client, warm, "note", note=" "))
    act(client, warm, "note", note="Called the mechanic")
    assert (warm.state, warm.events[0].note) == ("open", "Called the mechanic")


def test_who_may_only_look_is_offered_nothing(session, signed_in, warm):
    client = signed_in("incidents.list", "incidents.view")
    page = client.get(f"/incidents/{warm.uuid}").text
    assert "Acknowledge" not in page
    given = {"act": "close", "csrf_token": token_of(client.get("/account").text)}
    for address in (f"/incidents/{warm.uuid}/handle", "/incidents/handle"):
        assert client.post(address, data=given).status_code == 403


def test_an_act_that_is_none_is_refused(session, signed_in, warm):
    client = signed_in(*HANDLE)
    given = {"act": "delete", "csrf_token": token_of(client.get(f"/incidents/{warm.uuid}").text)}
    assert client.post(f"/incidents/{warm.uuid}/handle", data=given).status_code == 400
    assert client.post("/incidents/handle", data=given).status_code == 400


def test_several_are_answered_at_once_and_late_ones_are_told(session, signed_in, warm):
    client = signed_in(*HANDLE)
    other = incidents.report(session, "x", title="X")
    gone = incidents.report(session, "y", title="Y")
    session.commit()
    page = client.get("/incidents/")
    assert page.text.count('name="chosen"') == 3
    incidents.recover(session, "y")
    session.commit()
    chosen = [str(one.uuid) for one in (warm, other, gone)]
    given = {"csrf_token": token_of(page.text), "chosen": chosen, "act": "acknowledge", "note": ""}
    answer = client.post("/incidents/handle", data=given)
    session.expire_all()
    assert [one.state for one in (warm, other, gone)] == ["acknowledged", "acknowledged", "closed"]
    page = client.get(answer.location)
    assert "2 incidents." in page.text
    assert "For one incident somebody else was faster." in page.text


def test_the_list_shows_first_what_is_not_closed(session, signed_in, warm):
    incidents.report(session, "x", title="Was well again")
    incidents.recover(session, "x")
    session.commit()
    rows = html.fromstring(signed_in(*HANDLE).get("/incidents/").text).cssselect("td.title")
    assert [row.text_content().strip() for row in rows] == [
        "Freezer 3 is too warm",
        "Was well again",
    ]


def test_one_finds_what_is_ones_own(session, signed_in, warm):
    client = signed_in(*HANDLE)
    other = incidents.report(session, "x", title="Another")
    incidents.assign(session, warm, to=me(session).roles[0], by=None)
    session.commit()
    mine = client.get("/incidents/?mine=yes").text
    assert warm.title in mine
    assert other.title not in mine
    theirs = client.get("/incidents/?mine=no").text
    assert warm.title not in theirs
    assert other.title in theirs


def test_the_bell_counts_what_is_new_until_one_has_looked(session, signed_in, warm, act):
    client = signed_in(*HANDLE)
    assert "Needs attention: 1 new" in client.get("/account").text
    client.get("/incidents/")
    assert "Needs attention: 0 new" in client.get("/account").text
    act(client, warm, "acknowledge")
    assert "Needs attention: 0 new" in client.get("/account").text  # one's own act is no news
    incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Hot",
                     severity="critical", at=datetime.now(UTC) + timedelta(seconds=1))  # fmt: skip
    session.commit()
    assert "Needs attention: 1 new" in client.get("/account").text
    bell = client.get("/incidents/bell")
    assert "Hot" in bell.text
    assert "<html" not in bell.text


def test_without_permission_there_is_no_bell_and_no_block(session, signed_in, warm):
    page = signed_in("products.list").get("/").text
    assert "Needs attention" not in page
    assert warm.title not in page


def test_home_shows_what_waits_with_owner_and_a_way_to_the_cause(session, signed_in, warm):
    page = html.fromstring(signed_in(*HANDLE).get("/").text)
    [block] = page.cssselect("#attention")
    assert "nobody's yet" in block.text_content()
    assert [link.get("href") for link in block.cssselect("li a")] == [
        f"/incidents/{warm.uuid}", "/scan",
    ]  # fmt: skip


def test_an_incident_leads_to_its_record_for_those_who_may_see_it(session, signed_in):
    product = sample(session, Product)
    found = incidents.report(session, "product.odd", title="Odd", subject=product)
    session.commit()
    link = f'href="/products/{product.uuid}"'
    assert link in signed_in("*").get(f"/incidents/{found.uuid}").text
    assert link not in signed_in(*HANDLE).get(f"/incidents/{found.uuid}").text


def test_the_one_before_is_linked(session, signed_in, warm):
    incidents.recover(session, "freezer:3")
    again = incidents.report(session, "freezer.warm", fingerprint="freezer:3", title="Again")
    session.commit()
    page = signed_in(*HANDLE).get(f"/incidents/{again.uuid}").text
    assert "This came back." in page
    assert f"/incidents/{warm.uuid}" in page


def test_a_title_from_outside_is_no_markup(session, signed_in):
    found = incidents.report(session, "x", title="<script>alert(1)</script>", detail="<img src=x>")
    session.commit()
    client = signed_in(*HANDLE)
    for address in ("/", "/incidents/", f"/incidents/{found.uuid}", "/incidents/bell"):
        text = client.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_one_says_which_mails_one_wants(session, signed_in):
    client = signed_in("incidents.list")
    page = client.get("/account")
    given = {"csrf_token": token_of(page.text), "mails": "all"}
    assert client.post("/account/incidents", data=given).status_code == 303
    assert session.query(IncidentReader).filter_by(user_uuid=me(session).uuid).one().mails == "all"
    assert client.post("/account/incidents", data={**given, "mails": "x"}).status_code == 400
    assert client.post("/account/incidents", data={**given, "mails": "none"}).status_code == 303
    session.expire_all()
    assert session.query(IncidentReader).filter_by(user_uuid=me(session).uuid).one().mails == "none"


def test_a_user_who_goes_takes_their_wishes_along(session):
    user = User(username="bob")
    session.add(user)
    session.flush()
    session.add(IncidentReader(user_uuid=user.uuid))
    session.commit()
    session.delete(user)
    session.commit()
    assert session.query(Incident).count() == session.query(IncidentReader).count() == 0
