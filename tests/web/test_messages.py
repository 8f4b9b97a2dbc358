"""Messages in the browser: one's own and nobody else's."""

import pytest

from app.models.messages import Message
from app.models.users import User
from app.services import messages, users
from app.testing.pages import token_of


@pytest.fixture
def bob(session):
    return users.create(session, "bob", by="test", name="Bob May")


@pytest.fixture
def reader(session, signed_in, bob):
    """A client who got a message from Bob."""
    client = signed_in("messages.list", "messages.create")
    ann = session.query(User).filter(User.username != "bob").one()
    messages.send(session, bob, [ann], "Milk <b>", "Line one\nLine <i>two</i>")
    session.commit()
    return client


def test_the_badge_counts_what_is_unread(session, reader):
    assert "Messages: 1 unread" in reader.get("/").text
    message = session.query(Message).one()
    page = reader.get(f"/messages/{message.uuid}").text
    assert "Line &lt;i&gt;two" in page
    assert "Messages: 0 unread" in reader.get("/").text


def test_the_inbox_shows_new_ones_and_they_are_archived(session, reader):
    page = reader.get("/messages/").text
    assert "Milk &lt;b&gt;" in page
    assert ">new<" in page
    uuid = session.query(Message).one().uuid
    told = {"csrf_token": token_of(page), "chosen": str(uuid), "act": "archive", "in": "inbox"}
    assert reader.post("/messages/move", data=told).status_code == 303
    assert "Milk" not in reader.get("/messages/").text
    assert "Milk" in reader.get("/messages/?in=archive").text


def test_an_answer_goes_to_who_wrote(session, reader, bob):
    message = session.query(Message).one()
    page = reader.get(f"/messages/new?answers={message.uuid}").text
    assert 'value="bob"' in page
    assert "Re: Milk &lt;b&gt;" in page
    told = {"csrf_token": token_of(page), "to": "bob", "subject": "Re: Milk", "body": "Thanks"}
    assert reader.post("/messages/new", data=told).status_code == 303
    assert messages.unread(session, bob.uuid) == 1
    assert "Re: Milk" in reader.get("/messages/?in=sent").text


@pytest.mark.parametrize(
    ("given", "words"),
    [({"to": "nobody"}, "no user “nobody”"), ({"subject": ""}, "Please fill this in"),
     ({"to": ""}, "Please fill this in"), ({"body": "a\0b"}, "control character")],
)  # fmt: skip
def test_what_cannot_be_sent_loses_nothing(session, reader, given, words):
    token = token_of(reader.get("/messages/new").text)
    told = {"csrf_token": token, "to": "bob", "subject": "Tea", "body": "Keep me", **given}
    answer = reader.post("/messages/new", data=told)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert "Keep me" in answer.text or "body" in given
    assert session.query(Message).count() == 1


def test_a_message_of_others_is_not_there(session, signed_in, bob):
    eve = users.create(session, "eve", by="test")
    message = messages.send(session, bob, [eve], "Secret")
    session.commit()
    client = signed_in("messages.list", "messages.create")
    assert client.get(f"/messages/{message.uuid}").status_code == 404
    assert client.get(f"/messages/new?answers={message.uuid}").status_code == 404
    assert "Secret" not in client.get("/messages/").text


def test_without_permission_there_is_neither_inbox_nor_badge(signed_in):
    client = signed_in("people.list")
    assert client.get("/messages/").status_code == 403
    assert "Messages:" not in client.get("/").text


@pytest.mark.parametrize("tail", ["?in=nonsense", "?before=x", "?in=sent&before=\0"])
def test_any_address_is_answered(signed_in, tail):
    assert signed_in("*").get(f"/messages/{tail}").status_code in {200, 404}
