"""Schedules as people read them: in words of their language, and as small pictures of durations."""

import re
from datetime import timedelta
from functools import lru_cache

from babel.dates import get_day_names, get_month_names
from babel.units import format_unit
from flask_babel import format_datetime, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from app.config.kinds import KINDS
from app.web.formats import day
from app.work.cron import tidy
from app.work.schedule import Cron, every

ENGLISH = "en_US"
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
WIDE, HIGH, EDGE = 80, 24, 2


def in_words(schedule):
    """When something is planned, as a sentence begins."""
    if isinstance(schedule, Cron):
        return cron_in_words(schedule.text, str(get_locale() or ENGLISH))
    return _("Every %(time)s", time=duration(schedule.interval))


@lru_cache(maxsize=1000)
def cron_in_words(text, locale):
    """A cron text in a language, or in English where nobody translated it."""
    from cron_descriptor import ExpressionDescriptor, Options

    options = Options()
    options.locale_code = _locale_of_cron_words(locale)
    options.use_24hour_time_format = True
    told = ExpressionDescriptor(tidy(text).upper(), options).get_description()
    return _names_in(told, options.locale_code)


def duration(time):
    """A time span in words: 1 hour 30 minutes; below a second in parts of one."""
    left = time.total_seconds()
    if left < 60:
        return format_unit(round(left, 1 if left < 10 else 0), "duration-second", "short",
                           locale=get_locale())  # fmt: skip
    left, parts = round(left), []
    for unit, seconds in UNITS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(format_unit(count, f"duration-{unit}", "long", locale=get_locale()))
    return " ".join(parts)


def warning(change):
    """What a jump of the clock does to a schedule; None for no jump."""
    if change is None:
        return None
    told = {
        "day": day(change.at),
        "before": f"{change.shown_before:%H:%M}",
        "after": f"{change.shown_after:%H:%M}",
    }
    if change.is_gap:
        return _(
            "On %(day)s the clock goes from %(before)s to %(after)s: what is planned in between "
            "runs at %(after)s.", **told
        )  # fmt: skip
    return _(
        "On %(day)s the clock goes back from %(before)s to %(after)s: the time in between comes "
        "twice, and it runs the first time only.", **told
    )  # fmt: skip


def weekday_and_time(moment):
    """A planned time: Tue, 24 Nov 2026, 02:15; with the seconds where there are some."""
    pattern = _("EEE, d MMM y, HH:mm:ss") if moment.second else _("EEE, d MMM y, HH:mm")
    return format_datetime(moment, pattern)


def read_cron(text):
    """A cron text as it is kept; its errors are sentences."""
    return Cron(text).text


def read_interval(text):
    """The seconds of an interval in words."""
    return int(every(text).interval.total_seconds())


def written_interval(seconds):
    return KINDS[timedelta].format(timedelta(seconds=seconds))


def sparkline(seconds, says):
    """The last durations as a line, oldest first; empty for fewer than two."""
    if len(seconds) < 2:
        return Markup("")
    most, step = max(seconds) or 1, (WIDE - 2 * EDGE) / (len(seconds) - 1)
    points = " ".join(
        f"{EDGE + n * step:.1f},{HIGH - EDGE - one / most * (HIGH - 2 * EDGE):.1f}"
        for n, one in enumerate(seconds)
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><polyline points="{}"/>'
        "</svg>"
    ).format(WIDE, HIGH, says, points)


def _locale_of_cron_words(locale):
    from importlib.resources import files

    there = {one.name[:-3] for one in files("cron_descriptor").joinpath("locale").iterdir()}
    language = locale.replace("-", "_").partition("_")[0]
    alike = sorted(name for name in there if name.startswith(f"{language}_"))
    return locale if locale in there else alike[0] if alike else ENGLISH


def _names_in(told, locale):
    """Weekdays and months in the language, since the describer takes those of the process."""
    if locale.startswith("en"):
        return told
    for names in (get_day_names, get_month_names):
        english, ours = names("wide", locale="en"), names("wide", locale=locale)
        for number, name in english.items():
            told = re.sub(rf"\b{name}\b", ours[number], told)
    return told
