"""Who asks, and whether they may: sessions, the guard before every request, `requires`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from app.config import Setting
from app.config.core import WEB_SESSION_IDLE, WEB_SESSION_LIFETIME
from app.db import Author, announce, db
from app.errors import AppError
from app.models.users import User
from app.services import users
from app.services.permissions import permissions_of
from app.web.security import SAFE_METHODS, check_csrf, is_static

PUBLIC, LOGIN = "public", "login"
LONGEST_REASON = 200
SEEN_EVERY = timedelta(minutes=1)
BROWSER_LASTS = timedelta(days=180)
MOST_KNOWN = 20

F = TypeVar("F", bound=Callable[..., Any])
_login = LoginManager()


class Undeclared(AppError):
    """Some routes do not say who may use them."""


class Visitor(UserMixin):
    """The signed-in person of one request, as `current_user`: a snapshot that outlives its session.

    It signs change sets and may be given to services as `by=`. For the row itself: `this_user()`.
    """

    def __init__(self, user: User, permissions: frozenset[str]) -> None:
        self.uuid: UUID = user.uuid
        self.username = user.username
        self.name = user.name
        self.initials = user.initials
        self.is_administrator = user.is_administrator
        self.roles = tuple(role.name for role in user.roles)
        self.permissions = permissions

    def get_id(self) -> str:
        return str(self.uuid)

    def __str__(self) -> str:
        return self.name


class Nobody(AnonymousUserMixin):
    """Whoever is not signed in."""

    uuid = None
    name = username = initials = ""
    is_administrator = False
    roles: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()


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
    _login.user_loader(_load)
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


def remote_address() -> str | None:
    """Where the request comes from; behind proxies as `web.proxies` says."""
    return request.remote_addr


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


# -- sessions ----------------------------------------------------------------------------------


def sign_in(user: User, response: Response) -> Response:
    """Begin a new session for a user whose password was right; the caller commits.

    Nothing of the old session is kept, so that one planted before is worth nothing.
    """
    login = users.start_session(db.session, user, remote_address=remote_address())
    db.session.commit()
    now = datetime.now(UTC)
    session.clear()
    session["_user_id"] = str(user.uuid)
    session["key"] = user.session_key
    session["sid"] = str(login.uuid)
    session["since"] = session["seen"] = int(now.timestamp())
    _forget_request_user()
    _remember_browser(user, response)
    return response


def sign_out() -> None:
    """End the session of this browser; a copy of its cookie is refused from now on. Commits."""
    user, sid = this_user(), session_id()
    if sid is not None:
        users.end_session(db.session, user, sid, remote_address=remote_address())
    db.session.commit()
    session.clear()
    _forget_request_user()


def keep_session(user: User) -> None:
    """Let this browser stay signed in after the user's session key was renewed."""
    session["key"] = user.session_key


def session_id() -> UUID | None:
    """The id of this session: the uuid of the login event that began it."""
    return _uuid(session.get("sid"))


def known_to() -> set[UUID]:
    """The users who signed in from this browser before, by a signed cookie."""
    try:
        listed = _browser().loads(
            request.cookies.get(_browser_cookie(), ""), max_age=int(BROWSER_LASTS.total_seconds())
        )
        return {UUID(one) for one in listed}
    except (BadData, ValueError, TypeError, AttributeError):
        return set()


def _load(user_id: str) -> Visitor | None:
    since, seen = _moment("since"), _moment("seen")
    user_uuid, sid = _uuid(user_id), session_id()
    if since is None or seen is None or user_uuid is None or sid is None:
        return None
    now = datetime.now(UTC)
    if now - since > _setting(WEB_SESSION_LIFETIME) or now - seen > _setting(WEB_SESSION_IDLE):
        return None
    # A session of its own: that of the request must begin after its author is known.
    with db.session.session_factory() as reading:
        user = users.user_of_session(
            reading, user_uuid, str(session.get("key")), sid, since=since
        )  # fmt: skip
        if user is None:
            return None
        visitor = Visitor(user, permissions_of(reading, user))
    if now - seen >= SEEN_EVERY:
        session["seen"] = int(now.timestamp())
    return visitor


def _setting(setting: Setting[timedelta]) -> timedelta:
    length: timedelta = current_app.extensions["settings"][setting]
    return length


def _moment(name: str) -> datetime | None:
    value = session.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _remember_browser(user: User, response: Response) -> None:
    known = [user.uuid, *sorted(known_to() - {user.uuid})][:MOST_KNOWN]
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.set_cookie(
        _browser_cookie(),
        str(_browser().dumps([str(one) for one in known])),
        max_age=BROWSER_LASTS,
        secure=secure,
        httponly=True,
        samesite="Lax",
    )


def _browser() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="storekeeper browser")


def _browser_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}_browser"


# -- the guard ---------------------------------------------------------------------------------


def _guard() -> Response | None:
    _forget_request_user()
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


def _forget_request_user() -> None:
    # Requests may share an application context (tests do), and with it what others keep in `g`.
    for name in ("_login_user", "csrf_token", "csrf_valid"):
        g.pop(name, None)


def _to_login() -> Response:
    if session.get("_user_id"):
        session.clear()
        flash(_("You were signed out. Please sign in again."), "info")
    if is_htmx():
        answer = make_response(_("Please sign in again."), 401)
        answer.headers["Content-Type"] = "text/plain; charset=utf-8"
        answer.headers["HX-Redirect"] = _login_url(_page_of_htmx())
        return answer
    here = request.full_path.rstrip("?") if request.method in SAFE_METHODS else "/"
    return make_response(redirect(_login_url(safe_next(here)), 303))


def _page_of_htmx() -> str:
    try:
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
    except ValueError:
        return "/"
    return safe_next(page.path + (f"?{page.query}" if page.query else ""))


def _login_url(back: str) -> str:
    return url_for("account.login", next=back) if back != "/" else url_for("account.login")


def _deny(permission: str) -> Response:
    users.record(
        db.session,
        "denied",
        user=this_user(),
        remote_address=remote_address(),
        detail=f"{permission}: {request.method} {request.path}",
    )
    db.session.commit()
    abort(403)


def _sign_work() -> None:
    reason = None
    if request.method not in SAFE_METHODS:
        reason = request.form.get("reason", "").strip()[:LONGEST_REASON].replace("\0", "") or None
    by = current_user._get_current_object() if current_user.is_authenticated else None
    if db.session().in_transaction():
        # Only where requests share a session (tests do): the author counts from the next one on.
        db.session.commit()
    announce(
        db.session(),
        Author(by=by, origin="web", reason=reason, remote_address=remote_address()),
    )
