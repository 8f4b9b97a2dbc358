"""Fields: what a form asks for, made from the columns of a model."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Integer,
    Numeric,
    SmallInteger,
    inspect,
)
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Field as WTField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from app.config.core import WEB_CURRENCY
from app.numbers import NotANumber, read
from app.web.master.moments import MomentField
from app.web.master.related import CONTROL, RelatedField
from app.web.master.words import (
    foreign_key,
    is_relation,
    related_model,
    words,
)
from app.web.saying import said

LONGEST_TEXT = 500
LARGEST = 20  # digits before the point, or zeros behind it
LONGEST_NOTES = 20_000
REQUIRED = _l("This is needed.")


@dataclass(frozen=True, eq=False)
class Field:
    """One question of a form: a mapped attribute, with words of its own where needed.

    `choices` limits a text to these words, or to pairs of a value and its title; `lines` makes it
    a larger box; `read` turns the text typed into the value kept (it raises AppError with what is
    wrong), `write` does the reverse. `zone` tells for a record in which time zone its moments are
    read and written; without it that is the shop's.
    """

    source: Any
    label: Any = None
    help: Any = None
    choices: Any = ()
    lines: int = 1
    wide: bool = False
    read: Any = None
    write: Any = None
    required: bool | None = None
    unit: Any = None
    zone: Any = None

    @property
    def name(self):
        return self.source if isinstance(self.source, str) else self.source.key

    @property
    def title(self):
        return self.label or words(self.name)

    def made(self, model):
        """The WTForms field for a model, not yet bound to a form."""
        attribute = getattr(model, self.name)
        column = foreign_key(attribute) if is_relation(attribute) else attribute
        column = inspect(model).columns[column.key]
        kind = column.type
        needed = self.required
        if needed is None:
            needed = (
                not column.nullable and column.default is None and column.server_default is None
            )
        options = {"label": self.title, "description": self.help or ""}
        presence = [InputRequired(REQUIRED)] if needed else [Optional()]
        if is_relation(attribute):
            return RelatedField(related_model(attribute), validators=presence, **options)
        if isinstance(kind, Boolean):
            return BooleanField(**options)
        if self.read:
            return StringField(
                validators=[*presence, Length(max=LONGEST_TEXT)], filters=[_tidy], **options
            )
        if self.choices:
            asked = self.choices() if callable(self.choices) else self.choices
            pairs = (one if isinstance(one, tuple) else (one, words(one)) for one in asked)
            listed = [SelectChoice(value, title) for value, title in pairs]
            listed = listed if needed or not column.nullable else [SelectChoice("", "–"), *listed]
            return SelectField(choices=listed, coerce=_word, validators=presence, **options)
        if isinstance(kind, (Integer, SmallInteger)):
            span = NumberRange(-(2**31), 2**31 - 1, _("This number is out of range."))
            return WholeField(validators=[*presence, span], **options)
        if isinstance(kind, Numeric):
            return NumberField(kind, money=is_money(column), validators=presence, **options)
        if isinstance(kind, Date):
            return DayField(validators=presence, **options)
        if isinstance(kind, DateTime):
            return MomentField(self.zone, validators=presence, **options)
        area = self.lines > 1
        tidy = _tidy if area else _one_line
        limit = Length(max=LONGEST_NOTES if area else LONGEST_TEXT)
        return (TextAreaField if area else StringField)(
            validators=[*presence, limit, plain_text],
            filters=[tidy] if column.nullable or needed else [tidy, _or_empty],
            **options,
        )


@dataclass(frozen=True, eq=False)
class Free(Field):
    """A question that is no column: `Free("password", kind=PasswordField, checks=(...))`."""

    kind: Any = StringField
    checks: tuple = ()

    def made(self, model):
        told = {"label": self.title, "description": self.help or ""}
        return self.kind(validators=list(self.checks), **told)


class NewPasswordField(PasswordField):
    """A password that the browser may invent and keep."""

    autocomplete = "new-password"


class WholeField(IntegerField):
    """A whole number; what was typed stays in the box when it is none."""

    def process_formdata(self, valuelist):
        try:
            if valuelist and not re.fullmatch(r"\s*[+-]?[0-9]*\s*", valuelist[0]):
                raise ValueError(valuelist[0])  # int() would take ٣ and 1_000
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a whole number.")) from None
        if self.data is not None and abs(self.data) > 2**63:
            # NumberRange makes a float of it, and some numbers are too large for one.
            self.data = None
            raise ValueError(_("This number is out of range."))


class DayField(DateField):
    """A day, as the browser's own calendar gives it."""

    def process_formdata(self, valuelist):
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day as 2026-11-23.")) from None


class NumberField(WTField):
    """A decimal number that fits its column, read as app/numbers.py says."""

    widget = TextInput()

    def __init__(self, kind, *, money=False, **options):
        super().__init__(**options)
        self.kind = kind
        self.money = money

    def _value(self):
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else f"{plain(self.data):f}".replace(".", decimal_point())

    def process_formdata(self, valuelist):
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if text:
            self.data = self._fitting(decimal_of(text, money=self.money))

    def _fitting(self, value):
        whole = (self.kind.precision or 15) - (self.kind.scale or 0)
        if value.adjusted() >= whole:
            raise ValueError(_("This number is out of range."))
        if -value.as_tuple().exponent > (self.kind.scale or 0):
            raise ValueError(_("Write at most %(count)s decimals.", count=self.kind.scale))
        return value


def decimal_of(text, *, money=False):
    """The number a person means; raises ValueError in words rather than guess."""
    currency = current_app.extensions["settings"][WEB_CURRENCY] if money else None
    try:
        value = read(text, point=decimal_point(), currency=currency)
    except NotANumber as error:
        raise ValueError(said(error)) from None
    if abs(value.adjusted()) > LARGEST:
        raise ValueError(_("This number is out of range."))
    return value


def decimal_point():
    """The sign before the decimals, in the locale of the shop."""
    return "," if get_decimal_symbol(get_locale() or "en") == "," else "."


def is_money(column):
    """Whether the sign of the shop's currency may stand beside what is typed."""
    return getattr(column, "info", {}).get("show") in ("money", "cost")


def plain(value):
    """2.490 is 2.49 and 1E+2 is 100, but prices keep two decimals."""
    value = Decimal(value)
    tidy = value.normalize()
    return tidy.quantize(Decimal("0.01")) if -tidy.as_tuple().exponent in (1,) else tidy


def plain_text(form, field):
    """Refuse what no text has; tabs and line ends are fine."""
    if field.data and CONTROL.search(field.data):
        raise ValidationError(_("This text has a control character; type it again."))


def _tidy(text):
    """Without space around it, and with the line ends that are kept, whatever the browser sends."""
    return (text.replace("\r\n", "\n").strip() or None) if isinstance(text, str) else text


def _one_line(text):
    return (" ".join(text.split()) or None) if isinstance(text, str) else text


def _or_empty(text):
    """A text that is needed but may be empty, such as the first name of somebody with one name."""
    return text or ""


def _word(value):
    return value or None
