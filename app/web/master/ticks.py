"""Several of a few: a question answered by a checkbox for each."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Field as WTField

from app.web.master.fields import Field


@dataclass(frozen=True, eq=False)
class Ticks(Field):
    """Records of another table, such as the roles of a user; `records` tells which there are."""

    records: Any = None

    def made(self, model):
        return TicksField(self.records, label=self.title, description=self.help or "")


@dataclass(frozen=True)
class Tick:
    """One checkbox: what it sends, and what people read."""

    value: str
    title: str
    on: bool = False
    help: Any = None


class TicksField(WTField):
    """The records ticked; `added` and `removed` are what a person changed since the form was made.

    Two people may have the form open: only what each of them changed counts.
    """

    part = "master/_ticks.html"

    def __init__(self, records, **options):
        super().__init__(**options)
        self.records = records
        self.were = set()

    def ticks(self):
        """The checkboxes."""
        return [
            Tick(str(one.uuid), str(one), one in self.data, getattr(one, "notes", None))
            for one in self.records()
        ]

    @property
    def added(self):
        return [one for one in self.data if str(one.uuid) not in self.were]

    @property
    def removed(self):
        kept = {str(one.uuid) for one in self.data}
        return [one for one in self.records() if str(one.uuid) in self.were - kept]

    def process(self, formdata, *rest, **more):
        super().process(formdata, *rest, **more)
        if formdata is not None:
            self.were = set(formdata.getlist(f"{self.name}.were"))
        else:
            self.were = {str(one.uuid) for one in self.data}

    def process_data(self, value):
        self.data = list(value) if isinstance(value, (list, tuple)) else [value] if value else []

    def process_formdata(self, valuelist):
        known = {str(one.uuid): one for one in self.records()}
        self.data = [known[text] for text in valuelist if text in known]
        if set(valuelist) - set(known):
            raise ValueError(_("Something was ticked that is not there any more."))
