"""The session of a browser: a signed cookie that names the login it began with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Response, current_app, g, request, session
from flask_login import AnonymousUserMixin, UserMixin, current_user
from itsdangerous import BadData, URLSafeTimedSerializer

from app.config import Setting
from app.config.core import WEB_SESSION_IDLE, WEB_SESSION_LIFETIME
from app.db import db
from app.db.types import uuid_of
from app.models.users import User
from app.services import sessions
from app.services.permissions import permissions_of

SEEN_EVERY = timedelta(minutes=1)
BROWSER_LASTS = timedelta(days=180)
MOST_KNOWN = 20


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


def begin_session(user: User, response: Response) -> Response:
    """Begin a new session for a user whose password was right. Commits.

    Nothing of the old session is kept, so that one planted before is worth nothing.
    """
    login = sessions.start(db.session, user, remote_address=remote_address())
    db.session.commit()
    now = datetime.now(UTC)
    session.clear()
    session["_user_id"] = str(user.uuid)
    session["key"] = user.session_key
    session["sid"] = str(login.uuid)
    session["since"] = session["seen"] = int(now.timestamp())
    forget_request()
    _remember_browser(user, response)
    return response


def end_session() -> None:
    """End the session of this browser; a copy of its cookie is refused from now on. Commits."""
    user, sid = db.session.get(User, current_user.uuid), session_id()
    if user is not None and sid is not None:
        sessions.end(db.session, user, sid, remote_address=remote_address())
    db.session.commit()
    session.clear()
    forget_request()


def keep_session(user: User) -> None:
    """Let this browser stay signed in after the user's session key was renewed."""
    session["key"] = user.session_key


def session_id() -> UUID | None:
    """The id of this session: the uuid of the login event that began it."""
    return uuid_of(str(session.get("sid")))


def known_to() -> set[UUID]:
    """The users who signed in from this browser before, by a signed cookie."""
    try:
        listed = _browser().loads(
            request.cookies.get(_browser_cookie(), ""), max_age=int(BROWSER_LASTS.total_seconds())
        )
        return {UUID(one) for one in listed}
    except (BadData, ValueError, TypeError, AttributeError):
        return set()


def load(user_id: str) -> Visitor | None:
    """The person of the session, while it lasts; Flask-Login asks once in a request."""
    since, seen = _moment("since"), _moment("seen")
    user_uuid, sid = uuid_of(str(user_id)), session_id()
    if since is None or seen is None or user_uuid is None or sid is None:
        return None
    now = datetime.now(UTC)
    if now - since > _setting(WEB_SESSION_LIFETIME) or now - seen > _setting(WEB_SESSION_IDLE):
        return None
    # A session of its own: that of the request must begin after its author is known.
    with db.session.session_factory() as reading:
        user = sessions.user_of(reading, user_uuid, str(session.get("key")), sid, since=since)
        if user is None or now - seen > sessions.idle_limit(user, _setting(WEB_SESSION_IDLE)):
            return None
        visitor = Visitor(user, permissions_of(reading, user))
    if now - seen >= SEEN_EVERY:
        session["seen"] = int(now.timestamp())
    return visitor


def visitor(user_uuid: UUID) -> Visitor | None:
    """Somebody for whom a worker does what a page would; None once they may not sign in."""
    with db.session.session_factory() as reading:
        user = reading.get(User, user_uuid)
        if user is None or not user.active:
            return None
        return Visitor(user, permissions_of(reading, user))


def forget_request() -> None:
    """Forget who asked, and their token."""
    # Requests may share an application context (tests do), and with it what others keep in `g`.
    for name in ("_login_user", "csrf_token", "csrf_valid"):
        g.pop(name, None)


def remote_address() -> str | None:
    """Where the request comes from; behind proxies as `web.proxies` says."""
    return request.remote_addr


def _setting(setting: Setting[timedelta]) -> timedelta:
    length: timedelta = current_app.extensions["settings"][setting]
    return length


def _moment(name: str) -> datetime | None:
    value = session.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None


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
