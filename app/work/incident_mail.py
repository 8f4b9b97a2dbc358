"""The mail about one change of an incident: its subject, its text, its headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.config.core import SHOP_NAME, WEB_LOCALE, WEB_TIME_ZONE
from app.config.mail import WEB_ADDRESS
from app.mail.words import words_in
from app.models.incidents import Incident, IncidentEvent

if TYPE_CHECKING:
    from app.config import Settings

SHOWN_DETAIL = 3_000
Words = Callable[[str], str]


def subject_of(event: IncidentEvent, settings: Settings) -> str:
    """One line: what happened, to what."""
    _ = words_in(settings[WEB_LOCALE])
    incident = event.incident
    about = {
        "opened": "%(title)s",
        "raised": _("Worse: %(title)s"),
        "acknowledged": _("Acknowledged: %(title)s"),
        "snoozed": _("Snoozed: %(title)s"),
        "woke": _("Still there: %(title)s"),
        "assigned": _("Assigned: %(title)s"),
        "escalated": _("Nobody answers: %(title)s"),
        "closed": _("Closed: %(title)s"),
        "recovered": _("Over: %(title)s"),
        "noted": _("News: %(title)s"),
    }[event.kind]
    return f"[{' '.join(settings[SHOP_NAME].split())}] {about % {'title': incident.title}}"


def text_of(event: IncidentEvent, settings: Settings) -> str:
    """The whole mail in plain text."""
    _ = words_in(settings[WEB_LOCALE])
    incident = event.incident
    parts = [
        incident.title,
        _what_happened(event, _),
        _facts(incident, settings, _),
        (incident.detail or "")[:SHOWN_DETAIL],
        _link(incident, settings),
        "-- \n" + _("You get this as your account page or the settings of incidents say."),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def headers_of(event: IncidentEvent, key: object, domain: str) -> dict[str, str]:
    """Headers by which mail programs sort: one thread for each incident, one id for each mail.

    A mail that goes out twice, since we were stopped in between, has the same Message-ID.
    """
    thread = f"<incident.{event.incident_uuid}@{domain}>"
    return {
        "Message-ID": f"<{key}@{domain}>",
        "In-Reply-To": thread,
        "References": thread,
        "List-Id": f"<incidents.{domain}>",
    }


def _what_happened(event: IncidentEvent, _: Words) -> str:
    who = str(event.user or event.by or "Storekeeper")
    told = {
        "opened": "",
        "raised": _("It is worse than before."),
        "acknowledged": _("%(who)s looks after it."),
        "snoozed": _("%(who)s wants to be reminded later."),
        "woke": _("It was seen again while people wanted to be reminded later."),
        "assigned": _("%(who)s assigned it."),
        "escalated": _("Nobody has acknowledged it yet."),
        "closed": _("%(who)s closed it."),
        "recovered": _("Its cause is gone; nothing is left to do."),
        "noted": "",
    }[event.kind]
    return "\n".join(part for part in (told % {"who": who} if told else "", event.note) if part)


def _facts(incident: Incident, settings: Settings, _: Words) -> str:
    severity = _(incident.severity.capitalize())
    lines = [
        f"{_('Severity')}: {severity}",
        f"{_('Opened')}: {_moment(incident.opened_at, settings)}",
    ]
    if incident.count > 1:
        last = _moment(incident.last_seen_at, settings)
        seen = _("Seen %(count)s times, last on %(moment)s")
        lines.append(seen % {"count": incident.count, "moment": last})
    if incident.owner:
        lines.append(f"{_('Assigned to')}: {incident.owner}")
    return "\n".join(lines)


def _moment(moment: datetime, settings: Settings) -> str:
    from babel.dates import format_datetime

    zone = ZoneInfo(settings[WEB_TIME_ZONE])
    return format_datetime(moment, "medium", tzinfo=zone, locale=settings[WEB_LOCALE])


def _link(incident: Incident, settings: Settings) -> str:
    base = settings[WEB_ADDRESS]
    return f"{base.rstrip('/')}/incidents/{incident.uuid}" if base else ""
