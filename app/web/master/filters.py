"""Filters: typed questions about a column, kept in the address of the page.

A filter named `price` is `?price=30&price.verb=over`; the first verb of a filter may be left out.
Text that no filter understands becomes a problem that is shown, never an error page.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, Text, func, or_, select

from app.db.types import uuid_of
from app.web.master.fields import decimal_of, is_money
from app.web.master.words import foreign_key, label_column, label_text, related_model, words

LONGEST = 200


class Misunderstood(ValueError):
    """What a person typed into a filter is not what it asks for; the text says what is."""


@dataclass(frozen=True, eq=False)
class Active:
    """A filter in force on a page, or one that could not be understood."""

    filter: Any
    verb: str
    values: tuple
    shown: str
    where: Any = None
    problem: str | None = None

    @property
    def sentence(self):
        return f"{self.filter.title} {VERBS[self.verb]()}"


VERBS = {
    "contains": lambda: _("contains"),
    "is": lambda: _("is"),
    "starts": lambda: _("starts with"),
    "over": lambda: _("at least"),
    "under": lambda: _("at most"),
    "between": lambda: _("between"),
    "empty": lambda: _("is empty"),
    "filled": lambda: _("is filled in"),
}
LIKE = {"contains": "%{}%", "starts": "{}%", "is": "{}"}
NO_VALUE = frozenset({"empty", "filled"})


@dataclass(frozen=True, eq=False)
class Filter:
    """The base of the filters below. `shown` offers it above the grid without being asked."""

    shown: bool = False
    name: str = ""
    label: Any = None
    expression: Any = None
    joins: tuple = ()

    kind = "text"
    verbs = ("is", "empty", "filled")

    def of(self, column):
        """The same filter, for a column."""
        return replace(
            self,
            name=self.name or column.name,
            label=self.label or column.label,
            expression=self.expression if self.expression is not None else self.target(column),
            joins=self.joins or column.joins,
        )

    def target(self, column):
        return column.sql if column.sql is not None else column.source

    @property
    def title(self):
        return str(self.label) if self.label else words(self.name)

    def read(self, args, session):
        """What the address asks of this filter; None when nothing."""
        values = tuple(v.strip()[:LONGEST] for v in args.getlist(self.name) if v.strip())
        verb = args.get(f"{self.name}.verb", self.verbs[0])
        if verb not in self.verbs:
            return Active(
                self, self.verbs[0], values, verb, problem=_("There is no such question.")
            )
        if verb == "between":
            values += tuple(
                v.strip()[:LONGEST] for v in args.getlist(f"{self.name}.to") if v.strip()
            )
        if not values and verb not in NO_VALUE:
            return None
        try:
            shown, where = self.ask(verb, values, session)
        except Misunderstood as error:
            return Active(self, verb, values, ", ".join(values), problem=str(error))
        return Active(self, verb, values, shown, where)

    def ask(self, verb, values, session):
        """The words and the condition for a verb and its values."""
        if verb == "empty":
            return "", self.expression.is_(None)
        if verb == "filled":
            return "", self.expression.is_not(None)
        if verb == "between":
            low, high = self._two(values)
            return f"{self.say(low)} {_('and')} {self.say(high)}", self.expression.between(
                low, high
            )
        parsed = [self.parse(value) for value in values]
        shown = f" {_('or')} ".join(self.say(value) for value in parsed)
        if verb == "over":
            return shown, self.expression >= parsed[0]
        if verb == "under":
            return shown, self.expression <= parsed[0]
        return shown, self.expression.in_(parsed) if len(parsed) > 1 else self.expression == parsed[
            0
        ]

    def _two(self, values):
        if len(values) != 2:
            raise Misunderstood(_("Give two values, from and to."))
        return sorted(self.parse(value) for value in values)

    def parse(self, text):
        """The value a text stands for; raises Misunderstood."""
        if "\0" in text:
            raise Misunderstood(_("This text has a character that no text has."))
        return text

    def say(self, value):
        return str(value)

    def choices(self, session):
        """What can be chosen, as (value, words); empty for a free text."""
        return []


@dataclass(frozen=True, eq=False)
class Contains(Filter):
    """Text that contains, is or starts with what is typed, whatever the case."""

    verbs = ("contains", "is", "starts", "empty", "filled")

    def ask(self, verb, values, session):
        if verb in LIKE:
            texts = [self.parse(value) for value in values]
            like = or_(*(self.expression.ilike(LIKE[verb].format(escape(t))) for t in texts))
            return f" {_('or')} ".join(texts), like
        return super().ask(verb, values, session)


@dataclass(frozen=True, eq=False)
class Between(Filter):
    """Numbers."""

    kind = "number"
    verbs = ("is", "over", "under", "between", "empty", "filled")
    percent: bool = False

    def parse(self, text):
        try:
            value = decimal_of(text.removesuffix("%").strip(), money=is_money(self.expression))
        except ValueError:
            raise Misunderstood(_("“%(text)s” is not a number.", text=text)) from None
        if abs(value) >= 10**15:
            raise Misunderstood(_("“%(text)s” is out of range.", text=text))
        return value / 100 if self.percent else value

    def say(self, value):
        from app.web.formats import quantity

        return f"{quantity(value * 100)} %" if self.percent else quantity(value)


@dataclass(frozen=True, eq=False)
class Days(Filter):
    """Days, and moments by their day."""

    kind = "date"
    verbs = ("over", "under", "is", "between", "empty", "filled")

    def target(self, column):
        found = super().target(column)
        return func.date(found) if isinstance(found.type, DateTime) else found

    def parse(self, text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Misunderstood(_("Write a day as 2026-11-23.")) from None

    def say(self, value):
        from app.web.formats import day

        return day(value)


@dataclass(frozen=True, eq=False)
class YesNo(Filter):
    """Yes or no."""

    kind = "choice"
    verbs = ("is",)

    def parse(self, text):
        if text not in {"yes", "no"}:
            raise Misunderstood(_("Choose yes or no."))
        return text == "yes"

    def say(self, value):
        return _("yes") if value else _("no")

    def ask(self, verb, values, session):
        value = self.parse(values[0])
        return self.say(value), self.expression.is_(value)

    def choices(self, session):
        return [("yes", _("yes")), ("no", _("no"))]


@dataclass(frozen=True, eq=False)
class Choice(Filter):
    """One or more of a list of words: `Choice(words=PRICE_KINDS)`."""

    kind = "choice"
    words: tuple = ()

    def parse(self, text):
        if text not in self.words:
            raise Misunderstood(_("“%(text)s” is none of the choices.", text=text))
        return text

    def say(self, value):
        return words(value)

    def choices(self, session):
        return [(word, words(word)) for word in self.words]


@dataclass(frozen=True, eq=False)
class Related(Filter):
    """Records of another table: chosen from a list when that is short, else typed by name."""

    kind = "related"
    attribute: Any = None

    SHORT = 200

    def target(self, column):
        return foreign_key(column.source)

    def of(self, column):
        return replace(super().of(column), attribute=column.source)

    def ask(self, verb, values, session):
        if verb in NO_VALUE:
            return super().ask(verb, values, session)
        model = related_model(self.attribute)
        label = label_text(model)
        found = []
        for value in values:
            uuid = uuid_of(value)
            by = model.uuid == uuid if uuid else func.lower(label) == value.lower()
            record = session.scalars(select(model).where(by).limit(1)).first()
            if record is None:
                raise Misunderstood(_("There is no “%(text)s”.", text=value))
            found.append(record)
        shown = f" {_('or')} ".join(str(record) for record in found)
        return shown, self.expression.in_([record.uuid for record in found])

    def choices(self, session):
        model = related_model(self.attribute)
        label = label_column(model)
        query = select(model).order_by(label).limit(self.SHORT + 1)
        found = session.scalars(query).all()
        return [] if len(found) > self.SHORT else [(str(r.uuid), str(r)) for r in found]


def filter_for(column):
    """The filter that fits a column, by its type; None when the database does not know it."""
    if column.is_relation:
        return Related()
    kind = getattr(column.expression, "type", None)
    filters = (
        (Boolean, YesNo), ((Date, DateTime), Days), ((Integer, Numeric), Between), (Text, Contains),
    )  # fmt: skip
    made = next((filter_ for types, filter_ in filters if isinstance(kind, types)), None)
    return made() if made else None


def escape(text):
    """Text whose %, _ and \\ mean themselves in LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
