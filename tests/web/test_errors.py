"""When something goes wrong: a sentence, an id, and never a traceback."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from app.services import sign_in, users
from tests.web.door import PASSWORD, log_in, make_app

CODES = ["400", "401", "403", "404", "413", "422", "429", "503"]
ID = r"\b[0-9a-f]{4}-[0-9a-f]{4}\b"


@pytest.fixture(scope="session")
def app(app_config):
    return make_app(app_config)


@pytest.fixture(autouse=True)
def as_in_production(app, monkeypatch):
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def fragment(client, address):
    return client.get(address, headers={"HX-Request": "true"})


@pytest.mark.parametrize("code", CODES)
def test_every_error_is_a_page_with_a_sentence(client, code):
    answer = client.get(f"/probe/{code}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == int(code)
    assert answer.mimetype == "text/html"
    assert re.search(r"<h1>[A-Z][^<]+</h1>", page)
    assert re.search(ID, page)


@pytest.mark.parametrize("code", [code for code in CODES if code != "422"])
def test_htmx_gets_the_sentence_as_a_message(client, code):
    answer = fragment(client, f"/probe/{code}")
    assert (answer.status_code, answer.mimetype) == (int(code), "text/plain")
    assert "<" not in answer.get_data(as_text=True)


def test_an_error_of_ours_is_a_422_with_its_sentence(client):
    answer = client.get("/probe/refused")
    assert answer.status_code == 422
    assert "The shop is closed." in answer.get_data(as_text=True)


def test_an_error_of_ours_becomes_a_message_in_the_page(client):
    answer = fragment(client, "/probe/refused")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#flashes"
    assert answer.headers["HX-Reswap"] == "beforeend"
    assert page.strip().startswith('<div class="flash flash-danger">')
    assert "The shop is closed." in page


def test_a_fault_shows_an_id_and_logs_the_traceback_under_it(client, caplog):
    answer = client.get("/probe/boom")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    for secret in ("ZeroDivision", "secret detail", "Traceback", "door.py"):
        assert secret not in page
    error_id = re.search(ID, page)[0]
    logged = [one for one in caplog.records if error_id in one.getMessage()]
    assert len(logged) == 1
    assert (logged[0].name, logged[0].exc_info[0]) == ("storekeeper.web", ZeroDivisionError)


def test_a_fault_of_a_fragment_leaves_the_page_as_it_is(client):
    answer = fragment(client, "/probe/boom")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert re.search(ID, answer.get_data(as_text=True))


def test_wrong_sql_is_a_fault_of_ours_and_shows_none_of_it(client):
    answer = client.get("/probe/sql")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "nothing_here" not in page
    assert "SELECT" not in page


def test_a_query_that_takes_too_long_says_so(client):
    answer = client.get("/probe/slow")
    assert answer.status_code == 503
    assert "took too long" in answer.get_data(as_text=True)


def test_without_the_database_there_is_a_page_that_says_when_to_come_back(own_database, server):
    from app.db import db

    app = make_app(own_database)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    with app.app_context():
        users.create(db.session, "ann", by="test", password=PASSWORD)
        db.session.commit()
    log_in(client)
    assert client.get("/account").status_code == 200
    gone = own_database["db.url"].split("?")[0].rpartition("/")[2]
    server._execute(f'ALTER DATABASE "{gone}" ALLOW_CONNECTIONS off')
    server._execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{gone}'"
    )
    try:
        answer, part = client.get("/account"), fragment(client, "/account")
    finally:
        server._execute(f'ALTER DATABASE "{gone}" ALLOW_CONNECTIONS on')
    assert answer.status_code == part.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "does not answer" in answer.get_data(as_text=True)
    assert part.mimetype == "text/plain"
    assert client.get("/account").status_code == 200
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def test_a_database_that_goes_away_in_the_middle_is_a_503(client, app, monkeypatch):
    def away(*args, **more):
        raise OperationalError("SELECT secret", {}, Exception("server closed the connection"))

    monkeypatch.setattr(sign_in, "authenticate", away)
    answer = log_in(client)
    assert answer.status_code == 503
    assert "SELECT" not in answer.get_data(as_text=True)


def test_an_error_page_that_fails_is_still_a_page(client, app, monkeypatch):
    from app.web import errors

    monkeypatch.setattr(errors, "_render", lambda *args: 1 / 0)
    answer = client.get("/probe/403")
    assert answer.status_code == 403
    assert "<h1>Not for you</h1>" in answer.get_data(as_text=True)


def test_nobody_writes_lines_of_their_own_into_the_log(client, caplog):
    caplog.set_level("INFO", "storekeeper.web")
    client.get("/nothing%0A2026-11-19 root logged in%1b[2J")
    logged = [one.getMessage() for one in caplog.records if one.name == "storekeeper.web"]
    assert len(logged) == 1
    assert "\n" not in logged[0]
    assert "\x1b" not in logged[0]


def test_a_wrong_method_says_which_are_right(client):
    answer = client.post("/open")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("theme", ["dark", "light", '"><script>alert(1)</script>', ""])
def test_the_error_page_keeps_the_theme_and_nothing_else(client, theme):
    client.set_cookie("theme", theme)
    page = client.get("/nothing-here").get_data(as_text=True)
    assert f'data-theme="{theme if theme in ("dark", "light") else "auto"}"' in page
    assert "alert(1)" not in page


@pytest.mark.parametrize(
    "address",
    ["/<script>alert(1)</script>", "/{{7*1000003}}", "/%00", "/" + "a" * 5000, "/é", "/a?b=<x>"],
)
def test_an_unknown_address_is_never_shown_back(client, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert "alert(1)" not in answer.get_data(as_text=True)
    assert "7000021" not in answer.get_data(as_text=True)
