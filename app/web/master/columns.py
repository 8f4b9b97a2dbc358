"""Columns: what a grid shows of each record, and how it is sorted and filtered by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, SmallInteger, Text, Time, func

from app.web.formats import show
from app.web.master.filters import Filter, filter_for
from app.web.master.words import is_relation, label_column, related_model, words

NUMBERS = frozenset(
    ("money", "cost", "quantity", "number", "percent", "temperature", "temperature_difference")
)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a grid.

    `source` is a mapped attribute (a column, or a relation to one other record), or a name. A
    named column takes its value from the record by `value`, or from the database by `sql`, an
    expression over the model (then `value`, if given, is applied to its result); only what the
    database knows can be sorted and filtered by.
    A `value` that follows a relation names it in `load`, so that a page still asks once.
    `joins` are the tables (app/services/prices.py: Join) that `sql` stands on.
    `permission` is what one must be allowed to see it, beyond the view itself.
    `card` is its place on a phone: title, lead, code, state-cell or detail.
    """

    source: Any
    value: Callable[[Any], Any] | None = None
    sql: Any = None
    label: Any = None
    link: bool = False
    show: str | None = None
    card: str = ""
    filter: Filter | bool | None = None
    sort: bool = True
    hidden: bool = False
    load: Any = None
    joins: tuple = ()
    permission: str | None = None

    @property
    def name(self):
        return self.source if isinstance(self.source, str) else self.source.key

    @property
    def title(self):
        return str(self.label) if self.label is not None else words(self.name)

    @property
    def is_relation(self):
        return not isinstance(self.source, str) and is_relation(self.source)

    @property
    def is_mapped(self):
        return not isinstance(self.source, str) and not self.is_relation

    @property
    def expression(self):
        """What the database can sort by; None when only Python knows the value.

        Small and capital letters count as the same, on every server, whatever its collation.
        """
        found = self.source if self.is_mapped else self.sql
        if self.is_relation:
            found = label_column(related_model(self.source))
        return (
            func.lower(found, type_=Text())
            if isinstance(getattr(found, "type", None), Text)
            else found
        )

    @property
    def is_sortable(self):
        return self.sort and self.expression is not None

    @property
    def format(self):
        """The name of a format in app/web/formats.py."""
        return self.show or format_of(self.source if self.is_mapped else self.sql)

    @property
    def is_number(self):
        return self.format in NUMBERS

    def filters(self):
        """The filter of this column, as a list of none or one."""
        if self.filter is False:
            return []
        found = self.filter if isinstance(self.filter, Filter) else filter_for(self)
        return [] if found is None else [found.of(self)]

    def of(self, row):
        """The raw value for a row of a page."""
        if self.sql is not None:
            found = row.extras[self.name]
            return self.value(found) if self.value else found
        return self.value(row.record) if self.value else getattr(row.record, self.name)

    def text(self, row):
        """The value for people; empty for None. A badge is (tone, word)."""
        value = self.of(row)
        if self.format == "badge":
            return value[1] if value else ""
        return show(value, self.format)


def format_of(source):
    """The format that fits a column or an expression, by its type and what its model says."""
    kind = getattr(source, "type", None)
    told = getattr(source, "info", {}).get("show")
    if told:
        return told
    if _has_known_words(source):
        return "word"
    formats = (
        (Boolean, "yes_no"), (DateTime, "moment"), (Date, "day"), (Time, "clock"),
        ((Integer, SmallInteger), "number"), (Numeric, "quantity"),
    )  # fmt: skip
    return next((name for types, name in formats if isinstance(kind, types)), "text")


def _has_known_words(source):
    """Whether a check lists all that a column may hold, as one_of() in app/db/types.py makes it."""
    constraints = getattr(getattr(source, "table", None), "constraints", ())
    return any(str(check.name).endswith(f"{source.key}_known") for check in constraints)
