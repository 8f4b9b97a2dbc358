"""Messages between users."""

import pytest

from app.models.messages import MessageRecipient
from app.services import messages, users


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", name="Ann Lee")


@pytest.fixture
def bob(session):
    return users.create(session, "bob", by="test", name="Bob May")


def test_a_message_is_unread_in_the_inbox_of_who_got_it(session, ann, bob):
    sent = messages.send(session, ann, [bob, bob], " Milk \n is out ", "Since noon.")
    assert sent.subject == "Milk is out"
    assert messages.unread(session, bob.uuid) == 1
    assert [one.message for one in messages.received(session, bob)] == [sent]
    assert messages.sent(session, ann) == [sent]
    assert messages.received(session, ann) == []


def test_a_message_is_read_once(session, ann, bob):
    sent = messages.send(session, ann, [bob], "Milk")
    messages.mark_read(session, bob, [sent.uuid])
    first = session.query(MessageRecipient).one().read_at
    messages.mark_read(session, bob, [sent.uuid])
    assert session.query(MessageRecipient).one().read_at == first
    assert messages.unread(session, bob.uuid) == 0
    messages.mark_unread(session, bob, [sent.uuid])
    assert messages.unread(session, bob.uuid) == 1


def test_what_is_archived_is_out_of_the_inbox_and_comes_back(session, ann, bob):
    sent = messages.send(session, ann, [bob], "Milk")
    messages.archive(session, bob, [sent.uuid])
    assert messages.received(session, bob) == []
    assert len(messages.received(session, bob, archived=True)) == 1
    assert messages.unread(session, bob.uuid) == 0
    messages.to_inbox(session, bob, [sent.uuid])
    assert len(messages.received(session, bob)) == 1


def test_nobody_moves_or_finds_the_messages_of_others(session, ann, bob):
    eve = users.create(session, "eve", by="test")
    sent = messages.send(session, ann, [bob], "Milk")
    messages.archive(session, eve, [sent.uuid])
    assert len(messages.received(session, bob)) == 1
    assert messages.found(session, ann, sent.uuid) is messages.found(session, bob, sent.uuid)
    with pytest.raises(messages.NotYours):
        messages.found(session, eve, sent.uuid)


def test_a_message_needs_somebody_and_a_subject(session, ann, bob):
    with pytest.raises(messages.NobodyToWriteTo):
        messages.send(session, ann, [], "Milk")
    with pytest.raises(messages.NothingToSay):
        messages.send(session, ann, [bob], " \n")


def test_recipients_are_named_by_username_or_name(session, ann, bob):
    assert messages.recipients(session, "BOB, Ann  Lee;") == [bob, ann]


@pytest.mark.parametrize(("text", "words"), [("nobody", "no user “nobody”"), (" , ", "to whom")])
def test_who_is_nobody_is_told(session, ann, text, words):
    with pytest.raises((messages.NoSuchRecipient, messages.NobodyToWriteTo), match=words):
        messages.recipients(session, text)


def test_a_username_counts_before_a_name_and_two_of_a_name_are_refused(session, ann, bob):
    users.create(session, "ann.two", by="test", name="Ann Lee")
    lee = users.create(session, "lee", by="test", name="Bob May")
    with pytest.raises(messages.NoSuchRecipient, match="more than one"):
        messages.recipients(session, "Ann Lee")
    users.create(session, "other", by="test", name="Lee")
    assert messages.recipients(session, "lee") == [lee]


def test_who_is_not_active_gets_nothing(session, ann, bob):
    bob.active = False
    with pytest.raises(messages.NoSuchRecipient):
        messages.recipients(session, "bob")
    assert messages.known(session) == [ann]
