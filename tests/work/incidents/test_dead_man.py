"""A service outside hears that we live; that it does not is a warning."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from app.config import BadValue, Config, Settings
from app.config.core import CORE_SETTINGS
from app.models.incidents import DeadManPing, Incident
from app.work import dead_man


@pytest.fixture
def watcher():
    """A service that answers as `watcher.answer` says: a status, and where to go on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.paths.append(self.path)
            status, onwards = server.answer
            self.send_response(status)
            if onwards:
                self.send_header("Location", onwards)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.paths, server.answer = [], (200, None)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def settings(watcher, path="/ping/secret"):
    url = f"http://127.0.0.1:{watcher.server_address[1]}{path}"
    return Settings(Config.of({"incidents.dead_man_url": url}), CORE_SETTINGS)


def warnings(session):
    session.expire_all()
    return session.scalars(select(Incident).where(Incident.key == dead_man.FAILED)).all()


def test_a_ping_is_kept(session, watcher):
    assert dead_man.ping(settings(watcher)) is None
    assert watcher.paths == ["/ping/secret"]
    kept = session.scalars(select(DeadManPing)).one()
    assert kept.answered_at == kept.tried_at
    assert kept.problem is None


def test_a_failure_is_one_warning_until_it_works_again(session, watcher):
    watcher.answer = (503, None)
    for _ in range(2):
        assert dead_man.ping(settings(watcher)) == "127.0.0.1 answers 503 Service Unavailable."
    [found] = warnings(session)
    assert (found.severity, found.count, found.state) == ("warning", 2, "open")
    assert session.scalars(select(DeadManPing)).one().answered_at is None
    watcher.answer = (200, None)
    dead_man.ping(settings(watcher))
    assert [one.state for one in warnings(session)] == ["closed"]


def test_a_service_that_is_away_is_said_without_the_key_in_its_address(session, watcher):
    told = settings(watcher)
    watcher.shutdown()
    watcher.server_close()
    problem = dead_man.ping(told)
    assert problem == "127.0.0.1 cannot be asked: ConnectError."
    assert "secret" not in (warnings(session)[0].detail or "")


@pytest.mark.parametrize("onwards", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/"])
def test_it_is_not_sent_to_other_kinds_of_addresses(session, watcher, onwards):
    watcher.answer = (302, onwards)
    assert "cannot be asked: UnsupportedProtocol" in dead_man.ping(settings(watcher))


def test_it_does_not_go_round_in_circles(session, watcher):
    watcher.answer = (302, "/again")
    assert "TooManyRedirects" in dead_man.ping(settings(watcher))
    assert len(watcher.paths) <= 5


def test_without_an_address_nobody_is_asked(session):
    assert dead_man.ping(Settings(Config(), CORE_SETTINGS)) is None
    assert session.scalars(select(DeadManPing)).all() == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "example.org/x", "https://ann:pw@x.org/"])
def test_another_kind_of_address_is_refused(url):
    with pytest.raises(BadValue):
        Settings(Config.of({"incidents.dead_man_url": url}), CORE_SETTINGS)
