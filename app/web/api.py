"""Addresses for programs: whoever sends a token acts as its user, and every answer is JSON.

pages = Blueprint("api_imports", __name__, url_prefix="/api")
only_with_token(pages)
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, make_response, request

from app.db import Author, announce, db
from app.errors import AppError
from app.services import tokens
from app.services.permissions import permissions_of
from app.web.security import csrf
from app.web.sessions import Visitor, remote_address
from app.web.tracing import request_id, say_user

PREFIX = "/api/"
WHO_ARE_YOU = "Send a token of yours: Authorization: Bearer sk_…"


class NotUnderstood(AppError):
    """Send an object of JSON."""


def only_with_token(pages: Blueprint) -> None:
    """Let nobody in without a token. A browser sends none on its own, so nothing is forged."""
    csrf.exempt(pages)
    pages.before_request(_act_as_the_token_says)


def is_for_programs() -> bool:
    """Whether a program asks, which wants its errors as JSON."""
    return request.path.startswith(PREFIX)


def problem(status: int, text: str, **more: Any) -> Response:
    """What is wrong, in a sentence."""
    answer = make_response(jsonify({"error": text, **more}), status)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def read_json(text: str | bytes) -> Any:
    """JSON that may be kept: without what no database takes. Raises NotUnderstood."""
    try:
        found = json.loads(text, parse_constant=_no_number)
        kept = json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("That is no JSON that can be read.") from error
    if rb"\u0000" in kept:
        raise NotUnderstood("A text has a control character.")
    return found


def _act_as_the_token_says() -> None:
    """The session of a browser counts for nothing here."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    session = db.session()
    user = tokens.user_of(session, text.strip()) if scheme.lower() == "bearer" else None
    if user is None:
        abort(401, WHO_ARE_YOU)
    visitor = Visitor(user, permissions_of(session, user))
    session.commit()  # when the token was used; what follows is signed by its user
    g._login_user = visitor
    say_user(str(visitor))
    announce(session, Author(by=visitor, origin="api", remote_address=remote_address(),
                             request_id=request_id()))  # fmt: skip


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")
