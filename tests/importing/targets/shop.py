"""A web shop's service, as one would write it: products as JSON, two on a page."""

from __future__ import annotations

import json
from socket import SHUT_RDWR
from urllib.parse import parse_qs, unquote


class Shop:
    """A WSGI app. `busy` requests are turned away; `refuses` is a number it does not like; it dies
    after so many changes as it `lives`."""

    url = ""

    def __init__(self):
        self.products, self.busy, self.busy_with = {}, 0, "503 Busy"
        self.busy_for = ("GET", "POST", "PATCH", "DELETE")
        self.refuses = self.says = None
        self.repeats, self.lives = False, 1_000

    def __call__(self, environ, start_response):
        self.lives -= environ["REQUEST_METHOD"] != "GET"
        if self.lives < 0:
            environ["werkzeug.socket"].shutdown(SHUT_RDWR)
            start_response("500 Dead", [])
            return []
        status, body, headers = self.answer(environ)
        start_response(status, [("Content-Type", "application/json"), *headers])
        return [body.encode()]

    def answer(self, environ):
        size = int(environ.get("CONTENT_LENGTH") or 0)
        sent = json.loads(environ["wsgi.input"].read(size) or "null")
        if self.busy and environ["REQUEST_METHOD"] in self.busy_for:
            self.busy -= 1
            return self.busy_with, "", [("Retry-After", "0")]
        number = unquote(environ["PATH_INFO"]).removeprefix("/products").strip("/")
        act = getattr(self, environ["REQUEST_METHOD"].lower())
        return act(number, sent, parse_qs(environ["QUERY_STRING"]))

    def get(self, number, sent, query):
        if self.says is not None:
            return "200 OK", self.says, []
        start = int(query.get("start", ["0"])[0])
        every = [self.products[key] for key in sorted(self.products)]
        more = self.repeats or start + 2 < len(every)
        following = f"/products?start={0 if self.repeats else start + 2}"
        headers = [("Link", f'<{following}>; rel="next"')] if more else []
        return "200 OK", json.dumps({"items": every[start : start + 2]}, default=str), headers

    def post(self, number, sent, query):
        if sent["number"] == self.refuses:
            return "422 No", "no twos here", []
        self.products[sent["number"]] = sent
        return "201 Created", "{}", []

    def patch(self, number, sent, query):
        self.products[number] |= sent
        return "200 OK", "{}", []

    def delete(self, number, sent, query):
        del self.products[number]
        return "204 Gone", "", []
