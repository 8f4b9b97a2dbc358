"""A field for a record of another table, as a list or with suggestions."""

import re
from collections import Counter

from flask_babel import gettext as _
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import MANYTOONE
from wtforms import Field as WTField
from wtforms.widgets import TextInput

from app.db import db
from app.db.types import uuid_of
from app.web.master.words import label_column, label_text

SHORT_LIST = 100
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def suggestions(records):
    """The records with what they are called; those of one name are told apart."""
    names = Counter(map(str, records))
    return [(r, told_apart(r) if names[str(r)] > 1 else str(r)) for r in records]


def told_apart(record):
    """A name with what is different where names are the same: “Tropical fruit (Produce)”."""
    relations = inspect(type(record)).relationships
    others = (getattr(record, one.key) for one in relations if one.direction is MANYTOONE)
    found = next((str(other) for other in others if other is not None), None)
    found = found or getattr(record, "number", None)
    return f"{record} ({found})" if found is not None else str(record)


class RelatedField(WTField):
    """A record of another table: chosen from a short list, or typed by name with suggestions."""

    widget = TextInput()

    def __init__(self, model, **options):
        super().__init__(**options)
        self.model = model
        self.text = ""

    def choices(self):
        """Every record as (uuid, words); None when there are too many for a list."""
        label = label_column(self.model)
        query = select(self.model).order_by(label).limit(SHORT_LIST + 1)
        found = db.session.scalars(query).all()
        return None if len(found) > SHORT_LIST else [(str(r.uuid), str(r)) for r in found]

    def _value(self):
        return "" if self.data is None else str(self.data.uuid)

    def process_data(self, value):
        self.data = value
        self.text = "" if value is None else str(value)

    def process_formdata(self, valuelist):
        """Take the uuid of the list, or the text that was typed and the uuid that it stood for."""
        text, *keys = [value.strip() for value in valuelist] or [""]
        self.data, self.text = None, text
        if text:
            self.data = self._found(text, keys or [text])
            self.text = str(self.data)

    def _found(self, text, keys):
        for key in keys:
            record = db.session.get(self.model, uuid_of(key)) if uuid_of(key) else None
            if record is not None and text in (key, str(record), told_apart(record)):
                return record
        if CONTROL.search(text):
            raise ValueError(_("There is no “%(text)s”.", text=CONTROL.sub("?", text)))
        label = label_text(self.model)
        query = select(self.model).where(func.lower(label) == text.lower()).limit(2)
        found = db.session.scalars(query).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(
                _("There is more than one “%(text)s”; choose from the list.", text=text)
            )
        raise ValueError(_("There is no “%(text)s”.", text=text))
