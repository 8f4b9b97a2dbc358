"""Phone numbers in the browser: typed, shown and found as people write them."""

import pytest

from app.models.people import Person, PhoneNumber
from app.services import settings
from app.testing.pages import fields_of
from app.testing.samples import sample


@pytest.fixture
def ann(session):
    found = sample(session, Person, first_name="Ann", last_name="Lee")
    session.commit()
    return found


def send(client, ann, number):
    url = f"/phone-numbers/new?person={ann.uuid}"
    return client.post(url, data={**fields_of(client.get(url).text), "number": number})


def test_a_number_is_typed_and_shown_as_at_home(session, signed_in, ann):
    client = signed_in("*")
    assert send(client, ann, "515.555.0134").status_code == 302
    assert session.query(PhoneNumber).one().number == "+15155550134"
    assert "(515) 555-0134" in client.get(f"/people/{ann.uuid}").text


def test_the_country_is_that_of_the_settings(app, session, signed_in, ann):
    client = signed_in("*")
    settings.save(session, "web.country", "CH")
    session.commit()
    app.extensions["stored_settings"].expire()
    assert send(client, ann, "044 668 18 00").status_code == 302
    assert session.query(PhoneNumber).one().number == "+41446681800"


def test_what_is_no_number_is_one_sentence(signed_in, ann):
    answer = send(signed_in("*"), ann, "call me")
    assert answer.status_code == 422
    assert "This is not a phone number" in answer.text


@pytest.mark.parametrize("asked", ["555-0134", "(515) 555 0134", "%2B1 515 555", "5155550134"])
@pytest.mark.parametrize("kept", ["+15155550134", "515 555 0134"])
def test_a_person_is_found_by_a_part_of_a_number(session, signed_in, ann, asked, kept):
    bob = sample(session, Person, first_name="Bob", last_name="May")
    sample(session, PhoneNumber, person=ann, number=kept)
    sample(session, PhoneNumber, person=bob, number="+15155560199")
    session.commit()
    page = signed_in("*").get(f"/people/?phone={asked.replace(' ', '+')}").text
    assert "Ann Lee" in page
    assert "Bob May" not in page


def test_a_filter_without_digits_says_so(signed_in):
    assert "Write some digits" in signed_in("*").get("/phone-numbers/?number=ann").text
