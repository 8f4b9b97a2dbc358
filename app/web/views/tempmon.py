"""Pages of TempMon: appliances, when they defrost, and the clients that read their probes."""

from functools import partial

from flask import abort, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from app.config.core import WEB_TIME_ZONE
from app.models.tempmon import (
    APPLIANCE_KINDS,
    DISK_KINDS,
    Appliance,
    Client,
    DefrostWindow,
    Probe,
)
from app.services import appliances, pictures, probe_states, temperatures
from app.web import formats
from app.web.files import folder, send
from app.web.master import (
    Child,
    Choice,
    Column,
    Contains,
    Field,
    Form,
    Grid,
    MasterView,
    Section,
    Upload,
)
from app.web.master.fields import Free
from app.web.master.uploads import ACCEPTED_PICTURES
from app.web.temperatures import clock_time, state_badge, written_clock_time
from app.web.views.setup_changes import latest
from app.web.views.stores import time_zone

WATCHED = Free(
    "watched",
    label=_l("Watched"),
    help=_l("Its temperatures are minded from now on."),
    kind=partial(BooleanField, default=True),
)
PROBE_COLUMNS = (
    Column(Probe.description, link=True),
    Column("state", lambda probe: state_badge(probe.state), label=_l("State"), show="badge"),
    Column(Probe.last_celsius, label=_l("Temperature")),
    Column(Probe.last_taken_at, label=_l("Measured")),
)


def zone():
    """The time zone of the shop."""
    return current_app.extensions["settings"][WEB_TIME_ZONE]


def weekdays():
    """(number, name) of the days of a week, Monday first."""
    from babel.dates import get_day_names
    from flask_babel import get_locale

    names = get_day_names("wide", locale=get_locale())
    return [(number + 1, names[number]) for number in range(7)]


def weekday_name(number):
    return dict(weekdays())[number] if number else _("Every day")


def weekday_choices():
    return [(str(number), name) for number, name in weekdays()]


def small_picture(appliance):
    """Where the small picture of an appliance is; None for none."""
    file = appliance.thumbnail_uuid
    return url_for("appliances.picture", uuid=appliance.uuid, file=file) if file else None


class ApplianceView(MasterView):
    key, model, title, icon = "appliances", Appliance, _l("Appliance"), "fridge"
    plural = _l("Appliances")
    lead = _l("Coolers, freezers and the like, with the probes that watch them.")
    grid = Grid(
        Column(
            "picture",
            lambda one: small_picture(one),
            label=_l("Picture"),
            show="picture",
            card="picture",
            hidden=True,
        ),
        Column(Appliance.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Appliance.kind, card="detail", filter=Choice(words=APPLIANCE_KINDS)),
        Column(Appliance.location, card="code"),
        Column(
            "state",
            lambda appliance: state_badge(temperatures.worst(appliance)),
            label=_l("State"),
            show="badge",
            card="state-cell",
            load=Appliance.probes,
        ),
        Column(Appliance.active, hidden=True),
        sort=Appliance.name,
    )
    form = Form(
        Appliance.name,
        Field(Appliance.kind, choices=APPLIANCE_KINDS),
        Appliance.location,
        Appliance.active,
        Field(Appliance.notes, lines=4),
        Upload(
            "picture",
            label=_l("Picture"),
            accept=ACCEPTED_PICTURES,
            required=False,
            help=_l("JPEG, PNG, WebP or GIF, at most 10 MB; in place of the one that is there."),
        ),
    )
    facts = ("name", "kind", "location", "active", "notes")
    blame = {pictures.NoPicture: "picture", pictures.PictureTooLarge: "picture"}
    children = (
        Child(Appliance.probes, "probes", PROBE_COLUMNS, title=_l("Probes")),
        Child(
            Appliance.defrosts,
            "defrost_windows",
            (
                Column("weekday", lambda one: weekday_name(one.weekday), label=_l("Day")),
                Column(DefrostWindow.start_time, label=_l("From"), link=True),
                Column(DefrostWindow.minutes, label=_l("Minutes")),
            ),
            title=_l("Defrosting"),
        ),
    )
    pages = (
        ("overview", "/overview", "overview", ("GET",), "list", "list"),
        ("picture", "/<uuid:uuid>/<uuid:file>.webp", "picture", ("GET",), "view", "view"),
        ("take_picture", "/<uuid:uuid>/picture/delete", "take_picture", ("POST",), "edit", "edit"),
    )

    def state_of(self, record):
        return state_badge(temperatures.worst(record))

    def context(self, record):
        return {"changes": latest(self.session, record)}

    def write(self, record, form):
        record = record or Appliance()
        self.form.without("picture").fill(form, record)
        self.session.add(record)
        if form["picture"].data is not None:
            content = form["picture"].data.stream
            appliances.put_picture(self.session, record, content, folder=folder())
        self.before_save(record)
        return record

    def picture(self, uuid, file):
        """The picture itself; its address names its file, so browsers keep it."""
        appliance = self.get(uuid)
        found = appliances.file_of(self.session, appliance, file) or abort(404)
        return send(found, name=f"{appliance.name}.webp", inline=True)

    def take_picture(self, uuid):
        """Show it without a picture."""
        appliances.take_picture_away(self.session, self.get(uuid))
        self.session.commit()
        flash(_("The picture is taken away."), "success")
        return redirect(self.url("view", uuid=uuid))

    def overview(self):
        """All appliances in use, each with its state."""
        found = temperatures.appliances(self.session)
        return self.render(
            "overview", appliances=found, worst=temperatures.worst, state_badge=state_badge,
            small_picture=small_picture,
        )  # fmt: skip


class DefrostWindowView(MasterView):
    key, model, title, icon = "defrost_windows", DefrostWindow, _l("Defrost window"), "clock"
    plural = _l("Defrost windows")
    lead = _l("Times of the week in which warm is no alarm.")
    parent = DefrostWindow.appliance
    grid = Grid(
        Column(DefrostWindow.appliance, card="code"),
        Column("day", lambda one: weekday_name(one.weekday), label=_l("Day"), card="detail"),
        Column(DefrostWindow.start_time, label=_l("From"), link=True, card="title"),
        Column(DefrostWindow.minutes, card="lead"),
        sort=DefrostWindow.start_time,
    )
    form = Form(
        DefrostWindow.appliance,
        Field(
            DefrostWindow.weekday,
            choices=weekday_choices,
            help=_l("Empty: every day."),
            write=weekday_name,
        ),
        Field(
            DefrostWindow.start_time,
            label=_l("From"),
            read=clock_time,
            write=written_clock_time,
            help=_l("On the clock of the appliance, as 02:30."),
        ),
        Field(DefrostWindow.minutes, help=_l("How long; it may go beyond midnight.")),
    )

    def name_of(self, record):
        return f"{weekday_name(record.weekday)}, {formats.clock(record.start_time)}"

    def before_save(self, record):
        record.weekday = int(record.weekday) if record.weekday else None


class ClientView(MasterView):
    key, model, title, icon = "tempmon_clients", Client, _l("TempMon client"), "device"
    plural = _l("TempMon clients")
    lead = _l("The small computers that read the probes.")
    grid = Grid(
        Column(Client.hostname, link=True, card="title", filter=Contains(shown=True)),
        Column(Client.key, hidden=True),
        Column(Client.location, card="code"),
        Column(
            "state",
            lambda client: online_badge(client),
            label=_l("State"),
            show="badge",
            card="state-cell",
        ),
        Column(Client.last_seen_at, label=_l("Last heard of"), card="detail"),
        Column(Client.delay_seconds, hidden=True),
        Column(Client.disk_kind, hidden=True, filter=Choice(words=DISK_KINDS)),
        Column(Client.enabled_since, hidden=True),
        Column(Client.archived, hidden=True),
        sort=Client.hostname,
    )
    form = Form(
        Section(
            "",
            Field(Client.key, help=_l("What its own configuration calls it.")),
            Client.hostname,
            Client.location,
            Field(Client.disk_kind, choices=DISK_KINDS),
            Field(Client.delay_seconds, help=_l("Between two readings of a probe.")),
            Field(
                Client.time_zone,
                read=time_zone,
                help=_l("On whose clock defrosting is told; empty: that of the settings."),
            ),
            WATCHED,
            Field(Client.archived, help=_l("It is out of use for good.")),
            Field(Client.notes, lines=4),
        )
    )
    facts = (
        "key", "location", "disk_kind", "delay_seconds", "time_zone", "enabled_since",
        "last_seen_at", "archived", "notes",
    )  # fmt: skip
    children = (Child(Client.probes, "probes", PROBE_COLUMNS, title=_l("Probes")),)

    def state_of(self, record):
        return online_badge(record)


def online_badge(client):
    """Whether a client is heard of as often as it should be."""
    if client.archived:
        return "quiet", _("Archived")
    if not client.watched:
        return "quiet", _("Not watched")
    if client.last_seen_at is None:
        return "quiet", _("Nothing known")
    late = formats.now() - client.last_seen_at > probe_states.silence_of(client)
    return ("bad", _("Offline")) if late else ("good", _("Online"))
