"""Sessions: rows that begin and end, and a key that ends them all."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.services import sessions, sign_in, users

PASSWORD = "correct horse battery"
NOON = datetime(2026, 11, 19, 12, tzinfo=UTC)


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")


@pytest.fixture
def signed_in(session, ann):
    return sessions.start(session, ann, at=NOON)


def whose(session, user, login, key=None):
    return sessions.user_of(
        session, user.uuid, key or user.session_key, login.uuid, since=login.happened_at
    )


def test_a_session_knows_its_user(session, ann, signed_in):
    assert whose(session, ann, signed_in) is ann
    assert ann.last_login_at == NOON
    assert whose(session, ann, signed_in, key="another") is None
    assert sessions.user_of(session, uuid4(), ann.session_key, signed_in.uuid, since=NOON) is None


def test_ending_a_session_leaves_the_others(session, ann, signed_in):
    phone = sessions.start(session, ann, at=NOON)
    sessions.end(session, ann, signed_in.uuid, at=NOON)
    assert whose(session, ann, signed_in) is None
    assert whose(session, ann, phone) is ann
    assert sessions.open_of(session, ann, since=NOON) == [phone]


def test_a_new_password_ends_every_session_but_the_one_at_hand(session, ann, signed_in):
    sessions.start(session, ann, at=NOON)
    old_key = ann.session_key
    sign_in.change_password(
        session, ann, old=PASSWORD, new="another good one", keep=signed_in.uuid, at=NOON
    )
    assert whose(session, ann, signed_in, key=old_key) is None
    assert sessions.open_of(session, ann, since=NOON) == [signed_in]
    assert sign_in.authenticate(session, "ann", "another good one")


def test_the_old_password_is_asked_and_guessing_it_is_counted(session, ann):
    for _ in range(10):
        with pytest.raises(sign_in.WrongPassword):
            sign_in.change_password(session, ann, old="wrong", new="another good one", at=NOON)
    with pytest.raises(sign_in.TooManyTries):
        sign_in.change_password(session, ann, old=PASSWORD, new="another good one", at=NOON)


def test_a_deactivated_user_is_out_at_once(session, ann, signed_in):
    users.set_active(session, ann, False, by="test")
    assert whose(session, ann, signed_in) is None
    assert sessions.last_events(session, ann)[0].detail == "by test"
