"""Users in the browser: every rule of the services, in words, and nothing by half."""

import pytest
from lxml import html

from app.models.users import UserEvent
from app.services import history, permissions, sessions, users
from app.testing.pages import fields_of
from tests.web.forms import last_made, make_role, post, send

PASSWORD = "wandering tulip seven"
LOOK_AFTER = ("users.list", "users.view", "users.create", "users.edit", "users.delete")


@pytest.fixture
def bob(session):
    return users.create(session, "bob", by=None, name="Bob Kim", password=PASSWORD)


@pytest.fixture
def buyer(session):
    return make_role(session, "Buyer", "products.edit")


def test_a_user_is_made_with_person_password_and_roles(session, signed_in, buyer):
    told = {"name": "Bob Kim", "password": PASSWORD, "again": PASSWORD, "roles": [buyer.uuid]}
    answer = send(signed_in("*"), "/users/new", username="bob", **told)
    assert answer.status_code == 302, answer.text
    bob = last_made(session, username="bob")
    assert (bob.name, bob.roles, bool(bob.password_hash)) == ("Bob Kim", [buyer], True)


def test_a_user_may_have_no_password_yet(session, signed_in):
    assert send(signed_in("*"), "/users/new", username="bob").status_code == 302
    assert last_made(session, username="bob").password_hash is None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"username": "a b"}, "no spaces"),
        ({"username": "BOB"}, "has this username already"),
        ({"password": PASSWORD, "again": "other"}, "not the same"),
        ({"password": "password1", "again": "password1"}, "Many people use"),
        ({"password": "x", "again": "x"}, "too short"),
        ({"roles": ["00000000-0000-0000-0000-000000000000"]}, "not there any more"),
    ],
)
def test_a_user_that_cannot_be_made_says_why(session, signed_in, bob, given, sentence):
    client = signed_in("*")
    before = session.query(users.User).count()
    answer = send(client, "/users/new", **{"username": "zoe", **given})
    assert answer.status_code == 422
    assert sentence in html.fromstring(answer.text).cssselect("[role=alert]")[0].text_content()
    assert session.query(users.User).count() == before


def test_a_user_is_renamed_and_gets_and_loses_roles(session, signed_in, bob, buyer):
    cook = make_role(session, "Cook")
    bob.roles.append(cook)
    session.commit()
    url = f"/users/{bob.uuid}/edit"
    off = [("roles", str(cook.uuid))]
    answer = send(signed_in("*"), url, untick=off, username="robert", roles=[buyer.uuid])
    assert answer.status_code == 302, answer.text
    assert (bob.username, bob.roles) == ("robert", [buyer])
    kinds = [one.kind for one in sessions.last_events(session, bob)]
    assert {"role_granted", "role_withdrawn"} <= set(kinds)


def test_a_role_given_meanwhile_stays(session, signed_in, bob, buyer):
    client, url = signed_in("*"), f"/users/{bob.uuid}/edit"
    data = fields_of(client.get(url).text)
    bob.roles.append(buyer)
    session.commit()
    assert client.post(url, data=data).status_code == 302
    assert bob.roles == [buyer]


def test_a_deactivated_user_is_out(session, signed_in, bob):
    key = bob.session_key
    off = [("active", "y")]
    assert send(signed_in("*"), f"/users/{bob.uuid}/edit", untick=off).status_code == 302
    assert (bob.active, bob.session_key == key) == (False, False)


def test_the_last_administrator_stays(session, signed_in):
    client = signed_in("*")
    ann = session.query(users.User).filter(users.User.username.like("ann%")).one()
    admin = permissions.ensure_built_in_roles(session)["administrator"]
    url = f"/users/{ann.uuid}"
    off = [("roles", str(admin.uuid))]
    for answer in (
        send(client, f"{url}/edit", untick=[("active", "y")], username="changed"),
        send(client, f"{url}/edit", untick=off, username="changed"),
        post(client, f"{url}/delete", f"{url}/delete"),
    ):
        assert answer.status_code == 422
        assert "last active administrator" in answer.text
    assert (ann.active, ann.roles, ann.username[:3]) == (True, [admin], "ann")


def test_nobody_changes_who_may_do_more(session, signed_in, bob, buyer):
    bob.roles.append(buyer)
    session.commit()
    client, url = signed_in(*LOOK_AFTER), f"/users/{bob.uuid}"
    page = client.get(url).text
    assert "You can hand out only what you may do yourself" in page
    assert f"{url}/edit" not in page
    for tail in ("/edit", "/delete", "/password", "/sign-out"):
        answer = post(client, f"{url}{tail}", "/account/password")
        assert answer.location.endswith(url), tail
    assert "You can hand out only" in client.get(url).text
    assert (bob.active, bob.roles) == (True, [buyer])


def test_only_roles_that_one_has_oneself_are_offered(session, signed_in, buyer):
    make_role(session, "Clerk", "users.view")
    page = signed_in(*LOOK_AFTER).get("/users/new").text
    offered = html.fromstring(page).cssselect("#roles .tick")
    assert [one.text_content().strip() for one in offered if "Only" not in one.text_content()] == [
        "Clerk"
    ]


def test_a_role_that_was_not_offered_is_refused(session, signed_in, buyer):
    answer = send(signed_in(*LOOK_AFTER), "/users/new", username="zoe", roles=[buyer.uuid])
    assert answer.status_code == 422
    assert session.query(users.User).filter_by(username="zoe").count() == 0


def test_a_new_password_ends_all_sessions(session, signed_in, bob):
    client, url = signed_in("*"), f"/users/{bob.uuid}/password"
    old, key = bob.password_hash, bob.session_key
    assert send(client, url, new="x", again="x").status_code == 422
    assert (bob.password_hash, bob.session_key) == (old, key)
    assert send(client, url, new="other tulip nine", again="other tulip nine").status_code == 302
    assert bob.password_hash != old
    assert bob.session_key != key


def test_ones_own_password_is_changed_where_the_old_one_is_asked(session, signed_in):
    client = signed_in("*")
    ann = session.query(users.User).filter(users.User.username.like("ann%")).one()
    assert client.get(f"/users/{ann.uuid}/password").location == "/account/password"


def test_sessions_are_shown_and_ended(session, signed_in, bob):
    sessions.start(session, bob, remote_address="10.0.0.7")
    session.commit()
    client, url = signed_in("*"), f"/users/{bob.uuid}"
    assert "10.0.0.7" in client.get(url).text
    assert post(client, f"{url}/sign-out", url).status_code == 302
    assert "Nowhere at the moment" in client.get(url).text


def test_a_deleted_user_is_gone_and_what_they_did_stays(session, signed_in, bob):
    client, url = signed_in("*"), f"/users/{bob.uuid}/delete"
    assert "This cannot be undone" in client.get(url).text
    assert post(client, url, url).status_code == 302
    assert session.query(UserEvent).filter_by(username="bob", kind="user_created").count() == 1


def test_changes_of_users_are_not_reverted_past_the_rules(session, signed_in, bob):
    client, url = signed_in("*"), f"/users/{bob.uuid}"
    send(client, f"{url}/edit", username="robert")
    number = history.latest(session, users.User, bob.uuid)
    assert client.get(f"{url}/revert/{number}").status_code == 404
    assert "/revert/" not in client.get(f"{url}/history").text
