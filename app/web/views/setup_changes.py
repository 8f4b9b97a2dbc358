"""Pages of what people changed of appliances and probes."""

from datetime import date, datetime, time
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect

from app.models.files import NAMES_FILE
from app.models.setup_changes import OPERATIONS, SetupChange
from app.services import setup_changes
from app.web import formats
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView
from app.web.master.columns import format_of
from app.web.master.lookup import view_of_table
from app.web.master.words import words

TABLES = ("appliance", "calibration", "client", "defrost_window", "probe")
LATEST = 8


def differences(change):
    """(label, before, after) of each field that changed, in the words of its form."""
    view = view_of_table(change.table_name)
    columns = inspect(view.model).columns
    labels = {field.name: str(field.title) for field in view.form.fields}
    return [
        (_label(name, labels), *(_shown(columns.get(name), value) for value in values))
        for name, values in change.fields.items()
    ]


def told(change):
    """What changed in a line, as: Good to: 4.0 °C → 5.0 °C; of what came or went, its name."""
    if change.operation == "create":
        return _("Created: %(name)s", name=change.name)
    if change.operation == "delete":
        return _("Deleted: %(name)s", name=change.name)
    return "; ".join(
        f"{label}: {before or _('nothing')} → {after or _('nothing')}"
        for label, before, after in differences(change)
    )


def _label(name, labels):
    return labels.get(name) or labels.get(name.removesuffix("_uuid")) or words(name)


def _shown(column, value):
    """A value as JSON has it, in the words of its column; a column may be gone by now."""
    if value is None or column is None or column.foreign_keys:
        return formats.show_any(value)
    if column.info == NAMES_FILE:
        return _("a picture")
    kind = column.type.python_type
    if kind is Decimal:
        value = Decimal(str(value))
    elif kind in (date, datetime, time):
        value = kind.fromisoformat(value)
    return formats.show(value, format_of(column))


def who(change):
    """Whoever changed it, as: ann, or bob (really ann)."""
    really = change.changed_really_by
    if really is None:
        return change.changed_by
    return f"{change.changed_by} ({_('really %(name)s', name=really)})"


def latest(session, record):
    """The newest changes of a record: each with what was changed, and by whom."""
    found = setup_changes.of(session, record.uuid, limit=LATEST)
    return [(change, told(change), who(change)) for change in found]


class SetupChangeView(MasterView):
    key, model, title, icon = "setup_changes", SetupChange, _l("Change of setup"), "history"
    plural = _l("Changes of setup")
    lead = _l("What was changed of appliances and probes, by whom and when.")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(SetupChange.changed_at, link=True, card="title"),
        Column(SetupChange.name, card="lead", filter=Contains(shown=True)),
        Column(SetupChange.table_name, label=_l("Of"), show="word",
               filter=Choice(words=TABLES)),
        Column(SetupChange.operation, filter=Choice(words=OPERATIONS)),
        Column("told", told, label=_l("Changed"), card="code"),
        Column("who", who, label=_l("Who")),
        Column(SetupChange.changed_by, hidden=True, filter=Contains(shown=True)),
        sort=SetupChange.changed_at,
        descending=True,
    )  # fmt: skip
    form = Form(
        SetupChange.changed_at,
        Field(SetupChange.table_name, label=_l("Of"), write=words),
        SetupChange.name,
        SetupChange.operation,
    )

    def name_of(self, record):
        return f"{record.name}, {formats.moment(record.changed_at)}"

    def facts_of(self, record):
        found = super().facts_of(record)
        return [*found, type(found[0])(_("Who"), who(record))]

    def context(self, record):
        return {"differences": differences(record)}
