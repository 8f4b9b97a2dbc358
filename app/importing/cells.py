"""What may stand in a cell of a file, and the text by which COPY takes it.

A kind turns the text of one cell, stripped and not empty, into COPY text, or raises Rejected with
a reason that says how to write it. What depends on the file or the shop is in a FileContext.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import category

from sqlalchemy import Date, Integer, Numeric, Text
from sqlalchemy.types import TypeEngine

from app.barcodes import BadCode, LostDigits, Reading, Repair, canonical
from app.importing.errors import Refused, Rejected
from app.numbers import NotANumber, OtherCurrency, TwoReadings, read, without_currency

NULL = "\\N"
HIGHEST_PRICE = 100_000
"""Above this a price or cost is taken for a mistake, such as a barcode in the wrong column."""

Read = Callable[[str], str]


@dataclass
class FileContext:
    """What is said once for a file or the shop, and not in each cell."""

    currency: str = "USD"
    decimal_comma: bool = False
    patterns: tuple[str, ...] = ()
    """In-store patterns of barcodes."""
    repair: Repair | None = None
    """How the column of codes is to be read, once that has been decided."""
    misread: bool = False
    """Whether some codes could not be read as they are."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Which field is which column of the file, where a person said so."""


class Kind:
    """A kind of cell. `types` are the staged columns that one cell fills, mostly one."""

    types: tuple[TypeEngine[Any], ...] = (Text(),)
    suffixes: tuple[str, ...] = ("",)
    says = "text"

    def reader(self, context: FileContext) -> Read:
        raise NotImplementedError

    def are_as_written(self, cells: Sequence[str]) -> bool:
        """Whether none of these cells needs a look, since all are copied letter by letter.

        To ask this of a column whose cells are all different costs less than to read each.
        """
        return False

    @property
    def null(self) -> str:
        return "\t".join([NULL] * len(self.types))


class Words(Kind):
    """Text for people, on one line: a name, a description."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.says = f"text of at most {longest} characters"

    def reader(self, context: FileContext) -> Read:
        longest = self.longest

        def read(text: str) -> str:
            if not text.isprintable():
                text = printable(text)
            if text[0] == "=":
                raise Rejected(f"“{shown(text)}” is a formula; export the values, not the formulas")
            if len(text) > longest:
                raise Rejected(f"has {len(text):,} characters; at most {longest} are allowed")
            return text.replace("\\", "\\\\") if "\\" in text else text

        return read


class Label(Kind):
    """What identifies something, such as the number of a product. Often digits, yet a text."""

    says = "text of at most 60 characters; no formula, not in scientific notation"

    def are_as_written(self, cells: Sequence[str]) -> bool:
        text = "".join(cells)
        return text.isdecimal() and text.isascii() and all(cells) and max(map(len, cells)) <= 60

    def reader(self, context: FileContext) -> Read:
        words = Words(60).reader(context)

        def read(text: str) -> str:
            if text.isdecimal() and text.isascii() and len(text) <= 60:
                return text
            if text[0] in "=+@-":
                raise Rejected(f"“{shown(text)}” looks like a formula")
            if re.fullmatch(r"[0-9]+[.,]0+", text):
                raise Rejected(
                    f"“{shown(text)}” was made a fraction by a spreadsheet; export it as text"
                )
            if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]+", text):
                raise Refused(
                    f"{shown(text)} lost its digits; format the column as text and export again."
                )
            return words(text)

        return read


class Whole(Kind):
    """A whole number from 0 to 2,147,483,647."""

    types = (Integer(),)
    says = "a whole number from 0"

    def reader(self, context: FileContext) -> Read:
        def read(text: str) -> str:
            digits = re.fullmatch(r"([0-9]{1,18})(?:[.,]0+)?", text)
            if digits is None:
                raise Rejected(f"“{shown(text)}” is no whole number")
            if int(digits[1]) > 2**31 - 1:
                raise Rejected(f"“{shown(text)}” is too large")
            return digits[1]

        return read


class Number(Kind):
    """A number with a decimal point, or with a decimal comma where the whole file has one."""

    def __init__(self, places: int, *, highest: int, positive: bool = False) -> None:
        self.types = (Numeric(len(str(highest)) + places, places),)
        self.places = places
        self.highest = highest
        self.positive = positive
        above = "above 0" if positive else "from 0"
        self.says = f"a number {above} to {highest:,} with up to {places} decimals"

    def reader(self, context: FileContext) -> Read:
        few = len(str(self.highest)) - 1  # so many digits are never too many
        plain = re.compile(rf"[0-9]{{1,{few}}}(?:\.[0-9]{{1,{self.places}}})?").fullmatch
        quick = not context.decimal_comma and not self.positive

        def read(text: str) -> str:
            return text if quick and plain(text) else self.slowly(text, context)

        return read

    def slowly(self, text: str, context: FileContext) -> str:
        """Any way to write a number that can be read in one way only."""
        point = "," if context.decimal_comma else "."
        try:
            bare = self.bare(text, context)
            if re.fullmatch(r"\(.*\)|[0-9].*-", bare):
                raise Rejected(f"“{shown(text)}” is negative")
            number = read(bare, point=point)
        except TwoReadings as error:
            meant = error.values["number"]
            raise Rejected(
                f"“{shown(text)}” can be read in two ways; write {meant} if that is meant"
            ) from None
        except OtherCurrency:
            raise Rejected(
                f"“{shown(text)}” is not in {context.currency}, the currency of the shop"
            ) from None
        except NotANumber:
            odd = "looks like a formula" if text[0] in "=+@" else "is no number"
            raise Rejected(f"“{shown(text)}” {odd}") from None
        return self.within(text, number)

    def within(self, text: str, number: Decimal) -> str:
        if number < 0:
            raise Rejected(f"“{shown(text)}” is negative")
        if number > self.highest:
            raise Rejected(f"“{shown(text)}” is more than {self.highest:,}")
        if number != round(number, self.places):
            raise Rejected(f"“{shown(text)}” has more than {self.places} decimals")
        if self.positive and not number:
            raise Rejected(f"“{shown(text)}” must be more than 0")
        return f"{round(number, self.places):f}"

    def bare(self, text: str, context: FileContext) -> str:
        """The number without what may stand around it."""
        return text


class Money(Number):
    """A price or cost. The sign of the shop's own currency may stand before or behind it."""

    def __init__(self, places: int) -> None:
        super().__init__(places, highest=HIGHEST_PRICE)

    def bare(self, text: str, context: FileContext) -> str:
        return without_currency(text, context.currency)


class Day(Kind):
    """A day as 2026-03-31 (ISO 8601); others are ambiguous."""

    types = (Date(),)
    says = "a day such as 2026-03-31"

    def reader(self, context: FileContext) -> Read:
        def read(text: str) -> str:
            try:
                if len(text) != 10 or not 1900 <= date.fromisoformat(text).year <= 2200:
                    raise ValueError
            except ValueError:
                raise Rejected(f"“{shown(text)}” is no day; write it as 2026-03-31") from None
            return text

        return read


class Barcode(Kind):
    """A barcode or PLU; staged in canonical form, with its kind beside it."""

    types = (Text(), Text())
    suffixes = ("", "_kind")
    says = "a UPC, EAN, GTIN or PLU number, with its check digit"

    def reader(self, context: FileContext) -> Read:
        patterns, repair = context.patterns, context.repair
        as_is = Repair(Reading.AS_IS)

        def read(text: str) -> str:
            try:
                if repair:
                    text = repair.apply(text)
                gtin, kind = canonical(text, patterns)
            except LostDigits as error:
                raise Refused(str(error)) from None
            except BadCode as error:
                return second_try(text, error)
            return f"{gtin}\t{kind}"

        def second_try(text: str, error: BadCode) -> str:
            # 12345.0 and '12345 are decided by the cell alone, without a look at the column.
            try:
                gtin, kind = canonical(as_is.apply(text), patterns)
            except BadCode:
                context.misread = True
                raise Rejected(str(error).rstrip(".")) from None
            return f"{gtin}\t{kind}"

        return read


def printable(text: str) -> str:
    """The text with plain spaces and nothing invisible. Raises Rejected for control characters."""
    signs = []
    for sign in text:
        group = category(sign)
        if group == "Cc" or group in ("Zl", "Zp"):
            raise Rejected(_control(sign))
        if group == "Zs":
            signs.append(" ")
        elif group not in ("Cf", "Cs") or sign == "\N{ZERO WIDTH JOINER}":
            signs.append(sign)
    kept = "".join(signs).strip()
    if not kept:
        raise Rejected("holds only invisible characters")
    return kept


def shown(text: str, limit: int = 40) -> str:
    """The text as a message may show it: one short line."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in cut)


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends like a sentence."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _control(sign: str) -> str:
    if sign in "\r\n\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        return "holds a line break; was a quote not closed?"
    return f"holds the control character U+{ord(sign):04X}"
