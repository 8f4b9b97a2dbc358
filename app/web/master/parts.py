"""Parts of the page of a record: rows that belong to it, and its facts."""

from dataclasses import dataclass
from typing import Any

from app.web.master.words import words


@dataclass(frozen=True)
class Child:
    """Rows that belong to a record, on its page: `Child(Product.codes, "product_codes", ...)`.

    `view` is the key of the view where they are edited.
    """

    relation: Any
    view: str
    columns: tuple = ()
    title: Any = None

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
