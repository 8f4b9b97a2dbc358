"""A form: the fields in their sections, with WTForms underneath."""

from dataclasses import dataclass

from flask_wtf.i18n import translations
from sqlalchemy import Text
from sqlalchemy.exc import DBAPIError
from wtforms import Form as WTForm

from app.errors import AppError
from app.web.master.fields import Field, Free
from app.web.master.moments import MomentField
from app.web.master.words import is_relation, related_model
from app.web.saying import said


class BoundForm(WTForm):
    """The base of every bound form: what WTForms itself says is translated too."""

    class Meta:
        def get_translations(self, form):
            return translations


@dataclass(frozen=True, init=False)
class Section:
    """Fields under a title."""

    title: object
    fields: tuple

    def __init__(self, title, *fields):
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "fields", tuple(_field(field) for field in fields))


class Form:
    """What can be created and edited; a value, like a grid."""

    def __init__(self, *parts):
        loose = [part for part in parts if not isinstance(part, Section)]
        sections = [part for part in parts if isinstance(part, Section)]
        self.sections = (*([Section("", *loose)] if loose else []), *sections)

    @property
    def fields(self):
        return [field for section in self.sections for field in section.fields]

    def plus(self, *fields):
        """The same form with more fields at its end, for a project that extends a view."""
        if not self.sections:
            return Form(*fields)
        *before, last = self.sections
        return Form(*before, Section(last.title, *last.fields, *fields))

    def without(self, *names):
        """The same form with fewer fields."""
        kept = [
            Section(s.title, *(f for f in s.fields if f.name not in names)) for s in self.sections
        ]
        return Form(*(section for section in kept if section.fields))

    def faults(self, model):
        """What is wrong with the declaration, in words."""
        names = [field.name for field in self.fields]
        bound = [field.name for field in self.fields if not isinstance(field, Free)]
        yield from (
            f"{model.__name__} has no {n!r} to edit" for n in bound if not hasattr(model, n)
        )
        twice = sorted({name for name in names if names.count(name) > 1})
        yield from (f"the field {name} is there twice" for name in twice)

    def bind(self, model, data=None, record=None, **given):
        """A WTForms form: what was sent, or else the record, or else what is given."""
        made = {field.name: field.made(model) for field in self.fields}
        bound = type("Bound", (BoundForm,), made)(data, obj=record, data=given)
        for field in self.fields:
            if field.read and data is None and bound[field.name].data is not None and field.write:
                bound[field.name].data = field.write(bound[field.name].data)
            if isinstance(bound[field.name], MomentField):
                bound[field.name].show(record)
        return bound

    def given(self, session, model, args):
        """What an address gives for a new record, such as the product of a new price."""
        found = {}
        for field in self.fields:
            text, attribute = args.get(field.name), getattr(model, field.name, None)
            if text and is_relation(attribute):
                try:
                    found[field.name] = session.get(related_model(attribute), text)
                except (DBAPIError, ValueError):
                    session.rollback()
            elif text and isinstance(getattr(attribute, "type", None), Text):
                found[field.name] = text.replace("\0", "")
        return found

    def check(self, bound):
        """Whether everything is fine; also by the readers of the fields."""
        fine = bound.validate()
        for field in self.fields:
            if field.read and bound[field.name].data and not bound[field.name].errors:
                try:
                    bound[field.name].data = field.read(bound[field.name].data)
                except AppError as error:
                    bound[field.name].errors = [said(error)]
                    fine = False
        return fine

    def fill(self, bound, record):
        """Write what was sent into the record; AppError for a time that no clock shows."""
        for field in self.fields:
            asked = bound[field.name]
            value = asked.data
            if isinstance(asked, MomentField):
                before = getattr(record, field.name)
                value = asked.moment(record, before)
                if value is None and before is None:
                    continue  # the database may have its own answer, such as now
            setattr(record, field.name, value)


def _field(field):
    return field if isinstance(field, Field) else Field(field)
