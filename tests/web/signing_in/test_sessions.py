"""Sessions of browsers: they begin anew, end when they should, and a copy ends with them."""

from datetime import timedelta

import pytest

from app.services import sessions, users
from tests.web.door import PASSWORD, allow, cookie, log_in, post, steal, token_of


def test_a_session_planted_before_the_login_is_worth_nothing(app, client, ann):
    token = token_of(client.get("/login"))
    planted = steal(app, client)
    with client.session_transaction() as session:
        session["planted"] = "yes"
    form = {"csrf_token": token, "username": "ann", "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 303
    assert planted.get("/").status_code == 303
    with client.session_transaction() as session:
        assert "planted" not in session


def test_every_login_has_a_session_of_its_own(app, browser):
    first = cookie(browser)
    other = app.test_client()
    log_in(other)
    assert cookie(other) != first


def test_a_copy_of_the_cookie_is_refused_after_logout(app, browser):
    thief = steal(app, browser)
    assert thief.get("/").status_code == 200
    assert post(browser, "/logout").status_code == 303
    for _ in range(100):
        assert thief.get("/").status_code == 303


def test_logging_out_here_leaves_the_phone_signed_in(app, browser):
    phone = app.test_client()
    log_in(phone)
    post(browser, "/logout")
    assert browser.get("/").status_code == 303
    assert phone.get("/").status_code == 200


def test_logout_clears_what_the_browser_kept(browser):
    assert post(browser, "/logout").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_disabled_user_is_out_at_the_next_click(browser, session, ann):
    users.set_active(session, ann, False, by="test")
    session.commit()
    assert browser.get("/").headers["Location"].startswith("/login")
    users.set_active(session, ann, True, by="test")
    session.commit()
    assert browser.get("/").status_code == 303


def test_a_role_taken_away_counts_at_the_next_click(browser, session, ann):
    role = allow(session, ann, "products.list")
    assert browser.get("/products").status_code == 200
    users.withdraw(session, ann, role, by="test")
    session.commit()
    assert browser.get("/products").status_code == 403


def test_a_new_password_ends_the_other_sessions(app, browser):
    phone = app.test_client()
    log_in(phone)
    form = {"old": PASSWORD, "new": "another good one", "again": "another good one"}
    answer = post(browser, "/account/password", **form)
    assert answer.headers["Location"] == "/account"
    assert browser.get("/").status_code == 200
    assert phone.get("/").status_code == 303
    assert log_in(phone).status_code == 422


def test_administrators_can_end_all_sessions_of_a_user(browser, session, ann):
    sessions.end_all(session, ann)
    session.commit()
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize("unused", [timedelta(minutes=31), timedelta(days=3)])
def test_a_session_ends_after_a_long_pause(browser, unused):
    with browser.session_transaction() as session:
        session["seen"] -= int(unused.total_seconds())
    assert browser.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(browser):
    with browser.session_transaction() as session:
        session["since"] -= 12 * 3600 + 60
    assert browser.get("/").status_code == 303


def test_a_click_now_and_then_keeps_the_session(browser):
    with browser.session_transaction() as session:
        session["seen"] -= 25 * 60
    browser.get("/")
    with browser.session_transaction() as session:
        session["seen"] -= 25 * 60
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("name", ["_user_id", "key", "sid", "since", "seen"])
@pytest.mark.parametrize("value", [None, "", "x", "\0", [], {"a": 1}, -1])
def test_a_damaged_session_is_no_session(browser, name, value):
    with browser.session_transaction() as session:
        session[name] = value
    assert browser.get("/").status_code == 303


def test_a_cookie_signed_with_another_key_is_no_session(app, client, ann):
    for forged in ("x", "eyJfdXNlcl9pZCI6MX0.aaaa.bbbb", "a" * 4000):
        client.set_cookie("storekeeper", forged)
        client.set_cookie("storekeeper_browser", forged)
        assert client.get("/").status_code == 303
        assert log_in(client, password="wrong wrong").status_code == 422


def test_people_see_and_end_their_own_sessions_only(app, browser, session, ann):
    users.create(session, "bob", by="test", password=PASSWORD)
    session.commit()
    phone, bobs = app.test_client(), app.test_client()
    log_in(phone)
    log_in(bobs, "bob")
    with phone.session_transaction() as theirs, bobs.session_transaction() as his:
        phone_id, bob_id = theirs["sid"], his["sid"]
    assert phone_id in browser.get("/account").get_data(as_text=True)
    assert post(browser, f"/account/sessions/{bob_id}/end").status_code == 404
    assert post(browser, f"/account/sessions/{phone_id}/end").status_code == 303
    assert phone.get("/").status_code == 303
    assert bobs.get("/").status_code == 200


def test_all_other_sessions_end_with_one_click(app, browser):
    phone = app.test_client()
    log_in(phone)
    assert post(browser, "/account/sessions/end-others").status_code == 303
    assert browser.get("/").status_code == 200
    assert phone.get("/").status_code == 303


def test_signing_in_as_somebody_else_ends_the_first_session(app, browser, session):
    users.create(session, "bob", by="test", password=PASSWORD)
    session.commit()
    thief = steal(app, browser)
    token = token_of(browser.get("/account"))
    form = {"csrf_token": token, "username": "bob", "password": PASSWORD}
    assert browser.post("/login", data=form).status_code == 303
    assert browser.get("/").get_data(as_text=True) == "hello bob"
    assert thief.get("/").status_code == 303
