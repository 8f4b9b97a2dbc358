"""Customers, members and pending customers in the browser."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.models.customers import Customer, Shopper
from app.models.members import EquityPayment, Member, MembershipType
from app.models.pending_customers import PendingCustomer
from app.models.people import EmailAddress, Person
from app.services import members, merging
from app.testing.pages import fields_of, token_of
from app.testing.samples import sample

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def asked(session):
    pending = sample(session, PendingCustomer, first_name="Bob", last_name="May",
                     email="bob@example.org", notes="Wants oat milk")  # fmt: skip
    session.commit()
    return pending


@pytest.fixture
def ann(session):
    kind = sample(session, MembershipType, name="Owner", equity_required=Decimal(100))
    member = sample(session, Member, number="7", membership_type=kind)
    session.commit()
    return member


def post(client, url, page, **told):
    return client.post(url, data={"csrf_token": token_of(client.get(page).text), **told})


def test_who_is_likely_is_offered_and_taken_with_the_only_account(session, signed_in, asked):
    bob = sample(session, Person, first_name="Robert", last_name="May")
    sample(session, EmailAddress, person_uuid=bob.uuid, address="bob@example.org")
    account = sample(session, Customer, account_holder_uuid=bob.uuid)
    session.commit()
    client, url = signed_in("*"), f"/pending-customers/{asked.uuid}/resolve"
    page = client.get(url).text
    for words in ("Robert May", "bob@example.org", "Wants oat milk"):
        assert words in page
    assert post(client, url, url, person=bob.uuid).status_code == 302
    session.refresh(asked)
    assert (asked.person, asked.customer, asked.state) == (bob, account, "resolved")
    assert asked.settled_by.person.name == "Ann Lee"


def test_a_new_customer_is_made_of_what_they_told(session, signed_in, asked):
    client, url = signed_in("*"), f"/pending-customers/{asked.uuid}/resolve"
    assert post(client, url, url, make="yes").status_code == 302
    assert session.query(Customer).one().name == "Bob May"


@pytest.mark.parametrize(
    ("told", "words"), [({}, "Choose a customer"), ({"person": "x"}, "no “x”")]
)
def test_what_resolves_nothing_is_told(session, signed_in, asked, told, words):
    client, url = signed_in("*"), f"/pending-customers/{asked.uuid}/resolve"
    answer = post(client, url, url, **told)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_one_is_ignored_opened_again_and_settled_once(session, signed_in, asked):
    client, url = signed_in("*"), f"/pending-customers/{asked.uuid}"
    assert post(client, f"{url}/ignore", url).status_code == 302
    assert post(client, f"{url}/ignore", url).status_code == 422
    assert "Ignored" in client.get(url).text
    assert post(client, f"{url}/reopen", url).status_code == 302
    session.refresh(asked)
    assert asked.state == "open"


def test_who_wrote_it_down_is_kept(session, signed_in):
    client, url = signed_in("*"), "/pending-customers/new"
    data = {**fields_of(client.get(url).text), "last_name": "May"}
    assert client.post(url, data=data).status_code == 302
    assert session.query(PendingCustomer).one().created_by.person.name == "Ann Lee"


def test_a_person_with_one_name_only_is_fine(session, signed_in):
    client, url = signed_in("*"), "/people/new"
    data = {**fields_of(client.get(url).text), "last_name": "Björk"}
    assert client.post(url, data=data).status_code == 302
    assert session.query(Person).filter_by(last_name="Björk").one().name == "Björk"


def test_a_shopper_stops_today(session, signed_in):
    shopper = sample(session, Shopper)
    session.commit()
    client, url = signed_in("*"), f"/shoppers/{shopper.uuid}"
    assert post(client, f"{url}/end", url).status_code == 302
    session.refresh(shopper)
    assert not shopper.active
    assert "Stops today" not in client.get(url).text


def test_a_payment_is_added_and_told_on_the_page_of_the_member(session, signed_in, ann):
    client, url = signed_in("*"), f"/equity-payments/new?member={ann.uuid}"
    data = {**fields_of(client.get(url).text), "amount": "40"}
    answer = client.post(url, data=data)
    assert answer.location == f"/members/{ann.uuid}", answer.text
    page = client.get(answer.location).text
    for words in ("40.00", "60.00", "Still to pay"):
        assert words in page
    assert session.query(EquityPayment).one().received_at is not None


@pytest.mark.parametrize(
    ("amount", "words"), [("-1", "more than the member has paid"), ("0", "of some amount")]
)
def test_a_payment_that_cannot_be_is_refused(session, signed_in, ann, amount, words):
    client, url = signed_in("*"), f"/equity-payments/new?member={ann.uuid}"
    answer = client.post(url, data={**fields_of(client.get(url).text), "amount": amount})
    assert (answer.status_code, words in answer.text) == (422, True)


def test_equity_is_for_those_who_may_see_payments(session, signed_in, ann):
    members.pay(session, ann, Decimal("41.17"), at=NOON)
    session.commit()
    client = signed_in("members.list", "members.view")
    assert "41.17" not in client.get(f"/members/{ann.uuid}").text
    assert "41.17" not in client.get("/members/").text


def test_equity_is_sorted_and_filtered_by(session, signed_in, ann):
    members.pay(session, ann, Decimal("41.17"), at=NOON)
    sample(session, Member, number="8")
    session.commit()
    client = signed_in("*")
    assert "41.17" in client.get("/members/?equity=40&equity.verb=over").text
    assert "41.17" not in client.get("/members/?equity=42&equity.verb=over").text
    assert client.get("/members/?sort=-equity").text.index("41.17") > 0


def test_a_member_withdraws(session, signed_in, ann):
    client, url = signed_in("*"), f"/members/{ann.uuid}"
    assert post(client, f"{url}/withdraw", url).status_code == 302
    session.refresh(ann)
    assert ann.withdrew_on is not None
    assert "Withdraws today" not in client.get(url).text


def test_a_member_of_nobody_is_refused_in_words(signed_in):
    client, url = signed_in("*"), "/members/new"
    answer = client.post(url, data={**fields_of(client.get(url).text), "number": "9"})
    assert (answer.status_code, "Choose a person or a customer" in answer.text) == (422, True)


def test_the_search_finds_customers_also_by_the_number_of_a_merged_one(session, signed_in):
    keep = sample(session, Customer, number="100", name="Finch")
    gone = sample(session, Customer, number="2077", name="Finch, old")
    merging.merge(session, keep=keep, remove=gone)
    session.commit()
    client = signed_in("*")
    for asked in ("100", "2077", "finch"):
        assert f"/customers/{keep.uuid}" in client.get(f"/search?q={asked}").text
