"""Requests that other sites forge are refused, on every route."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from werkzeug.routing import BuildError

from app.services import users
from app.web.auth import PUBLIC, permission_of
from app.web.security import SAFE_METHODS
from tests.web.door import PASSWORD, log_in, token_of


@pytest.fixture
def administrator(session, client):
    ann = users.create(session, "ann", by="test", password=PASSWORD)
    users.make_administrator(session, ann, by="test")
    session.commit()
    log_in(client)
    return client


BY_TOKEN = {"api_imports.ask"}
"""For programs: nothing that a browser sends by itself lets anybody in."""


def unsafe_routes(app):
    """Every address of the app that can change something, with made-up values."""
    values = {
        "uuid": "0192aaaa-0000-7000-8000-000000000000",
        "token": "x",
        "change_set": 1,
        "number": 1,
    }
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            for method in sorted(rule.methods - SAFE_METHODS):
                given = {name: values.get(name, "x") for name in rule.arguments}
                try:
                    yield method, app.url_for(rule.endpoint, **given), rule.endpoint
                except BuildError as error:  # pragma: no cover
                    pytest.fail(f"cannot build {rule}: {error}")


def test_every_unsafe_route_asks_for_the_token(administrator, app, session):
    counted = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
    before = session.scalar(text(counted))
    for method, address, endpoint in unsafe_routes(app):
        answer = administrator.open(address, method=method)
        if endpoint in BY_TOKEN:
            assert answer.status_code == 401, endpoint
            continue
        assert answer.status_code == 400, endpoint
        assert "open too long" in answer.get_data(as_text=True), endpoint
    assert session.scalar(text(counted)) == before


def test_a_stranger_cannot_do_anything_unsafe(client, app):
    for method, address, endpoint in unsafe_routes(app):
        answer = client.open(address, method=method)
        if endpoint in BY_TOKEN:
            assert answer.status_code == 401, endpoint
        elif permission_of(app, endpoint) == PUBLIC:
            assert answer.status_code == 400, endpoint
        else:
            assert urlsplit(answer.headers["Location"]).path == "/login", endpoint


def test_the_token_of_somebody_else_is_refused(administrator, app):
    other = token_of(app.test_client().get("/login"))
    assert administrator.post("/logout", data={"csrf_token": other}).status_code == 400


def test_the_token_from_before_the_login_is_refused(client, session):
    users.create(session, "ann", by="test", password=PASSWORD)
    session.commit()
    old = token_of(client.get("/login"))
    log_in(client)
    assert client.post("/logout", data={"csrf_token": old}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://localhost:8080"}, {"Origin": "http://localhost@evil"},
    ],
)  # fmt: skip
def test_other_sites_are_refused_even_with_the_token(administrator, headers):
    token = token_of(administrator.get("/account"))
    answer = administrator.post("/logout", data={"csrf_token": token}, headers=headers)
    assert answer.status_code == 400
    assert administrator.get("/account").status_code == 200


def test_a_token_as_plain_text_json_or_only_the_header_of_htmx_is_refused(administrator):
    token = token_of(administrator.get("/account"))
    for more in (
        {"data": f'{{"csrf_token": "{token}"}}', "content_type": "text/plain"},
        {"json": {"csrf_token": token}},
        {"headers": {"HX-Request": "true"}},
        {"query_string": {"csrf_token": token}},
    ):
        assert administrator.post("/logout", **more).status_code == 400


def test_htmx_sends_the_token_in_a_header(administrator):
    token = token_of(administrator.get("/account"))
    headers = {"HX-Request": "true", "X-CSRFToken": token, "Origin": "http://localhost"}
    assert administrator.post("/logout", headers=headers).status_code == 303


def test_htmx_gets_the_refusal_as_a_message(administrator):
    answer = administrator.post("/logout", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")
    assert "open too long" in answer.get_data(as_text=True)
