"""Pages of shifts, those that are planned and those that were worked, and the hours of a week."""

from datetime import UTC, date, timedelta

from flask import current_app, request
from flask_babel import format_datetime, get_locale, get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.config.core import WEB_TIME_ZONE
from app.models.employees import ScheduledShift, WorkedShift
from app.services import timesheets, zones
from app.web.formats import today
from app.web.master import Column, Fact, Field, Form, Grid, MasterView
from app.web.master.words import words


def zone_of(shift):
    """The zone in which a shift is told: that of its store, else that of the shop."""
    return zones.zone_of(shift.store, current_app.extensions["settings"][WEB_TIME_ZONE])


def shown(moment, zone):
    """A moment as clocks in a zone show it; the zone is named when it is not the shop's."""
    if moment is None:
        return ""
    text = format_datetime(moment.astimezone(zone), "medium", rebase=False)
    return text if zone.key == str(get_timezone()) else f"{text} ({zone.key})"


def at(attribute, **told):
    """A column that shows a moment in the zone of the shift."""
    return Column(
        attribute, lambda shift: shown(getattr(shift, attribute.key), zone_of(shift)),
        show="text", **told,
    )  # fmt: skip


def hours(length):
    """A length as people write it on a time sheet: 7:45."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else ""


class ShiftView(MasterView):
    """What both kinds of shifts share; `bounds` are the columns of their two ends."""

    bounds = ()
    pages = (("week", "/week", "week", ("GET",), "list", "list"),)

    def grid_links(self):
        return ((_("Hours by week"), self.url("week"), "clock"),)

    def name_of(self, record):
        day = zones.day_of(getattr(record, self.bounds[0]), zone_of(record))
        return _("%(who)s on %(day)s", who=record.employee, day=day.isoformat())

    def facts_of(self, record):
        found = []
        for fact in super().facts_of(record):
            name = next((n for n in self.bounds if fact.title == self._title(n)), None)
            if name is not None:
                text = shown(getattr(record, name), zone_of(record))
                fact = Fact(fact.title, text, past=fact.past)
            found.append(fact)
        begins, ends = (getattr(record, name) for name in self.bounds)
        return [*found, Fact(_("Hours"), hours(ends - begins))] if ends else found

    def before_save(self, record):
        """An end that a clock shows twice is the later one where only that comes after."""
        begins, ends = (getattr(record, name) for name in self.bounds)
        if begins is None or ends is None or ends > begins:
            return
        zone = zone_of(record)
        later = ends.astimezone(zone).replace(fold=1).astimezone(UTC)
        if later > begins:
            setattr(record, self.bounds[1], later)

    def week(self):
        """The hours of everybody in one week."""
        first = (get_locale().first_week_day if get_locale() else 0) % 7
        days = timesheets.week_of(_day(request.args.get("day")), first_weekday=first)
        zone = current_app.extensions["settings"][WEB_TIME_ZONE]
        lines = self.hours_of(days, zone)
        return self.render(
            "week", days=days, lines=lines, hours=hours,
            back=days[0] - timedelta(days=7), next=days[-1] + timedelta(days=1), today=today(),
        )  # fmt: skip

    def _title(self, name):
        field = next(field for field in self.form.fields if field.name == name)
        return str(field.title or words(name))


class ScheduledShiftView(ShiftView):
    key, model, title, icon = "scheduled_shifts", ScheduledShift, _l("Scheduled shift"), "calendar"
    plural = _l("Scheduled shifts")
    lead = _l("When people are to work.")
    bounds = ("starts_at", "ends_at")
    grid = Grid(
        Column(ScheduledShift.employee, link=True, card="title"),
        Column(ScheduledShift.store, card="detail"),
        at(ScheduledShift.starts_at, card="detail"),
        at(ScheduledShift.ends_at, card="detail"),
        sort=ScheduledShift.starts_at,
        descending=True,
    )
    form = Form(
        ScheduledShift.employee,
        Field(ScheduledShift.store, help=_l("Its clock tells the times below.")),
        Field(ScheduledShift.starts_at, zone=zone_of),
        Field(ScheduledShift.ends_at, zone=zone_of),
    )

    def hours_of(self, days, zone):
        return timesheets.scheduled(self.session, days, zone=zone)


class WorkedShiftView(ShiftView):
    key, model, title, icon = "worked_shifts", WorkedShift, _l("Worked shift"), "clock"
    plural = _l("Worked shifts")
    lead = _l("When people came and went.")
    bounds = ("punched_in_at", "punched_out_at")
    grid = Grid(
        Column(WorkedShift.employee, link=True, card="title"),
        Column(WorkedShift.store, card="detail"),
        at(WorkedShift.punched_in_at, label=_l("Came"), card="detail"),
        at(WorkedShift.punched_out_at, label=_l("Went"), card="detail"),
        sort=WorkedShift.punched_in_at,
        descending=True,
    )
    form = Form(
        WorkedShift.employee,
        Field(WorkedShift.store, help=_l("Its clock tells the times below.")),
        Field(WorkedShift.punched_in_at, label=_l("Came"), zone=zone_of),
        Field(
            WorkedShift.punched_out_at,
            label=_l("Went"),
            zone=zone_of,
            help=_l("Empty: still at work."),
        ),
    )

    def state_of(self, record):
        return ("good", _("At work")) if record.punched_out_at is None else None

    def hours_of(self, days, zone):
        return timesheets.worked(self.session, days, zone=zone)


def _day(text):
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return today()
    return day if 1900 <= day.year <= 2200 else today()
