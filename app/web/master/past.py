"""Pages of the past of a record: its history, as of a moment, a field's values, two states."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from flask import abort, request
from flask_babel import get_timezone
from sqlalchemy import inspect, select

from app.db import as_of
from app.db.versioning import ChangeSet
from app.services import history, past
from app.web.auth import allowed
from app.web.master.lookup import view_of
from app.web.master.words import is_relation, words

ENTRIES = 20
VALUES = 50
"""So many are on a page."""


class PastPages:
    """The part of a master view that looks back; it changes nothing."""

    def history_(self, uuid):
        """Everything that happened to a record, also when it was deleted."""
        before = _number(request.args.get("before"))
        entries = self._entries(uuid, before=before)
        record = self.session.get(self.model, uuid)
        if record is None and not entries and before is None:
            abort(404)
        return self.render("history", record=record, uuid=uuid, entries=entries, before=before)

    @contextmanager
    def read_at(self):
        """(session, day) of a grid: as of the day that the address asks for, or now and None."""
        moment, _day = moment_of(request.args.get("as_of", ""))
        if moment is None or not self.has_history:
            yield self.session, None
            return
        then = as_of.then(self.session, moment, moment.date())
        with as_of.session_at(self.session, then) as session:
            yield session, then.day

    def as_of_(self, uuid):
        """A record with its parts as they were at a day or moment."""
        record = self.session.get(self.model, uuid)
        moment, day = moment_of(request.args.get("as_of", ""))
        then = past.as_of(self.session, self.model, uuid, moment) if moment else None
        if record is None and (then is None or then.state is None) and not self._entries(uuid):
            abort(404)
        facts = self._facts_then(then.state) if then and then.state else []
        parts = self._parts_then(then) if then and then.state else []
        return self.render("as_of", record=record, uuid=uuid, then=then, day=day, moment=moment,
                           facts=facts, parts=parts)  # fmt: skip

    def timeline_(self, uuid, field):
        """The values that one field has had."""
        name = self._recorded(field) or abort(404)
        before = _number(request.args.get("before"))
        spans = past.timeline(
            self.session, self.model, uuid, name, limit=VALUES + 1, before=before
        ) or abort(404)
        more, spans = spans[VALUES:], spans[:VALUES]
        record = self.session.get(self.model, uuid)
        column = inspect(self.model).columns[name]
        shown = self._named([span.value for span in spans], column)
        return self.render("timeline", record=record, uuid=uuid, field=name, column=column,
                           spans=list(zip(spans, shown, strict=True)), before=before,
                           more=more)  # fmt: skip

    def diff_(self, uuid):
        """Two states of a record side by side: those that two change sets left."""
        ticked = [_number(text) for text in request.args.getlist("version")]
        numbers = sorted({number for number in ticked if number is not None})
        record = self.session.get(self.model, uuid)
        if len(numbers) != 2:
            return self.render("diff", record=record, uuid=uuid, changes=None)
        query = select(ChangeSet).where(ChangeSet.id.in_(numbers)).order_by(ChangeSet.id)
        sides = self.session.scalars(query).all()
        if len(sides) != 2:
            abort(404)
        changes = [
            c for c in past.diff(self.session, self.model, uuid, *numbers) if self._may_see(c)
        ]
        return self.render("diff", record=record, uuid=uuid, changes=changes, sides=sides)

    def timeline_url(self, uuid, name):
        """Where the values of a fact are told; None when they are not recorded."""
        field = self._recorded(name) if self.has_history else None
        return field and self.url("timeline", uuid=uuid, field=field)

    def _entries(self, uuid, *, before=None):
        entries = history.of(self.session, self.model, uuid, limit=ENTRIES, before=before)
        return [told for entry in entries if (told := entry.only(self._may_see)).changes]

    def _may_see(self, change):
        """Whether this person may see what happened to a part, such as the cost of a product."""
        return not change.is_part or self._may_see_parts(change.model)

    def _may_see_parts(self, model):
        view = view_of(model)
        return view is None or allowed(f"{view.key}.view")

    def _overtaken(self, uuid, latest):
        """What others changed since this form was opened."""
        seen = request.form.get("latest", "")
        if not (seen.isascii() and seen.isdigit()) or latest is None or int(seen) == latest:
            return []
        entries = history.of(self.session, self.model, uuid, limit=ENTRIES)
        own = [entry for entry in entries if any(self._holds(c) for c in entry.changes)]
        since = list(takewhile(lambda entry: entry.change_set.id != int(seen), own))
        return since or own[:1]

    def _holds(self, change):
        return not change.is_part or change.model in self.holds

    def _recorded(self, name):
        """The recorded column behind a fact: `department_uuid` for `department`."""
        recorded = dict(history.recorded_columns(self.model))
        if name in recorded:
            return name
        attribute = getattr(self.model, name, None)
        if is_relation(attribute) and not attribute.property.uselist:
            key = next(iter(attribute.property.local_columns)).key
            return key if key in recorded else None
        return None

    def _facts_then(self, state):
        told = []
        for name, column in history.recorded_columns(self.model):
            (value,) = self._named([getattr(state, name)], column)
            if value is not None and value != "":
                told.append((words(name), value, column))
        return told

    def _parts_then(self, then):
        """(model, versions) of the parts of a moment, those there were."""
        seen = {m: s for m, s in then.parts.items() if self._may_see_parts(m)}
        return [(model, states) for model, states in seen.items() if states]

    def _named(self, values, column):
        """The values, with the names of other records in place of their keys."""
        target = history.target_of(self.model, column)
        keys = {value for value in values if value is not None}
        if target is None or not keys:
            return values
        names = history.names_of(self.session, target, keys)
        return [names.get(value, value) for value in values]


def moment_of(text):
    """(moment, day shown) for a day, meaning its end, or a date and time; (None, "") for others."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            end = datetime.combine(day + timedelta(days=1), time(), tzinfo=get_timezone())
            return end - timedelta(microseconds=1), text
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=get_timezone())
        moment.timestamp()
        return moment, f"{moment:%Y-%m-%d}"
    except (ValueError, OverflowError):
        return None, ""


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
