"""API tokens, fixed passwords and idle roles in the browser."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.models.users import Role, User, UserToken
from app.services import sessions, sign_in, tokens, users
from app.testing.pages import token_of

OWN = "/account/tokens/"


def make(client, **told):
    data = {"csrf_token": token_of(client.get(OWN).text), "description": "The till", **told}
    return client.post(OWN, data=data)


def test_a_token_is_shown_once(session, signed_in):
    client = signed_in("own_tokens.make")
    answer = make(client)
    text = re.search(r"sk_[\w-]{43}", answer.text)[0]
    assert answer.headers["Cache-Control"] == "no-store"
    assert tokens.user_of(session, text).name == "Ann Lee"
    again = client.get(OWN).text
    assert "The till" in again
    assert text not in again


@pytest.mark.parametrize(
    ("told", "words"),
    [({"description": ""}, "Please fill this in"), ({"expires_on": "2020-01-01"}, "in the past"),
     ({"description": "a\0b"}, "control character")],
)  # fmt: skip
def test_a_token_that_cannot_be_made_says_why(session, signed_in, told, words):
    answer = make(signed_in("own_tokens.make"), **told)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert session.query(UserToken).count() == 0


def test_one_revokes_ones_own_and_no_others(session, signed_in):
    bob = users.create(session, "bob", by="test")
    theirs, _text = tokens.create(session, bob, "Theirs", by="test")
    session.commit()
    client = signed_in("own_tokens.make")
    make(client)
    own = session.query(UserToken).filter_by(description="The till").one()
    told = {"csrf_token": token_of(client.get(OWN).text)}
    assert client.post(f"{OWN}{theirs.uuid}/revoke", data=told).status_code == 404
    assert client.post(f"{OWN}{own.uuid}/revoke", data=told).status_code == 303
    assert [one.description for one in session.query(UserToken)] == ["Theirs"]


def test_the_token_of_an_administrator_is_revoked_by_none_with_less_power(session, signed_in):
    bob = users.create(session, "bob", by="test")
    users.make_administrator(session, bob, by="test")
    token, _text = tokens.create(session, bob, "Theirs", by="test")
    session.commit()
    client = signed_in("user_tokens.list", "user_tokens.view", "user_tokens.delete")
    url = f"/user-tokens/{token.uuid}"
    page = client.get(f"{url}/delete")
    assert client.post(f"{url}/delete", data={"csrf_token": token_of(page.text)}).status_code == 422
    assert session.query(UserToken).count() == 1
    assert f"{url}/delete" not in client.get(url).text


def test_a_password_that_is_fixed_is_not_changed(session, signed_in):
    client = signed_in()
    user = session.query(User).one()
    user.password_fixed = True
    session.commit()
    told = {"csrf_token": token_of(client.get("/account/password").text), "old": "whatever it was",
            "new": "wandering tulip seven", "again": "wandering tulip seven"}  # fmt: skip
    answer = client.post("/account/password", data=told)
    assert (answer.status_code, "You may not change this password" in answer.text) == (422, True)
    with pytest.raises(sign_in.PasswordIsFixed):
        sign_in.change_password(session, user, old="whatever it was", new="wandering tulip seven")


def test_the_shortest_pause_of_a_users_roles_counts(session):
    user = users.create(session, "ann", by="test")
    half = timedelta(minutes=30)
    assert sessions.idle_limit(user, half) == half
    user.roles += [Role(name="Till", idle_minutes=10), Role(name="Office", idle_minutes=60)]
    assert sessions.idle_limit(user, half) == timedelta(minutes=10)


def test_who_paused_longer_than_their_role_allows_is_signed_out(session, signed_in):
    client = signed_in("people.list")
    session.query(Role).filter(Role.built_in.is_(None)).one().idle_minutes = 5
    session.commit()
    assert client.get("/people/").status_code == 200
    with client.session_transaction() as kept:
        kept["seen"] = int((datetime.now(UTC) - timedelta(minutes=6)).timestamp())
    assert client.get("/people/").location.startswith("/login")
