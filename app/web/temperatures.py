"""Temperatures as people read and write them: in the unit of the shop, kept in degrees Celsius."""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from flask import current_app
from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from app.config.core import TEMPMON_UNIT
from app.errors import AppError
from app.web.master.fields import decimal_of, decimal_point
from app.web.master.filters import Between
from app.web.master.words import words

TONES = {
    "good": "good", "low": "warn", "high": "warn", "critical_low": "bad", "critical_high": "bad",
    "error": "bad", "offline": "quiet",
}  # fmt: skip
EXACT = Decimal("0.001")
RATIO, ZERO = Decimal("1.8"), Decimal(32)


def unit():
    """°C or °F."""
    return "°F" if in_fahrenheit() else "°C"


def in_fahrenheit():
    return current_app.extensions["settings"][TEMPMON_UNIT] == "F"


def shown(celsius, *, zero=ZERO):
    """Degrees Celsius as a number in the unit of the shop; a difference has another zero."""
    value = Decimal(celsius)
    return (value * RATIO + zero).quantize(Decimal("0.01")) if in_fahrenheit() else value


def temperature(celsius):
    """As 3.4 °C."""
    return f"{format_decimal(shown(celsius), '#,##0.0')} {unit()}"


def difference(celsius):
    """By how much something is off, as +0.5 °C."""
    return f"{format_decimal(shown(celsius, zero=Decimal(0)), '+#,##0.0#;-#,##0.0#')} {unit()}"


def celsius(text, *, zero=ZERO, most=Decimal(500)):
    """What somebody wrote, in degrees Celsius."""
    try:
        value = decimal_of(text.replace(unit(), "").strip())
    except ValueError as error:
        raise AppError(str(error)) from error
    value = ((value - zero) / RATIO if in_fahrenheit() else value).quantize(EXACT)
    if abs(value) > most:
        raise AppError(_("This number is out of range."))
    return value


def celsius_difference(text):
    return celsius(text, zero=Decimal(0), most=Decimal(20))


def written(celsius, *, zero=ZERO):
    """For a form: the number alone."""
    text = f"{shown(celsius, zero=zero).normalize():f}"
    return text.replace(".", decimal_point())


def written_difference(celsius):
    return written(celsius, zero=Decimal(0))


def in_unit(told=""):
    """A help that ends with the unit of the shop; lazy, since that may change."""
    return LazyString(lambda: " ".join(filter(None, (str(told), _("In %(unit)s.", unit=unit())))))


def state_badge(state):
    """The tone and the word of a state of a probe."""
    return (TONES[state], words(state)) if state else ("quiet", _("Nothing known"))


def clock_time(text):
    """A time of the day, as 02:30."""
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise AppError(_("Write a time as 02:30.")) from None


def written_clock_time(value):
    return f"{value:%H:%M}"


@dataclass(frozen=True, eq=False)
class Degrees(Between):
    """Temperatures, asked for in the unit of the shop."""

    def parse(self, text):
        value = super().parse(text.replace(unit(), ""))
        return (value - ZERO) / RATIO if in_fahrenheit() else value

    def say(self, value):
        return temperature(value)
