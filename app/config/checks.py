"""What the values of settings must be; each tells in words what is wrong, or None."""

from __future__ import annotations

import re
from datetime import timedelta


def postgres_url(url: str) -> str | None:
    if re.match(r"postgresql(\+psycopg2)?://", url):
        return None
    return "it must begin with postgresql://"


def port(port: int) -> str | None:
    return None if 1 <= port <= 65535 else "it must lie between 1 and 65535"


def positive(value: int) -> str | None:
    return None if value >= 1 else "it must be 1 or more"


def not_negative(value: int) -> str | None:
    return None if value >= 0 else "it must be 0 or more"


def some_time(duration: timedelta) -> str | None:
    return None if duration > timedelta() else "it must be longer than nothing"


def period(text: str) -> str | None:
    if re.fullmatch(r"|[1-9]\d{0,4} (day|week|month|year)s?", text.strip()):
        return None
    return "it must be a period such as 90 days or 2 years, or empty"


def locale(name: str) -> str | None:
    if re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?", name):
        return None
    return "it must be a locale such as en_US or de"


def currency(code: str) -> str | None:
    if re.fullmatch(r"[A-Z]{3}", code):
        return None
    return "it must be a currency of ISO 4217, such as USD"


def country(code: str) -> str | None:
    if re.fullmatch(r"[A-Z]{2}", code):
        return None
    return "it must be a country of ISO 3166-1, such as US"


def time_zone(name: str) -> str | None:
    if name == "UTC":
        # The default needs no data base of zones, and so costs nothing at start.
        return None
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return "it must be a time zone such as America/New_York"
    return None
