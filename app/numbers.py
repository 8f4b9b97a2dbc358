"""Numbers that people write, in files and in forms: what can be read in one way only is read.

    read("1,234.50")             Decimal("1234.50")
    read("1.234,50", point=",")  Decimal("1234.50")
    read("1,50")                 TwoReadings: a decimal comma, or a mistake?
    read("$2.49", currency="USD")

`point` is the decimal sign of the file, or of the language of the page; the other of the two may
part thousands where decimals follow, since only then nobody takes one for the other.
"""

from __future__ import annotations

import re
from decimal import Decimal

from app.errors import AppError

LONGEST = 1000
"""Characters; longer ones are not looked at."""
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "$", "AUD": "$", "NZD": "$"}
_MARK = r"[$€£¥₹₩₽₺฿₫₦]|[A-Z]{2,3}\$?|kr|zł|Kč|Ft|Fr\.?"
_AMOUNT = re.compile(
    rf"(?P<minus>-)?(?:(?P<before>{_MARK})\s*(?P<amount>[-0-9.,(].*)"
    rf"|(?P<number>[0-9.,].*?)\s*(?P<behind>{_MARK}))"
)


class NotANumber(AppError):
    """Write a number, like 2.49."""


class TwoReadings(NotANumber):
    """This can be read in two ways; write %(number)s if that is meant."""


class OtherCurrency(NotANumber):
    """This is not in %(currency)s, the currency of the shop."""


def read(text: str, *, point: str = ".", currency: str | None = None) -> Decimal:
    """The number a person means. Raises a NotANumber rather than guess.

    Where it is money, the sign or the letters of `currency` may stand before or behind it.
    """
    if currency:
        text = without_currency(text.strip(), currency)
    group = "." if point == "," else ","
    bare = text.strip().replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "")
    if re.fullmatch(rf"-?[0-9]{{1,3}}(\{group}[0-9]{{3}})+\{point}[0-9]+", bare):
        bare = bare.replace(group, "")
    if re.fullmatch(rf"-?[0-9]+\{group}[0-9]+", bare):
        raise TwoReadings(number=bare.replace(group, point))
    plain = re.fullmatch(rf"-?([0-9]+(\{point}[0-9]*)?|\{point}[0-9]+)", bare)
    if plain is None or len(bare) > LONGEST:
        raise NotANumber
    return Decimal(bare.replace(point, "."))


def without_currency(text: str, currency: str) -> str:
    """The amount alone. Raises OtherCurrency."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return text
    if (found["before"] or found["behind"]) not in (currency, _SIGNS.get(currency)):
        raise OtherCurrency(currency=currency)
    return (found["minus"] or "") + (found["amount"] or found["number"])
