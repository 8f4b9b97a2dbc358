"""A field for a record of another table, as a list or with suggestions."""

import re

from flask_babel import gettext as _
from sqlalchemy import func, select
from wtforms import Field as WTField
from wtforms.widgets import TextInput

from app.db import db
from app.db.types import uuid_of
from app.web.master.words import label_column, label_text

SHORT_LIST = 100
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
        """Take the uuid of the list, or else the text that was typed."""
        typed = [value.strip() for value in valuelist if value.strip()]
        self.data, self.text = None, typed[-1] if typed else ""
        if typed:
            self.data = self._found(typed)
            self.text = str(self.data)

    def _found(self, typed):
        for text in typed:
            record = db.session.get(self.model, uuid_of(text)) if uuid_of(text) else None
            if record is not None and (len(typed) == 1 or str(record) == typed[-1]):
                return record
        text = typed[-1]
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
