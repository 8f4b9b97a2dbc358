"""The door: signing in and out, sessions, and who may see which page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.users import RolePermission, UserEvent
from app.services import users
from tests.web.door import PASSWORD, cookie, log_in, make_app, post, steal, token_of


@pytest.fixture(scope="session")
def app(app_config):
    return make_app(app_config)


@pytest.fixture
def ann(session):
    ann = users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")
    session.commit()
    return ann


@pytest.fixture
def browser(client, ann):
    """Ann's browser, signed in."""
    assert log_in(client).status_code == 303
    return client


def events(session, kind):
    return session.scalars(select(UserEvent).where(UserEvent.kind == kind)).all()


def allow(session, user, *permissions):
    role = users.Role(name="Buyer", permissions=[RolePermission(permission=p) for p in permissions])
    session.add(role)
    session.flush()
    users.grant(session, user, role, by="test")
    session.commit()
    return role


# -- signing in --------------------------------------------------------------------------------


def test_ann_signs_in_and_is_greeted(browser):
    assert browser.get("/").get_data(as_text=True) == "hello ann"


def test_the_login_page_helps_password_managers(client):
    page = client.get("/login").get_data(as_text=True)
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


def test_a_wrong_password_gets_the_form_again_with_a_sentence(client, ann, session):
    answer = log_in(client, password="wrong wrong")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "The username or the password is wrong" in page
    assert 'value="ann"' in page
    assert "wrong wrong" not in page
    assert len(events(session, "login_failed")) == 1


def test_unknown_wrong_and_disabled_get_the_same_page(client, ann, session):
    bob = users.create(session, "bob", by="test", password=PASSWORD)
    users.set_active(session, bob, False, by="test")
    session.commit()
    pages = set()
    for name, password in (("ann", "wrong wrong"), ("bob", PASSWORD), ("zoe", PASSWORD)):
        page = log_in(client, name, password).get_data(as_text=True)
        pages.add(page.split("<form")[0].split("<h1>")[1])
    assert len(pages) == 1


def test_too_many_tries_get_429_and_when_to_come_back(client, ann):
    for _ in range(10):
        log_in(client, password="wrong wrong")
    answer = log_in(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "900"
    assert "Try again in 15 minutes." in answer.get_data(as_text=True)


def test_anns_own_browser_lets_her_in_while_strangers_guess(app, browser, ann):
    post(browser, "/logout")
    stranger = app.test_client()
    for _ in range(11):
        guessed = log_in(stranger, password="wrong wrong")
    assert guessed.status_code == 429
    assert log_in(browser).status_code == 303


def test_a_form_with_anything_at_all_is_no_error_of_ours(client, ann):
    token = token_of(client.get("/login"))
    for value in ("\0", "\r\n", "'; DROP TABLE person --", "x" * 100_000, "\u202e", "{{ 7*7 }}", ""):
        form = {"csrf_token": token, "username": value, "password": value}
        assert client.post("/login", data=form).status_code in (422, 429)


# -- sessions ----------------------------------------------------------------------------------


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
    users.end_all_sessions(session, ann)
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


# -- the password ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "wrong", "new": "another good one", "again": "another good one"}, "old password is not right"),
        ({"old": PASSWORD, "new": "password", "again": "password"}, "Many people use this password"),
        ({"old": PASSWORD, "new": "annlee99", "again": "annlee99"}, "too close to the username"),
        ({"old": PASSWORD, "new": "zqhpvmx", "again": "zqhpvmx"}, "too short"),
        ({"old": PASSWORD, "new": "another good one", "again": "another"}, "not the same"),
        ({"old": "", "new": "", "again": ""}, "Please fill this in"),
    ],
)
def test_a_password_that_cannot_be_changed_says_why(browser, form, said):
    answer = post(browser, "/account/password", **form)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_guessing_the_old_password_is_stopped(browser):
    form = {"old": "wrong", "new": "another good one", "again": "another good one"}
    for _ in range(10):
        post(browser, "/account/password", **form)
    assert post(browser, "/account/password", **form).status_code == 429


def test_the_profile_shows_who_and_what_happened(browser):
    page = browser.get("/account").get_data(as_text=True)
    assert "Ann Lee" in page
    assert "Signed in" in page
    assert "This one" in page


# -- the way back ------------------------------------------------------------------------------

HOSTILE = [
    "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "/\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example",
    "\t//evil.example", " //evil.example", "/ /evil.example", "http://evil.example", "https://evil.example",
    "HTTP://evil.example", "http:evil.example", "https:/evil.example", "http:///evil.example", "//evil.example/..",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,hi", "vbscript:x", "ftp://evil.example",
    "evil.example", "www.evil.example/", "@evil.example", "//user@evil.example", "//evil.example:80",
    "http://localhost@evil.example", "//localhost.evil.example", "/.//evil.example", "/..//evil.example",
    "/%0d%0aLocation:x//evil.example", "/a\r\nSet-Cookie: x=1", "/\0/evil.example", "//[::1]", "//[evil",
    "/\x7f/evil.example", "?//evil.example", "#//evil.example", ".//evil.example", "/" + "a" * 3000,
    "/\u3000/evil.example//", "//%65vil.example", "\u2028//evil.example", "///\\evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_nobody_is_sent_elsewhere_after_the_login(client, ann, target):
    token = token_of(client.get("/login", query_string={"next": target}))
    form = {"csrf_token": token, "username": "ann", "password": PASSWORD, "next": target}
    answer = client.post("/login", query_string={"next": target}, data=form)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    assert client.get("/login", query_string={"next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("target", ["/products?sort=-name&page=2", "/brands/", "/a?b=http://c//d"])
def test_people_come_back_to_where_they_were(client, ann, target):
    token = token_of(client.get("/login"))
    form = {"csrf_token": token, "username": "ann", "password": PASSWORD}
    answer = client.post("/login", query_string={"next": target}, data=form)
    assert answer.headers["Location"] == target


# -- who may -----------------------------------------------------------------------------------


def test_nobody_is_sent_to_the_login_and_back(client):
    assert client.get("/products?sort=name").headers["Location"] == "/login?next=/products?sort%3Dname"


def test_an_unsafe_request_of_nobody_does_not_come_back_to_itself(client):
    assert client.post("/products").headers["Location"] == "/login"


def test_htmx_is_told_to_load_the_login(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/products?page=2"}
    answer = client.get("/products?fragment", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/products?page%3D2"


@pytest.mark.parametrize("page", ["https://evil.example//x", "javascript:x", "//evil.example//", "http://[", ""])
def test_the_page_htmx_names_leads_nowhere_else(client, page):
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    location = client.get("/products", headers=headers).headers["HX-Redirect"]
    assert location in ("/login", "/login?next=/x")


def test_without_the_permission_it_is_refused_and_written_down(browser, session):
    answer = browser.get("/products", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 403
    assert "Not for you" in answer.get_data(as_text=True)
    denied = events(session, "denied")
    assert [(one.username, one.detail, one.remote_address) for one in denied] == [
        ("ann", "products.list: GET /products", "192.0.2.7")
    ]


def test_a_fragment_is_refused_in_the_same_way(browser):
    answer = browser.get("/products", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")


def test_with_the_permission_it_is_shown(browser, session, ann):
    allow(session, ann, "products.list")
    assert browser.get("/products").status_code == 200


def test_the_header_of_htmx_grants_nothing(client):
    assert client.get("/", headers={"HX-Request": "true", "HX-Boosted": "true"}).status_code == 401


def test_a_route_that_does_not_say_who_may_use_it_stops_the_start(app_config):
    from app.web import auth

    app = make_app(app_config)
    app.add_url_rule("/a", "forgotten", lambda: "")
    app.add_url_rule("/b", "also.forgotten", lambda: "")
    with pytest.raises(auth.Undeclared, match=r"also\.forgotten, forgotten"):
        auth.check_routes(app)
    assert app.test_client().get("/a").status_code == 403


def test_what_a_request_writes_is_signed(browser, session, ann):
    from app.db.versioning import ChangeSet

    ann_uuid = ann.uuid
    session.commit()
    answer = post(browser, "/person", reason="  a new colleague " + "x" * 300)
    assert answer.status_code == 200
    signed = session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first()
    assert (signed.origin, signed.actor, signed.actor_uuid) == ("web", "Ann Lee", ann_uuid)
    assert signed.reason == ("a new colleague " + "x" * 300)[:200]
    assert signed.remote_address == "127.0.0.1"


# -- the very first ----------------------------------------------------------------------------


def welcome_path(app, session):
    return f"/welcome/{users.welcome_token(session, secret_key=app.secret_key)}"


def first_form(**more):
    return {"name": "Ann Lee", "username": "ann", "password": PASSWORD, "again": PASSWORD, **more}


def test_the_welcome_link_makes_the_administrator_and_signs_in(app, client, session):
    path = welcome_path(app, session)
    answer = post(client, path, page=path, **first_form())
    assert answer.headers["Location"] == "/"
    assert client.get("/products").status_code == 200
    assert users.find(session, "ann").is_administrator


def test_the_welcome_link_works_once(app, client, session):
    path = welcome_path(app, session)
    stranger = app.test_client()
    token = token_of(stranger.get(path))
    post(client, path, page=path, **first_form())
    late = stranger.post(path, data={"csrf_token": token, **first_form(username="eve")})
    assert late.status_code == 410
    assert "no longer works" in late.get_data(as_text=True)
    assert users.find(session, "eve") is None
    assert stranger.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "..%2f", "%F0%9F%94%91"])
def test_a_made_up_welcome_link_is_refused_politely(client, token):
    assert client.get(f"/welcome/{token}").status_code in (404, 410)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "password", "again": "password"}, "Many people use this password"),
        ({"again": "another"}, "not the same"),
        ({"username": "a b"}, "no spaces"),
        ({"name": ""}, "Please fill this in"),
    ],
)
def test_a_welcome_form_with_mistakes_comes_back(app, client, session, wrong, said):
    path = welcome_path(app, session)
    answer = post(client, path, page=path, **first_form(**wrong))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert users.find(session, "ann") is None
