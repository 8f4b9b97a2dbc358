"""The number of a request: in every line of the log, in the answer, and on the page of an error."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Flask, Response, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from app.config import Settings
from app.config.core import WEB_PROXIES

log = logging.getLogger("storekeeper.requests")

HEADER = "X-Request-ID"
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


def init_tracing(app: Flask, settings: Settings) -> None:
    """Number the requests; before anything else that asks `before_request`."""
    behind_proxy = settings[WEB_PROXIES] > 0

    def begin() -> None:
        # Threads serve one request after the other: what the last one said is over.
        clear_contextvars()
        request.environ["storekeeper.began"] = time.monotonic()
        given = request.headers.get(HEADER, "") if behind_proxy else ""
        if SANE.fullmatch(given):
            request.environ["storekeeper.request_id"] = given
        bind_contextvars(request_id=request_id())

    app.before_request(begin)
    app.after_request(_end)


def request_id() -> str:
    """The number of this request, made when first asked for."""
    return str(request.environ.setdefault("storekeeper.request_id", _new()))


def say_user(name: str) -> None:
    """Who asks, for the lines of the log from here on."""
    bind_contextvars(user=name)


def seconds() -> float:
    """How long this request has taken so far."""
    return time.monotonic() - float(request.environ.get("storekeeper.began", time.monotonic()))


def _end(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    log.debug(
        "%s %r %s in %.0f ms", request.method, request.path, response.status_code, seconds() * 1000
    )
    return response


def _new() -> str:
    digits = secrets.token_hex(6)
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
