"""What protects every answer: the key, the cookie, CSRF, and the headers."""

from __future__ import annotations

import os
import secrets
import stat
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.config.core import (
    DATA_FOLDER,
    WEB_MAX_UPLOAD,
    WEB_PROXIES,
    WEB_SECRET_KEY,
    WEB_SECURE_COOKIES,
    WEB_SESSION_IDLE,
    WEB_SESSION_LIFETIME,
)
from app.errors import AppError

SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
SHORTEST_KEY = 32
MEGABYTE = 2**20
YEAR, WEEK = 31_536_000, 604_800

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
}

csrf = CSRFProtect()


class BadKey(AppError):
    """The key that signs sessions cannot be used."""


def init_security(app: Flask, settings: Settings) -> None:
    """Call before `auth.init_auth`: it needs the key. CSRF is checked by `auth`'s guard."""
    secure = settings[WEB_SECURE_COOKIES]
    app.config.update(
        SECRET_KEY=secret_key(settings),
        SESSION_COOKIE_NAME="__Host-storekeeper" if secure else "storekeeper",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=max(settings[WEB_SESSION_LIFETIME], settings[WEB_SESSION_IDLE]),
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=2000,
        # As long as the session: a form may stay open while somebody serves a customer.
        WTF_CSRF_TIME_LIMIT=None,
        # The guard asks, after it knows who it is and what they may do.
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.url_defaults(_version_of_static)
    app.before_request(_limit_upload)
    app.after_request(_protect)
    if settings[WEB_PROXIES]:
        count = settings[WEB_PROXIES]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)


def secret_key(settings: Settings) -> str:
    """The configured key, or the one in the data folder, made once. Raises BadKey."""
    configured = settings[WEB_SECRET_KEY]
    if configured is None:
        return _kept_key(settings[DATA_FOLDER] / "secret_key")
    if len(configured) < SHORTEST_KEY:
        raise BadKey(f"web.secret_key is too short; use {SHORTEST_KEY} characters or more.")
    return configured


def csp_nonce() -> str:
    """The nonce of this response, for `<script nonce>` and `<style nonce>`."""
    # In the environ, since several requests may share an application context.
    nonce: str = request.environ.setdefault("storekeeper.csp_nonce", secrets.token_urlsafe(18))
    return nonce


def check_csrf() -> None:
    """Refuse an unsafe request that does not come from a page of ours."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise CSRFError("The request comes from another site.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise CSRFError("The request comes from another origin.")
    csrf.protect(apply_exemptions=True)


def _kept_key(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadKey(f"Others can read the key in {path}; run: chmod 600 {path}")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadKey(f"The key in {path} cannot be read or made ({error}).") from error
    if len(key) < SHORTEST_KEY:
        raise BadKey(f"The key in {path} is damaged; delete the file and start again.")
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: whoever comes second must use the key of the first.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _limit_upload() -> None:
    request.max_content_length = current_app.extensions["settings"][WEB_MAX_UPLOAD] * MEGABYTE


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy())
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if response.mimetype in ("image/svg+xml", "text/javascript", "application/json"):
        response.headers["Content-Type"] = f"{response.mimetype}; charset=utf-8"
    if is_static(request.endpoint) and response.status_code in (200, 206, 304):
        response.headers["Cache-Control"] = _keep_static()
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _policy() -> str:
    nonce = csp_nonce()
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def is_static(endpoint: str | None) -> bool:
    """Whether this is the endpoint of files that are the same for everybody."""
    return endpoint is not None and endpoint.rpartition(".")[2] == "static"


def _keep_static() -> str:
    filename = (request.view_args or {}).get("filename", "")
    if request.args.get("v") and request.args["v"] == _version(filename):
        return f"public, max-age={YEAR}, immutable"
    return f"public, max-age={WEEK}" if filename.endswith(".woff2") else "public, no-cache"


def _version_of_static(endpoint: str, values: dict[str, Any]) -> None:
    # Not for fonts: our CSS names them without a version, and one would be loaded twice.
    if endpoint == "static" and not values.get("filename", "").endswith(".woff2"):
        version = _version(values.get("filename", ""))
        if version:
            values.setdefault("v", version)


def _version(filename: str) -> str | None:
    try:
        known = (Path(current_app.static_folder or "") / filename).stat()
    except (OSError, ValueError):
        return None
    return _short(known.st_mtime_ns, known.st_size)


@cache
def _short(changed: int, size: int) -> str:
    return f"{(changed // 1000) & 0xFFFFFFFFFF:x}{size & 0xFFF:x}"
