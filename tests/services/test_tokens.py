"""API tokens: shown once, kept as a hash, gone when revoked."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.services import permissions, sessions, tokens, users

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def till(session):
    return users.create(session, "till", by="test")


def test_a_token_acts_as_its_user_and_is_kept_as_a_hash(session, till):
    token, text = tokens.create(session, till, "the till", by="test", at=NOON)
    assert text.startswith("sk_")
    assert len(text) > 40
    assert text not in repr(vars(token))
    assert tokens.user_of(session, text, at=NOON) is till
    assert token.last_used_at == NOON


@pytest.mark.parametrize("text", ["", "sk_", "x" * 5000, "\ud800", "sk_' OR 1=1"])
def test_a_made_up_token_is_nobody(session, till, text):
    tokens.create(session, till, "the till", by="test")
    assert tokens.user_of(session, text) is None


def test_a_token_of_an_inactive_user_is_nobody(session, till):
    _token, text = tokens.create(session, till, "the till", by="test")
    till.active = False
    assert tokens.user_of(session, text) is None


def test_a_token_holds_to_the_end_of_its_last_day(session, till):
    _token, text = tokens.create(
        session, till, "the till", by="test", at=NOON, expires_on=NOON.date()
    )
    assert tokens.user_of(session, text, at=NOON + timedelta(hours=11)) is till
    assert tokens.user_of(session, text, at=NOON + timedelta(days=2)) is None


def test_a_token_says_what_it_is_for_and_ends_in_the_future(session, till):
    with pytest.raises(tokens.NeedsDescription):
        tokens.create(session, till, " ", by="test")
    with pytest.raises(tokens.OverAlready):
        tokens.create(session, till, "x", by="test", expires_on=date(2020, 1, 1))


def test_a_revoked_token_is_nobody_and_both_are_written_down(session, till):
    token, text = tokens.create(session, till, "the till", by="test")
    tokens.revoke(session, token, by=till)
    assert tokens.user_of(session, text) is None
    kinds = [event.kind for event in sessions.last_events(session, till)]
    assert kinds[:2] == ["token_revoked", "token_made"]


def test_nobody_revokes_the_token_of_somebody_with_more_power(session, till):
    users.make_administrator(session, till, by="test")
    token, _text = tokens.create(session, till, "the till", by="test")
    with pytest.raises(permissions.BeyondYou):
        tokens.revoke(session, token, by=users.create(session, "bob", by="test"))
