"""When something goes wrong: a sentence and an id for people, the details in the log."""

from __future__ import annotations

import logging
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Any

from flask import Flask, Response, current_app, make_response, request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from app.config.core import SHOP_NAME
from app.db import db
from app.errors import AppError
from app.web.api import is_for_programs, problem
from app.web.auth import is_htmx
from app.web.saying import said
from app.web.tracing import request_id

log = logging.getLogger("storekeeper.web")

TRY_AGAIN_AFTER = 10  # seconds
TOO_SLOW = "57014"  # PostgreSQL: query_canceled


def init_errors(app: Flask) -> None:
    """Register the handlers; after `init_security` and `init_auth`."""
    app.register_error_handler(AppError, _refused)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _broken)
    app.log_exception = _log_broken  # instead of Flask's, which knows no id


def _refused(error: AppError) -> Response:
    _give_up()
    return _answer(HTTPStatus.UNPROCESSABLE_ENTITY, _("That did not work"), said(error))


def _stale(error: CSRFError) -> Response:
    text = _("This page was open too long. Go back, reload it and try again.")
    return _answer(HTTPStatus.BAD_REQUEST, _("Please try again"), text, why=error.description)


def _database(error: DBAPIError | PoolTimeout) -> Response:
    _give_up()
    if getattr(getattr(error, "orig", None), "pgcode", None) == TOO_SLOW:
        text = _("The database took too long to answer. Ask for less at a time, then try again.")
    elif isinstance(error, OperationalError | PoolTimeout) or error.connection_invalidated:
        text = _("The database does not answer at the moment. Nothing was changed; try again soon.")
    else:
        raise error  # a fault of ours, and a 500
    answer = _answer(
        HTTPStatus.SERVICE_UNAVAILABLE, _("Just a moment"), text, why="database", cause=error
    )
    answer.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
    return answer


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    title, text = _words(error.code)
    if error.description and error.description != type(error).description:
        text = error.description  # abort(404, "a sentence of ours")
    answer = _answer(HTTPStatus(error.code), title, text)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After", "Content-Range"):
            answer.headers[name] = value
    return answer


def _broken(error: InternalServerError) -> Response:
    _give_up()
    title, text = _words(500)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, title, text, logged=True)


def _log_broken(exc_info: Any) -> None:
    _log(logging.ERROR, HTTPStatus.INTERNAL_SERVER_ERROR, "unexpected error", exc_info)


def _words(code: int) -> tuple[str, str]:
    known = {
        400: (
            _("That was not understood"),
            _("The request was incomplete. Go back, reload and try again."),
        ),
        401: (_("Please sign in"), _("You need to sign in to see this.")),
        403: (
            _("Not for you"),
            _("You may not do this. Ask an administrator for the permission."),
        ),
        404: (
            _("Not found"),
            _("There is nothing at this address. It may have been moved or deleted."),
        ),
        405: (
            _("Not this way"),
            _("This address cannot be used like that. Go back and use the buttons of the page."),
        ),
        413: (
            _("Too large"),
            _("What you sent is too large. Send a smaller file, or fewer rows at a time."),
        ),
        422: (_("That did not work"), _("Something in the form needs another look.")),
        429: (_("Too many tries"), _("There were too many tries. Wait a little, then try again.")),
        500: (
            _("Something broke"),
            _("That is our fault, not yours. Nothing was changed; try again soon."),
        ),
        503: (_("Just a moment"), _("Storekeeper cannot answer at the moment. Try again soon.")),
    }
    return known.get(code, (_("That did not work"), _("The request could not be answered.")))


def _answer(
    status: HTTPStatus,
    title: str,
    text: str,
    *,
    why: str | None = None,
    cause: BaseException | None = None,
    logged: bool = False,
) -> Response:
    if not logged:
        level = logging.ERROR if status >= 500 else logging.INFO
        exc_info = (type(cause), cause, cause.__traceback__) if cause else None
        _log(level, status, why or text, exc_info)
    facts = {"status": int(status), "title": title, "text": text, "error_id": request_id()}
    if is_for_programs():
        return problem(status, text, id=request_id())
    if not is_htmx():
        return make_response(_page(facts), status)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        answer = make_response(_render("errors/fragment.html", facts), status)
        answer.headers["HX-Retarget"] = "#flashes"
        answer.headers["HX-Reswap"] = "beforeend"
        return answer
    # app/static/js/requests.js shows a plain text as a message and leaves the page as it is.
    answer = make_response(f"{text} ({facts['error_id']})", status)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer


def _log(
    level: int,
    status: HTTPStatus,
    why: str,
    exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | None,
) -> None:
    # repr: nobody writes a line of their own into the log by asking for a strange address.
    log.log(
        level, "%s %s %s %r from %s: %r", request_id(), int(status), request.method, request.path,
        request.remote_addr, why, exc_info=exc_info,
    )  # fmt: skip


def _give_up() -> None:
    with suppress(SQLAlchemyError):
        db.session.rollback()


def _page(facts: dict[str, Any]) -> str:
    try:
        return _render("errors/page.html", facts)
    except Exception:
        # The page about an error must not fail, whatever is broken below it.
        log.exception("%s the error page itself failed", facts["error_id"])
        return (
            "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
            "<h1>{title}</h1><p>{text}</p><p>{error_id}</p>"
        ).format(**{name: escape(fact) for name, fact in facts.items()})


def _render(template: str, facts: dict[str, Any]) -> str:
    # Without context processors: they ask the database, which may be what is broken.
    theme = request.cookies.get("theme")
    return current_app.jinja_env.get_template(template).render(
        **facts,
        shop_name=current_app.extensions["settings"][SHOP_NAME],
        theme=theme if theme in ("light", "dark") else "auto",
        locale=str(get_locale() or "en").replace("_", "-"),
        inside=request.path != "/",
    )
