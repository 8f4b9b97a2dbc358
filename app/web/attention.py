"""What needs attention: the bell above every page, the count in the menu, the block at home."""

from datetime import UTC, datetime

from flask import g, request, url_for
from flask_babel import format_timedelta
from flask_babel import gettext as _
from flask_login import current_user

from app.db import db
from app.models.incidents import INCIDENT_STATES
from app.web.auth import allowed
from app.web.master.lookup import view_of
from app.web.master.words import words
from app.work import inbox

SEVERITY_TONES = {"critical": "bad", "error": "bad", "warning": "warn"}
NOT_CLOSED = [state for state in INCIDENT_STATES if state != "closed"]


def attention():
    """How many wait and how many are new, asked once for each page; None for those who may not."""
    if not current_user.is_authenticated or not allowed("incidents.list"):
        return None
    if "attention" not in g or g.attention[0] is not request._get_current_object():
        counts = inbox.counts(db.session(), current_user.uuid)
        g.attention = (request._get_current_object(), counts)
    return g.attention[1]


def bell():
    """What the bell shows: the count of what is new, and where the list comes from."""
    counts = attention()
    return counts and {"count": counts.new, "url": url_for("incidents.bell")}


def waiting(limit=6):
    """The incidents for the block at home; none for those who may not see them."""
    return inbox.waiting(db.session(), limit=limit) if allowed("incidents.list") else []


def url_of_waiting():
    """The list of what is not closed."""
    return url_for("incidents.list", state=NOT_CLOSED)


def severity_badge(incident):
    """(tone, word) for how bad it is."""
    return SEVERITY_TONES[incident.severity], words(incident.severity)


def age_of(incident):
    """For how long it is open, in words."""
    span = (incident.closed_at or datetime.now(UTC)) - incident.opened_at
    return _("for %(span)s", span=format_timedelta(span, threshold=1.2))


def url_of_cause(incident):
    """Where one sees what it is about; None where nobody said, or one may not look."""
    if incident.link:
        return incident.link
    if incident.subject_table is None:
        return None
    from app.db import Model

    models = (
        m.class_ for m in Model.registry.mappers if m.local_table.name == incident.subject_table
    )
    view = view_of(next(models, None))
    if view is None or "view" not in view.allow or not allowed(f"{view.key}.view"):
        return None
    return url_for(f"{view.key}.view", uuid=incident.subject_uuid)
