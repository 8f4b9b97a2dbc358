"""The readings of a probe on a day, one by one."""

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, render_template, request
from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l

from app.db import db
from app.db.types import uuid_of
from app.services import temperatures
from app.web import formats
from app.web.auth import requires

pages = Blueprint("readings", __name__, url_prefix="/readings")


class ReadingView:
    """The door to the page below: millions of rows without a page of their own fit no grid."""

    key, title, plural, icon = "readings", _l("Reading"), _l("Readings"), "activity"

    @staticmethod
    def blueprint():
        return pages


@pages.get("/", endpoint="list")
@requires("readings.list")
def list_():
    """The readings of the probe and the day that the address names, newest first."""
    probes = temperatures.probes(db.session())
    asked = uuid_of(request.args.get("probe", ""))
    probe = next((one for one in probes if one.uuid == asked), None)
    day = day_of(request.args.get("day", ""))
    readings = temperatures.of_day(db.session(), probe, *bounds(day)) if probe else []
    return render_template(
        "readings/list.html", probes=probes, probe=probe, day=day, readings=readings,
        earlier=day - timedelta(days=1),
        later=day + timedelta(days=1) if day < formats.today() else None,
    )  # fmt: skip


def day_of(text):
    """The day that a text names; today for what is none, or what calendars end before."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return formats.today()
    return found if date(2000, 1, 1) <= found <= formats.today() else formats.today()


def bounds(day):
    """The moments at which a day of the shop begins and ends."""
    zone = get_timezone()
    return tuple(
        datetime.combine(one, time(), tzinfo=zone).astimezone(UTC)
        for one in (day, day + timedelta(days=1))
    )
