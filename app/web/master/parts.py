"""Parts of the page of a record: rows that belong to it, and its facts."""

from dataclasses import dataclass
from typing import Any

from app.web.formats import show
from app.web.master.columns import format_of
from app.web.master.words import is_relation, words


@dataclass(frozen=True)
class Child:
    """Rows that belong to a record, on its page: `Child(Product.codes, "product_codes", ...)`.

    `view` is the key of the view where they are edited. One that is `quiet` is shown only where
    there are rows.
    """

    relation: Any
    view: str
    columns: tuple = ()
    title: Any = None
    quiet: bool = False

    @property
    def name(self):
        return str(self.title) if self.title else words(self.relation.key)

    @property
    def back(self):
        """The relation from a row to the record: `product` of a product's codes."""
        return self.relation.property.back_populates


@dataclass(frozen=True)
class Fact:
    """One line of a record's page."""

    title: str
    text: str
    url: str | None = None
    format: str = "text"
    past: str | None = None
    """Where the earlier values are told."""


def fact_of(view, record, name):
    """What one attribute of a record says, in the words of its form."""
    attribute = getattr(view.model, name)
    value = getattr(record, name)
    field = next((field for field in view.form.fields if field.name == name), None)
    title = str(field.title) if field else words(name)
    past = view.timeline_url(record.uuid, name)
    if is_relation(attribute):
        text = "" if value is None else str(value)
        return Fact(title, text, value and view.url_of(value), past=past)
    if field is not None and field.write and value is not None:
        return Fact(title, field.write(value), past=past)
    form = format_of(attribute)
    return Fact(title, str(show(value, form)), format=form, past=past)
