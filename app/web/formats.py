"""Values for people: in the locale of the shop, its currency and its time zone."""

from datetime import UTC, date, datetime
from decimal import Decimal

from babel.numbers import get_currency_precision
from flask import current_app
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_percent,
    format_time,
    get_timezone,
    gettext,
)
from markupsafe import Markup

from app.config.core import WEB_CURRENCY

EMPTY = ""


def show(value, name="text"):
    """A value in one of the formats below."""
    return EMPTY if value is None or value == "" else FORMATS[name](value)


def text(value):
    return str(value)


def word(value):
    """One of a few words that the program knows, such as the kind of a price."""
    from app.web.master.words import words

    return words(value)


def number(value):
    """A number that names something, such as a department: no thousands separators."""
    return str(value)


def count(value):
    return format_decimal(value)


def money(value):
    """A price or cost: the decimals of the currency, and more only when they say something."""
    digits = get_currency_precision(current_app.extensions["settings"][WEB_CURRENCY])
    exact = Decimal(value).normalize()
    shown = max(digits, -exact.as_tuple().exponent)
    return format_decimal(value, f"#,##0.{'0' * shown}" if shown else "#,##0")


def quantity(value):
    return format_decimal(Decimal(value).normalize())


def percent(value):
    """A share of one: 0.281 is 28.1 %."""
    return format_percent(value, "#,##0.0 %")


def yes_no(value):
    return gettext("yes") if value else gettext("no")


def day(value):
    return format_date(value, "medium")


def weekday(value):
    """The day of a week, in short: Mon 23."""
    return format_date(value, "EEE d")


def moment(value):
    return format_datetime(value, "medium")


def moment_short(value):
    """The day and the minute; the year only when it is not this one."""
    this_year = value.year == datetime.now(value.tzinfo).year
    # Translators: a day and a time in the letters of CLDR, such as "d. MMM, HH:mm".
    pattern = gettext("d MMM, HH:mm") if this_year else gettext("d MMM y, HH:mm")
    return format_datetime(value, pattern)


def file_size(value):
    """So many bytes, in the largest unit of which there is at least one."""
    units = [(10**9, "GB"), (10**6, "MB"), (10**3, "kB")]
    size, unit = next(((size, unit) for size, unit in units if value >= size), (1, "B"))
    return f"{format_decimal(value / size, '#,##0.#')} {unit}"


def code(value):
    """A canonical code, as people know it from the package."""
    from app.barcodes import display

    return display(value)


def temperature(value):
    """Degrees Celsius in the unit of the shop."""
    from app.web import temperatures

    return temperatures.temperature(value)


def temperature_difference(value):
    from app.web import temperatures

    return temperatures.difference(value)


def phone(value):
    """A phone number, as people in the country of the shop write it."""
    from app.web import phones

    return phones.shown(value)


def clock(value):
    """A time of the day."""
    return f"{value:%H:%M}"


def clock_seconds(value):
    """A moment as the time of the day, with seconds."""
    return format_time(value, "HH:mm:ss")


def duration(seconds):
    """2.4 s, 3 min 5 s, 1 h 20 min."""
    if seconds < 60:
        return gettext(
            "%(seconds)s s", seconds=format_decimal(seconds, "0.#" if seconds < 10 else "0")
        )
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)
    return gettext("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)


def harmless(value):
    """A text for a CSV: a spreadsheet takes what begins like this for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def picture(value):
    """A picture is drawn by the grid, from its address."""
    return value


def drawing(value):
    """Markup of our own, such as a small line of numbers."""
    return value


FORMATS = {
    "picture": picture,
    "drawing": drawing,
    "text": text,
    "word": word,
    "number": number,
    "count": count,
    "money": money,
    "cost": money,
    "quantity": quantity,
    "percent": percent,
    "yes_no": yes_no,
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "moment_short": moment_short,
    "code": code,
    "temperature": temperature,
    "temperature_difference": temperature_difference,
    "phone": phone,
    "clock": clock,
    "clock_seconds": clock_seconds,
    "duration": duration,
    "file_size": file_size,
}


def show_any(value):
    """A value whose column is not known, by its own type."""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, Decimal):
        return quantity(value)
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else show(value)


def init_formats(app):
    """Make every format a filter of the templates."""
    for name in FORMATS:
        app.jinja_env.filters[name] = lambda value, name=name: show(value, name)
    app.jinja_env.filters["any"] = show_any
    app.jinja_env.globals["dash"] = Markup("&ndash;")


def temperature_unit():
    """°C or °F."""
    from app.web import temperatures

    return temperatures.unit()


def now():
    """This moment, in UTC."""
    return datetime.now(UTC)


def today():
    """The day it is in the shop."""
    zone = get_timezone()
    return datetime.now(zone).date()
