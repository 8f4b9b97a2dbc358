"""Who may: the guard before every request, and how a page says whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from app.db import Author, announce, choose_database, db
from app.errors import AppError
from app.models.users import User
from app.services import sessions
from app.web.security import SAFE_METHODS, check_csrf, is_static
from app.web.sessions import Nobody, forget_request, load, remote_address
from app.web.tracing import request_id, say_user

PUBLIC, LOGIN = "public", "login"
LONGEST_REASON = 200

F = TypeVar("F", bound=Callable[..., Any])
_login = LoginManager()


class Undeclared(AppError):
    """Some routes do not say who may use them."""


def requires(permission: str) -> Callable[[F], F]:
    """Say who may use an endpoint: "public", "login" (anybody signed in), or a permission."""

    def mark(view: F) -> F:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def init_auth(app: Flask) -> None:
    """Call after `init_security`, and before anything else that asks `before_request`."""
    _login.anonymous_user = Nobody
    _login.session_protection = None  # ours is stricter and does not break with the user agent
    _login.init_app(app, add_context_processor=True)
    _login.user_loader(load)
    app.jinja_env.globals["allowed"] = allowed
    guard(app)


def guard(app: Flask) -> None:
    """Ask before every request: who, may they, is it really their page, and then sign the work."""
    app.before_request(_guard)


def check_routes(app: Flask) -> None:
    """Refuse to start while a route does not say who may use it; call when all are registered."""
    endpoints = sorted(app.view_functions)
    undeclared = [endpoint for endpoint in endpoints if permission_of(app, endpoint) is None]
    if undeclared:
        raise Undeclared(
            f"These routes do not say who may use them: {', '.join(undeclared)}. "
            'Mark them with @requires("login"), @requires("public") or a permission.'
        )


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What an endpoint requires; None if nobody said."""
    view = app.view_functions.get(endpoint)
    declared = getattr(view, "permission", None)
    if declared is None:
        declared = getattr(getattr(view, "view_class", None), "permission", None)
    return PUBLIC if declared is None and is_static(endpoint) else declared


def allowed(permission: str) -> bool:
    """Whether the person of this request may; also in templates, to hide what they may not."""
    if permission == PUBLIC:
        return True
    if permission == LOGIN:
        return bool(current_user.is_authenticated)
    return permission in current_user.permissions


def this_user() -> User:
    """The signed-in user as a row in the session of this request."""
    user = db.session.get(User, current_user.uuid) if current_user.is_authenticated else None
    if user is None:
        abort(401)
    return user


def is_htmx() -> bool:
    """Whether htmx asks, and so wants a fragment."""
    return request.headers.get("HX-Request") == "true"


def safe_next(target: str | None, default: str = "/") -> str:
    """A path of our own to go to; `default` for anything that could lead elsewhere."""
    if not target or len(target) > 2000:
        return default
    if not target.startswith("/") or "//" in target.split("?")[0]:
        return default
    if "\\" in target or any(ord(letter) < 33 or ord(letter) == 127 for letter in target):
        return default
    try:
        parts = urlsplit(target)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else target


# -- the guard ---------------------------------------------------------------------------------


def _guard() -> Response | None:
    forget_request()
    if request.endpoint is None or is_static(request.endpoint):
        return None  # unknown addresses become 404 or 405 by themselves
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        abort(403)
    if not allowed(permission):
        return _to_login() if not current_user.is_authenticated else _deny(permission)
    check_csrf()
    _sign_work()
    return None


def _to_login() -> Response:
    if session.get("_user_id"):
        session.clear()
        flash(_("You were signed out. Please sign in again."), "info")
    if is_htmx():
        answer = make_response(_("Please sign in again."), 401)
        answer.headers["Content-Type"] = "text/plain; charset=utf-8"
        answer.headers["HX-Redirect"] = _login_url(_page_of_htmx())
        return answer
    return make_response(redirect(_login_url(_way_back()), 303))


def _way_back() -> str:
    """Here again after the login: the page, or the form that was just sent."""
    if request.method in SAFE_METHODS:
        return safe_next(request.full_path.rstrip("?"))
    rule = request.url_rule
    has_page = rule is not None and "GET" in (rule.methods or ())
    return safe_next(request.path) if has_page else "/"


def _page_of_htmx() -> str:
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return "/"
    return safe_next(page.path + (f"?{page.query}" if page.query else ""))


def _login_url(back: str) -> str:
    return url_for("account.login", next=back) if back != "/" else url_for("account.login")


def _deny(permission: str) -> Response:
    sessions.record(
        db.session,
        "denied",
        user=this_user(),
        remote_address=remote_address(),
        detail=f"{permission}: {request.method} {request.path}",
    )
    db.session.commit()
    abort(403)


def _sign_work() -> None:
    choose_database(db.session(), "trainwreck", None)
    reason = None
    if request.method not in SAFE_METHODS:
        reason = request.form.get("reason", "").strip()[:LONGEST_REASON].replace("\0", "") or None
    by = current_user._get_current_object() if current_user.is_authenticated else None
    if by is not None:
        say_user(str(by))
    if db.session().in_transaction():
        # Only where requests share a session (tests do): the author counts from the next one on.
        db.session.commit()
    announce(
        db.session(),
        Author(
            by=by,
            origin="web",
            reason=reason,
            remote_address=remote_address(),
            request_id=request_id(),
        ),
    )
