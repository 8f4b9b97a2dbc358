"""The door: signing in, the password, and who may see which page."""

import pytest
from sqlalchemy import select

from app.models.users import UserEvent
from app.services import users
from tests.web.door import PASSWORD, allow, log_in, make_app, post, token_of


def events(session, kind):
    return session.scalars(select(UserEvent).where(UserEvent.kind == kind)).all()


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
    for value in (
        "\0",
        "\r\n",
        "'; DROP TABLE person --",
        "x" * 100_000,
        "\u202e",
        "{{ 7*7 }}",
        "",
    ):
        form = {"csrf_token": token, "username": value, "password": value}
        assert client.post("/login", data=form).status_code in (422, 429)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            {"old": "wrong", "new": "another good one", "again": "another good one"},
            "old password is not right",
        ),
        (
            {"old": PASSWORD, "new": "password", "again": "password"},
            "Many people use this password",
        ),
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


def test_nobody_is_sent_to_the_login_and_back(client):
    assert (
        client.get("/products?sort=name").headers["Location"] == "/login?next=/products?sort%3Dname"
    )


def test_htmx_is_told_to_load_the_login(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/products?page=2"}
    answer = client.get("/products?fragment", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/products?page%3D2"


@pytest.mark.parametrize(
    "page", ["https://evil.example//x", "javascript:x", "//evil.example//", "http://[", ""]
)
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
