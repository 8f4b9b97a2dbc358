"""Pages of what a run of an import would change, withheld, or changed, field by field."""

import csv
import io

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.models.imports import CHANGE_ACTIONS, CHANGE_STATES, ImportChange
from app.web.formats import harmless
from app.web.master import Choice, Column, Contains, Form, Grid, MasterView
from app.web.master.lookup import view_of_table
from app.web.master.words import words

TONES = {"tried": "quiet", "withheld": "warn", "made": "good"}
FEW = 4
"""So many fields of a change are told in the grid; its page has them all."""


def state_badge(change):
    return TONES[change.state], words(change.state)


def told(change):
    """What differs, in a line: `price 2.99 → 3.49`."""
    parts = [f"{words(name)} {_arrow(before, after)}" for name, before, after in fields(change)]
    more = [_("%(num)s more", num=len(parts) - FEW)] if len(parts) > FEW else []
    return " · ".join([*parts[:FEW], *more])


def fields(change):
    """Each field with what it was and what it becomes, by name."""
    names = sorted(change.before.keys() | change.after.keys())
    return [(name, change.before.get(name), change.after.get(name)) for name in names]


def _arrow(before, after):
    if before is None:
        return shown(after)
    return f"{shown(before)} → {shown(after)}"


def shown(value):
    """A value of a change as people read it; nothing is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


class ImportChangeView(MasterView):
    key, model, title, icon = "import_changes", ImportChange, _l("Change of an import"), "edit"
    plural = _l("Changes of imports")
    lead = _l("What runs of imports would change, object by object, or withheld since it was much.")
    parent = ImportChange.run
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(ImportChange.key, link=True, card="title", filter=Contains(shown=True)),
        Column(ImportChange.action, card="lead", filter=Choice(shown=True, words=CHANGE_ACTIONS)),
        Column(ImportChange.importer, card="detail", filter=Contains(shown=True)),
        Column("told_", told, label=_l("What differs"), card="detail"),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(ImportChange.state, hidden=True, filter=Choice(words=CHANGE_STATES)),
        Column(ImportChange.line, card="detail"),
        Column(ImportChange.run, hidden=True),
        sort=ImportChange.key,
    )
    form = Form(
        ImportChange.run, ImportChange.importer, ImportChange.action, ImportChange.state,
        ImportChange.key, ImportChange.line,
    )  # fmt: skip

    def name_of(self, record):
        return f"{words(record.importer)} {record.key}"

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        """The fields side by side, and the way to the record where there is one."""
        view = view_of_table(record.table_name)
        there = record.record_uuid and view and "view" in view.allow
        return {
            "differences": [(name, shown(old), shown(new)) for name, old, new in fields(record)],
            "url_of_record": url_for(f"{view.key}.view", uuid=record.record_uuid)
            if there
            else None,
        }


def file_of(session, run):
    """The lines of a CSV with all changes of a run, one for each field that differs."""
    yield "\ufeff" + _line("importer", "action", "state", "key", "line", "field", "before", "after")
    query = select(ImportChange).where(ImportChange.run_uuid == run).order_by(ImportChange.uuid)
    for one in session.scalars(query.execution_options(yield_per=1000)):
        about = one.importer, one.action, one.state, one.key, one.line
        for name, before, after in fields(one) or [("", None, None)]:
            yield _line(*about, name, before, after)


def _line(*cells):
    file = io.StringIO()
    csv.writer(file).writerow(map(harmless, cells))
    return file.getvalue()
