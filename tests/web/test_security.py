"""What protects every answer: headers, CSRF, the key, limits."""

import re

import pytest
from flask.testing import FlaskClient

from app.db import db, unit_of_work
from app.services import users
from tests.web.door import PASSWORD, cookie, log_in, make_app, token_of

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ADDRESSES = [
    "/login", "/open", "/account", "/nothing-here", "/static/css/theme.css", "/static/favicon.svg",
    "/static/nothing.css", "/static/../wsgi.py", "/probe/refused", "/probe/boom", "/probe/400",
    "/probe/403", "/probe/413", "/probe/503", "/probe/slow", "/welcome/x", "/",
]  # fmt: skip


class Buffering(FlaskClient):
    """Reads every answer to its end, so that files are closed."""

    def open(self, *args, **more):
        return super().open(*args, **more | {"buffered": True})


@pytest.fixture(scope="session")
def door(app_config):
    """The app with probes; `app` is the whole one."""
    return make_app(app_config)


@pytest.fixture
def stranger(door, session, monkeypatch):
    monkeypatch.setitem(door.config, "PROPAGATE_EXCEPTIONS", False)
    door.test_client_class = Buffering
    return door.test_client()


@pytest.fixture
def administrator(session, client):
    ann = users.create(session, "ann", by="test", password=PASSWORD)
    users.make_administrator(session, ann, by="test")
    session.commit()
    log_in(client)
    return client


def nonce_in(answer):
    return re.search(r"script-src 'nonce-([\w-]+)'", answer.headers["Content-Security-Policy"])[1]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_has_the_headers(stranger, address):
    answer = stranger.get(address)
    assert ALWAYS.items() <= dict(answer.headers).items()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'nonce-")
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "charset" in answer.headers["Content-Type"]
    if not (address.startswith("/static") and answer.status_code == 200):
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_other_methods_have_the_headers_too(stranger, method):
    answer = stranger.open("/open", method=method)
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert answer.status_code == (200 if method == "OPTIONS" else 405)


def test_a_method_cannot_be_overridden(stranger):
    answer = stranger.post("/open?_method=GET", headers={"X-HTTP-Method-Override": "GET"})
    assert answer.status_code == 405


def test_the_nonce_is_new_for_every_answer_and_the_one_of_its_scripts(stranger):
    pages = [stranger.get("/login") for _ in range(50)]
    assert len({nonce_in(page) for page in pages}) == 50
    for page in pages:
        assert set(re.findall(r'<script[^>]*nonce="([\w-]+)"', page.get_data(as_text=True))) == {
            nonce_in(page)
        }


def test_a_thousand_nonces_differ(stranger):
    assert len({nonce_in(stranger.get("/open")) for _ in range(1000)}) == 1000


def test_no_page_has_inline_styles_or_handlers(administrator):
    for address in ("/account", "/account/password", "/nothing-here"):
        page = administrator.get(address).get_data(as_text=True)
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
        assert re.findall(r"<script(?![^>]*nonce=)", page) == []


def test_static_files_are_kept_by_the_version_in_their_address(stranger, door):
    with door.test_request_context():
        address = door.url_for("static", filename="css/theme.css")
        font = door.url_for("static", filename="vendor/inter/inter-latin-wght-normal.woff2")
    assert "immutable" in stranger.get(address).headers["Cache-Control"]
    assert (
        stranger.get("/static/css/theme.css?v=old").headers["Cache-Control"] == "public, no-cache"
    )
    assert "?" not in font  # the style sheet names it without
    assert stranger.get(font).headers["Cache-Control"] == "public, max-age=604800"
    assert "Set-Cookie" not in stranger.get(address).headers


@pytest.mark.parametrize(
    "path",
    [
        "../wsgi.py",
        "..%2fwsgi.py",
        "....//wsgi.py",
        "%2e%2e/wsgi.py",
        "%2fetc/passwd",
        "css",
        "",
        ".git/config",
    ],
)
def test_static_shows_nothing_but_its_files(stranger, path):
    assert stranger.get(f"/static/{path}", follow_redirects=True).status_code == 404


def cookies_of(answer):
    return dict(one.split("=", 1) for one in answer.headers.getlist("Set-Cookie"))


def test_cookies_are_for_us_alone(client, session):
    users.create(session, "ann", by="test", password=PASSWORD)
    session.commit()
    cookies = cookies_of(log_in(client))
    assert set(cookies) == {"storekeeper", "storekeeper_browser"}
    for value in cookies.values():
        assert "HttpOnly" in value
        assert "SameSite=Lax" in value
        assert "Path=/" in value
        assert "Domain" not in value


def test_over_tls_cookies_are_secure_and_the_browser_stays_with_tls(app_config, own_database):
    app = make_app({**app_config, **own_database, "web.secure_cookies": "on"})
    with app.app_context(), unit_of_work(by="test") as session:
        users.create(session, "ann", by="test", password=PASSWORD)
    client = app.test_client()
    tls = {"base_url": "https://shop.example"}
    page = client.get("/login", **tls)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    form = {"csrf_token": token_of(page), "username": "ann", "password": PASSWORD}
    answer = client.post(
        "/login", data=form, headers={"Referer": "https://shop.example/login"}, **tls
    )
    cookies = cookies_of(answer)
    assert set(cookies) == {"__Host-storekeeper", "__Host-storekeeper_browser"}
    assert all("Secure" in value and "Path=/" in value for value in cookies.values())
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_the_session_is_a_signed_cookie_without_secrets(administrator, session):
    import base64

    ann = users.find(session, "ann")
    payload = cookie(administrator).split(".")[0]
    shown = base64.urlsafe_b64decode(payload + "==")
    assert ann.password_hash.encode() not in shown
    assert b"ann" not in shown


def test_too_much_is_refused_before_it_is_read(administrator):
    answer = administrator.post(
        "/logout",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(65 * 2**20)},
    )
    assert answer.status_code == 413
    assert "too large" in answer.get_data(as_text=True)


def test_a_form_with_too_many_parts_is_refused(administrator):
    form = {f"field{number}": "x" for number in range(2001)}
    answer = administrator.post("/logout", data=form, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_without_proxies_nobody_can_pretend_an_address(stranger):
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example"}
    assert (
        stranger.get("/probe/host", headers=headers).get_data(as_text=True) == "127.0.0.1 localhost"
    )


def test_behind_a_proxy_the_address_is_what_the_proxy_says(app_config, session):
    app = make_app({**app_config, "web.proxies": "1"})
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Host": "shop.example"}
    answer = app.test_client().get("/probe/host", headers=headers)
    assert answer.get_data(as_text=True) == "203.0.113.9 shop.example"
