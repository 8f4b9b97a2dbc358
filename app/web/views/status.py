"""Whether all is well: the page of the checks, and what programs ask."""

from flask import Blueprint, current_app, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.services import health
from app.web.auth import requires

KEEP = 15.0
"""For so many seconds an answer holds that costs more than a question to the database."""
STATES = {"good": _l("Fine"), "warn": _l("Look soon"), "bad": _l("Broken"), "quiet": _l("Not used")}
ORDER = ("bad", "warn", "good", "quiet")

pages = Blueprint("status", __name__)


class StatusView:
    """The door to the pages below."""

    key, title, plural, icon = "status", _l("Status"), _l("Status"), "activity"

    @staticmethod
    def blueprint():
        return pages


@pages.get("/status", endpoint="view")
@requires("status.view")
def view_():
    """Every check with its verdict, what is broken first."""
    found = sorted(_seen(), key=lambda one: ORDER.index(one.state))
    return render_template("status/view.html", found=found, states=STATES, say=say)


@pages.get("/status/summary", endpoint="summary")
@requires("status.view")
def summary():
    """What the first page tells: only what somebody should look at."""
    found = _seen()
    odd = [one for one in found if one.state in ("warn", "bad")]
    odd.sort(key=lambda one: ORDER.index(one.state))
    fine = sum(one.state == "good" for one in found)
    return render_template("status/_summary.html", odd=odd, fine=fine, states=STATES, say=say)


@pages.get("/healthz", endpoint="healthz")
@requires("public")
def healthz():
    """The process answers."""
    return {"status": "ok"}


@pages.get("/readyz", endpoint="readyz")
@requires("public")
def readyz():
    """Whether this node can serve people, and which part of it fails; anybody may ask.

    The databases are asked each time. That a worker is away makes nobody unready.
    """
    ready = health.look(current_app._get_current_object(), ready=True)
    asked = {one.key for one in ready}
    found = ready + [one for one in _seen() if one.key not in asked]
    unready = any(one.state == "bad" for one in ready)
    # What anybody may read names the part; facts may tell of our network.
    faults = [f"{one.key}: {one.check.title}" for one in found if one.state == "bad"]
    status = "unready" if unready else "degraded" if faults else "ok"
    return {"status": status, "faults": faults}, 503 if unready else 200


def say(text, facts):
    """A sentence of a check in the language of the person."""
    return (_(text, **facts) if facts else _(text)) if text else ""


def _seen():
    app = current_app._get_current_object()
    watch = app.extensions.setdefault("health", health.Watch(lambda: health.look(app), KEEP))
    return watch.seen()
