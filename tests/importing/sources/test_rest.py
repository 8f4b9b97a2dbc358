"""Web APIs: a real server, with the bad days that servers have."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.importing.handler import ImportHandler
from app.importing.importer import TableImporter
from app.importing.sources.paging import Cursor, NextLink, PageNumber
from app.importing.sources.rest import RestSource
from app.models.vendors import Vendor

VENDORS = [{"id": n, "label": f"Farm {n}"} for n in range(1, 8)]


class Shop:
    """A server whose `answer(path, query)` gives status, headers and body; `asked` is kept."""

    def __init__(self):
        self.asked = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = urlsplit(self.path)
                query = {name: value[0] for name, value in parse_qs(url.query).items()}
                shop.asked.append((url.path, query))
                status, headers, body = shop.answer(url.path, query)
                text = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(text)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, path, query):
        """Pages of three vendors, in each of the styles."""
        if path == "/links":
            start = int(query.get("from", 0))
            rest = {"next": f"/links?from={start + 3}"} if start + 3 < len(VENDORS) else {}
            return 200, {}, {"items": VENDORS[start : start + 3], **rest}
        if path == "/numbers":
            start = 3 * (int(query["page"]) - 1)
            return 200, {}, VENDORS[start : start + 3]
        start = int(query.get("cursor", 0))
        more = str(start + 3) if start + 3 < len(VENDORS) else None
        return 200, {}, {"data": {"items": VENDORS[start : start + 3]}, "meta": {"cursor": more}}


@pytest.fixture
def shop():
    found = Shop()
    thread = Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def slept():
    return []


@pytest.fixture
def api(shop, slept):
    with RestSource(shop.url, sleep=slept.append) as source:
        yield source


@pytest.mark.parametrize(
    ("path", "paging", "at"),
    [
        ("links", NextLink(), "items"), ("numbers", PageNumber(size=3), ""),
        ("numbers", PageNumber(size=100), ""), ("cursors", Cursor("meta/cursor"), "data/items"),
    ],
)  # fmt: skip
def test_all_pages_are_read(api, path, paging, at):
    assert list(api.records(path, paging=paging, at=at)) == VENDORS


def test_a_link_in_the_header_is_followed(shop, api):
    def answer(path, query):
        more = {} if query else {"Link": f'<{shop.url}/a?page=2>; rel="next"'}
        return 200, more, VENDORS[3:] if query else VENDORS[:3]

    shop.answer = answer
    assert list(api.records("a")) == VENDORS


def test_prices_keep_their_digits(shop, api):
    shop.answer = lambda path, query: (200, {}, b'[{"price": 2.10}]')
    assert list(api.records("a")) == [{"price": "2.10"}]


def test_what_passes_is_asked_again(shop, api, slept):
    answers = [
        (429, {"Retry-After": "7"}, b""), (503, {}, b""), (500, {"Retry-After": "soon"}, b""),
        (200, {}, VENDORS),
    ]  # fmt: skip
    shop.answer = lambda path, query: answers.pop(0)
    assert list(api.records("a")) == VENDORS
    assert slept == [7.0, 2.0, 4.0]


def test_a_server_that_stays_down_is_given_up(shop, api):
    shop.answer = lambda path, query: (503, {}, b"")
    with pytest.raises(
        BadSource, match=r"asked 6 times: 503 Service Unavailable\. Nothing was wri"
    ):
        list(api.records("a"))
    assert len(shop.asked) == 6


def test_a_server_that_wants_too_much_patience_is_given_up(shop, api, slept):
    shop.answer = lambda path, query: (429, {"Retry-After": "86400"}, b"")
    with pytest.raises(BadSource, match="429 Too Many Requests"):
        list(api.records("a"))
    assert slept == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((200, {}, b"<!DOCTYPE html><html>Log in</html>"), "gives a web page and no JSON"),
        ((200, {"Content-Type": "text/plain"}, b"oops"), "gives text/plain and no JSON"),
        ((200, {}, b'[{"id": 1'), "and no JSON"), ((200, {}, {"items": 3}), "no list of records"),
        ((200, {}, [1]), "a record that is no object"), ((401, {}, b""), "is the key right"),
        ((404, {}, b""), "404 Not Found"),
        ((302, {"Location": "/login"}, b""), "sends us elsewhere"),
        ((200, {}, {"items": VENDORS, "next": "https://evil.example/x"}), "a next page elsewhere"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_one_sentence(shop, api, answer, says):
    shop.answer = lambda path, query: answer
    at = "items" if isinstance(answer[2], dict) else ""
    with pytest.raises(BadSource, match=says):
        list(api.records("a?key=secret", at=at))
    assert len(shop.asked) == 1


def test_a_page_that_comes_again_is_refused(shop, api):
    shop.answer = lambda path, query: (200, {}, VENDORS)
    with pytest.raises(BadSource, match="a page for the second time"):
        list(api.records("a", paging=PageNumber(size=7)))


def test_no_more_requests_are_sent_than_agreed(shop):
    now, slept = [100.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    with RestSource(shop.url, per_second=4, sleep=sleep, clock=lambda: now[0]) as api:
        list(api.records("links", at="items"))
    assert slept == [0.25, 0.25]


# In an import


class VendorsOfShop(TableImporter):
    model, key, delete = Vendor, "number", True
    fields = ("number", "name")

    def rows(self, keys=None):
        return self.source.records("links", at="items")

    def record(self, row):
        return {"number": str(row["id"]), "name": row["label"]}


class FromShop(ImportHandler):
    key, title, importers = "shop", "From the shop", (VendorsOfShop,)

    def open_source(self):
        return self.api


@pytest.fixture
def import_vendors(app, session, shop):
    def run():
        session.expire_all()
        handler = FromShop(app.extensions["settings"])
        handler.api = RestSource(shop.url, sleep=lambda seconds: None)
        return handler.run()

    return run


def test_a_source_that_dies_half_way_writes_and_deletes_nothing(import_vendors, shop, session):
    import_vendors()
    whole = shop.answer
    shop.answer = lambda path, query: (500, {}, b"") if "from" in query else whole(path, query)
    with pytest.raises(BadSource, match="500 Internal Server Error"):
        import_vendors()
    assert len(session.scalars(select(Vendor)).all()) == len(VENDORS)
