"""Pages of probes: what they measure, the limits they must keep, and the states they were in."""

from datetime import timedelta

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.tempmon import PROBE_STATES, Calibration, Probe, ProbeState
from app.services import probe_states, temperatures
from app.web import formats
from app.web.master import Child, Choice, Column, Contains, Field, Form, Grid, MasterView, Section
from app.web.master.words import words
from app.web.temperatures import (
    Degrees,
    celsius,
    celsius_difference,
    in_unit,
    shown,
    state_badge,
    written,
    written_difference,
)
from app.web.views.setup_changes import latest
from app.web.views.tempmon import WATCHED, zone

SPANS = {
    "24h": (_l("24 hours"), timedelta(hours=24)),
    "7d": (_l("7 days"), timedelta(days=7)),
    "30d": (_l("30 days"), timedelta(days=30)),
}


def limit(attribute, label, told=""):
    return Field(attribute, label=label, read=celsius, write=written, help=in_unit(told))


def spell_badge(spell):
    return state_badge(spell.state)


class ProbeView(MasterView):
    key, model, title, icon = "probes", Probe, _l("Probe"), "temperature"
    plural = _l("Probes")
    lead = _l("Thermometers in appliances, with the limits that they must keep.")
    grid = Grid(
        Column(Probe.description, link=True, card="title", filter=Contains(shown=True)),
        Column(Probe.appliance, card="code"),
        Column(Probe.last_celsius, label=_l("Temperature"), card="lead", filter=Degrees()),
        Column(
            "state_",
            lambda probe: state_badge(probe.state),
            label=_l("State"),
            show="badge",
            card="state-cell",
        ),
        Column(Probe.state, hidden=True, filter=Choice(shown=True, words=PROBE_STATES)),
        Column(Probe.state_since, label=_l("Since")),
        Column(Probe.last_taken_at, label=_l("Measured"), card="detail"),
        Column(Probe.good_min, label=_l("Good from"), hidden=True, filter=Degrees()),
        Column(Probe.good_max, label=_l("Good to"), hidden=True, filter=Degrees()),
        Column(Probe.client),
        Column(Probe.key, hidden=True),
        Column(Probe.location, hidden=True),
        Column(Probe.enabled_since, hidden=True),
        sort=Probe.description,
    )
    form = Form(
        Section(
            _l("What it is"),
            Probe.description,
            Field(Probe.key, help=_l("What the configuration of its client calls it.")),
            Probe.client,
            Probe.appliance,
            Field(Probe.location, help=_l("Where in the appliance, as “top shelf”.")),
            Field(Probe.device_path, help=_l("The file that its client reads.")),
            WATCHED,
        ),
        Section(
            _l("Limits"),
            limit(Probe.good_min, _l("Good from")),
            limit(Probe.good_max, _l("Good to")),
            limit(Probe.critical_min, _l("Critical below"), _l("Empty: never.")),
            limit(Probe.critical_max, _l("Critical above"), _l("Empty: never.")),
        ),
        Section(
            _l("Minutes before it counts"),
            Field(Probe.low_delay, label=_l("Too cold")),
            Field(Probe.high_delay, label=_l("Too warm")),
            Field(Probe.critical_low_delay, label=_l("Critically cold")),
            Field(Probe.critical_high_delay, label=_l("Critically warm")),
            Field(Probe.error_delay, label=_l("Without readings")),
            Field(
                Probe.repeat_minutes,
                label=_l("Alert again after"),
                help=_l("In minutes; empty: once."),
            ),
        ),
        Section("", Field(Probe.notes, lines=4)),
    )
    facts = (
        "client", "appliance", "location", "key", "device_path", "enabled_since", "good_min",
        "good_max", "critical_min", "critical_max", "low_delay", "high_delay", "critical_low_delay",
        "critical_high_delay", "error_delay", "repeat_minutes", "notes",
    )  # fmt: skip
    children = (
        Child(
            Probe.calibrations,
            "calibrations",
            (
                Column(Calibration.calibrated_on, label=_l("From"), link=True),
                Column(Calibration.calibrated_by),
                Column(Calibration.offset_celsius, label=_l("Added")),
            ),
            title=_l("Calibrations"),
        ),
    )

    def state_of(self, record):
        if not probe_states.is_watched(record):
            return "quiet", _("Not watched")
        return state_badge(record.state)

    def facts_of(self, record):
        """The limits with their unit."""
        limits = {"good_min", "good_max", "critical_min", "critical_max"}
        found = super().facts_of(record)
        titles = {str(field.title) for field in self.form.fields if field.name in limits}
        unit = formats.temperature_unit()
        return [
            type(fact)(fact.title, f"{fact.text} {unit}") if fact.title in titles else fact
            for fact in found
        ]

    def context(self, record):
        span = request.args.get("span", "24h")
        span = span if span in SPANS else "24h"
        now = formats.now()
        points = temperatures.series(self.session, record, now - SPANS[span][1], now)
        return {
            "spans": {key: title for key, (title, _length) in SPANS.items()},
            "span": span,
            "points": [point_shown(point) for point in points],
            "high": None if record.good_max is None else shown(record.good_max),
            "low": None if record.good_min is None else shown(record.good_min),
            "spells": temperatures.last_states(self.session, record, limit=8),
            "spell_badge": spell_badge,
            "changes": latest(self.session, record),
        }

    def before_save(self, record):
        """A change of limits counts from now on."""
        self.session.flush()
        if record.last_taken_at:
            now = formats.now()
            probe_states.evaluate(self.session, record, at=now, zone=zone(), since=now)

    def remove(self, record):
        temperatures.remove(self.session, record)


def point_shown(point):
    """(moment, average, lowest, highest) in the unit of the shop."""
    low, high = point.minimum, point.maximum
    return point.at, *(None if one is None else shown(one) for one in (point.celsius, low, high))


class CalibrationView(MasterView):
    key, model, title, icon = "calibrations", Calibration, _l("Calibration"), "tool"
    plural = _l("Calibrations")
    lead = _l("By how much probes were off, and from which day on that is corrected.")
    parent = Calibration.probe
    grid = Grid(
        Column(Calibration.calibrated_on, link=True, card="title"),
        Column(Calibration.probe, card="code"),
        Column(Calibration.offset_celsius, label=_l("Added"), card="lead", filter=False),
        Column(Calibration.calibrated_by, card="detail"),
        sort=Calibration.calibrated_on,
        descending=True,
    )
    form = Form(
        Calibration.probe,
        Field(Calibration.calibrated_on, help=_l("Readings count so from this day on.")),
        Field(
            Calibration.offset_celsius,
            label=_l("Added"),
            read=celsius_difference,
            write=written_difference,
            help=in_unit(_l("Added to what the probe says.")),
        ),
        Calibration.calibrated_by,
        Field(Calibration.notes, lines=3),
    )

    def name_of(self, record):
        return f"{record.probe}, {formats.day(record.calibrated_on)}"


class ProbeStateView(MasterView):
    key, model, title, icon = "probe_states", ProbeState, _l("State of a probe"), "history"
    plural = _l("States of probes")
    lead = _l("The states that probes were in, and for how long.")
    parent = ProbeState.probe
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(ProbeState.began_at, link=True, card="title"),
        Column(ProbeState.ended_at, card="detail"),
        Column(ProbeState.probe, card="code"),
        Column("state_", spell_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(ProbeState.state, hidden=True, filter=Choice(shown=True, words=PROBE_STATES)),
        Column(ProbeState.noted_at, hidden=True),
        Column(ProbeState.alerted_at, hidden=True),
        sort=ProbeState.began_at,
        descending=True,
    )
    form = Form(
        ProbeState.probe, ProbeState.began_at, ProbeState.ended_at, ProbeState.noted_at,
        ProbeState.alerted_at,
    )  # fmt: skip

    def name_of(self, record):
        return f"{words(record.state)}, {formats.moment(record.began_at)}"

    def state_of(self, record):
        return spell_badge(record)
