"""Pages of incidents: the list, one with all that happened, and what people do with it."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from app.db.types import uuid_of
from app.errors import AppError
from app.models.incidents import INCIDENT_STATES, SEVERITIES, Incident
from app.web.attention import (
    age_of,
    attention,
    severity_badge,
    url_of_cause,
    url_of_waiting,
    waiting,
)
from app.web.auth import allowed, this_user
from app.web.events import events_of
from app.web.incident_acts import SNOOZES, act_on, owners
from app.web.master import Choice, Column, Contains, Form, Grid, MasterView, Move, YesNo
from app.web.master.words import words
from app.web.saying import said
from app.work import inbox

STATE_TONES = {"open": "bad", "acknowledged": "info", "snoozed": "quiet", "closed": "good"}
EVENT_TONES = {
    "opened": "bad", "raised": "bad", "woke": "bad", "escalated": "warn", "acknowledged": "info",
    "assigned": "info", "closed": "good", "recovered": "good",
}  # fmt: skip
ACTS = ("acknowledge", "snooze", "assign", "close", "note")
IN_THE_BELL = 6


def state_badge(incident):
    return STATE_TONES[incident.state], words(incident.state)


@dataclass(frozen=True, eq=False)
class Mine(YesNo):
    """Whether it is assigned to whoever asks, or to one of their roles."""

    def ask(self, verb, values, session):
        value = self.parse(values[0])
        mine = inbox.is_of(current_user.uuid)
        return self.say(value), mine if value else ~mine


class IncidentView(MasterView):
    key, model, title, icon = "incidents", Incident, _l("Incident"), "bell"
    plural = _l("Incidents")
    lead = _l("What needs a person opens an incident here: once for each cause.")
    allow = frozenset({"list", "view"})
    pages = (
        ("handle", "/<uuid:uuid>/handle", "handle", ("POST",), "handle", "view"),
        ("handle_chosen", "/handle", "handle_chosen", ("POST",), "handle", "list"),
        ("bell", "/bell", "bell", ("GET",), "list", "list"),
    )
    grid = Grid(
        Column("severity_", severity_badge, label=_l("Severity"), show="badge", card="lead"),
        Column(Incident.severity, hidden=True, filter=Choice(shown=True, words=SEVERITIES)),
        Column(Incident.title, link=True, card="title", filter=Contains(shown=True)),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Incident.state, hidden=True, filter=Choice(shown=True, words=INCIDENT_STATES)),
        Column(Incident.assigned_user, label=_l("Assigned to"), card="detail"),
        Column(Incident.assigned_role, label=_l("Role"), card="detail"),
        Column(Incident.count, label=_l("Seen"), card="detail"),
        Column(Incident.last_seen_at, card="detail"),
        Column(Incident.opened_at, hidden=True),
        Column(Incident.key, hidden=True),
        Column(Incident.number, hidden=True),
        Column(Incident.closed_at, hidden=True),
        sort=Incident.closed_at,  # those that are not closed come first, the newest on top
        descending=True,
        filters=(Mine(name="mine", label=_l("Assigned to me"), expression=Incident.uuid),),
    )
    form = Form()
    facts = (
        "number", "key", "opened_at", "last_seen_at", "count", "assigned_user", "assigned_role",
        "acknowledged_at", "acknowledged_by", "snoozed_until", "closed_at", "closed_by", "previous",
    )  # fmt: skip

    def list_(self):
        """The grid; whoever sees it has no news any more."""
        inbox.looked(self.session, current_user.uuid)
        self.session.commit()
        return super().list_()

    def grid_links(self):
        return ((_("Not closed"), url_of_waiting(), "bell"),)

    @staticmethod
    def badge():
        """How many wait, beside the door in the menu."""
        counts = attention()
        return counts.waiting if counts else None

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        may = record.state != "closed" and allowed("incidents.handle")
        roles, users = owners(self.session) if may else ((), ())
        return {
            "events": events_of(record.events, EVENT_TONES),
            "cause": url_of_cause(record),
            "age": age_of(record),
            "severity": severity_badge(record),
            "may_handle": may,
            "may_note": allowed("incidents.handle"),
            "snoozes": SNOOZES,
            "roles": roles,
            "users": users,
        }

    def bulk_moves(self):
        if not allowed("incidents.handle"):
            return ()
        return (
            Move("acknowledge", _("Acknowledge"), "check", "primary"),
            Move("close", _("Close"), "circle-check"),
        )

    # --- what people do ---

    def handle(self, uuid):
        """One act on one incident."""
        act = request.form.get("act")
        if act not in ACTS:
            abort(400)
        try:
            act_on(self.session, self.get(uuid), act, request.form, this_user())
        except AppError as error:
            self.session.rollback()
            flash(said(error), "danger")
        else:
            self.session.commit()
            flash(_("It is done."), "success")
        return redirect(self.url("view", uuid=uuid), 303)

    def handle_chosen(self):
        """One act on all that are ticked; those for which it is too late are left out."""
        act, by, done, late = request.form.get("act"), this_user(), 0, 0
        if act not in ("acknowledge", "close"):
            abort(400)
        # Always in one order, so that two people who tick the same do not wait for each other.
        chosen = {uuid for text in request.form.getlist("chosen") if (uuid := uuid_of(text))}
        for uuid in sorted(chosen)[:200]:
            try:
                act_on(self.session, self.get(uuid), act, request.form, by)
                done += 1
            except AppError:
                late += 1
        self.session.commit()
        if done:
            flash(ngettext("One incident.", "%(num)s incidents.", done), "success")
        if late:
            flash(
                ngettext(
                    "For one incident somebody else was faster.",
                    "For %(num)s incidents somebody else was faster.",
                    late,
                ),
                "warning",
            )
        return redirect(url_of_waiting(), 303)

    def bell(self):
        """What the bell shows when it is opened."""
        found = waiting(IN_THE_BELL)
        return render_template(
            "incidents/_bell.html", incidents=found, badge=severity_badge, age_of=age_of,
            all_url=url_for("incidents.list") if not found else url_of_waiting(),
        )  # fmt: skip
