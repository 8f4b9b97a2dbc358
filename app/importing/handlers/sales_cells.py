"""What may stand in the cells of a file of sales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Boolean, Date, DateTime

from app.importing.cells import NULL, FileContext, Kind, Money, Number, Read, shown
from app.importing.dates import iso
from app.importing.errors import Rejected

_MINUS = "-\N{MINUS SIGN}"
_YES = frozenset(("1", "t", "true", "y", "yes", "x"))
_NO = frozenset(("0", "f", "false", "n", "no"))


class WallClock(Kind):
    """A moment on the clock of the store, such as 2026-11-01T17:05.

    With an offset behind it (-05:00, Z) it is exact, also in the hour that autumn has twice. Staged
    as the time on the clock, its day, and the exact moment where that is known.
    """

    types = (DateTime(), Date(), DateTime(timezone=True))
    suffixes = ("", "_day", "_exact")
    says = "a moment such as 2026-03-31T17:05, on the clock of the store"
    is_dated = True

    def reader(self, context: FileContext) -> Read:
        order = context.dates
        local = re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
        )
        # Most are written as we write them, and nearly every receipt has another.
        plain = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")

        def read(text: str) -> str:
            try:
                if plain.fullmatch(text) and datetime.fromisoformat(text):
                    return f"{text}\t{text[:10]}\t{NULL}"
                written = iso(text, order) or text
                moment = datetime.fromisoformat(written)
            except ValueError:
                moment = None
            if moment is None or not local.match(written):
                raise Rejected(f"“{shown(text)}” is no moment; write it as 2026-03-31T17:05")
            exact = NULL if moment.tzinfo is None else moment.isoformat()
            return f"{moment.replace(tzinfo=None).isoformat()}\t{moment.date()}\t{exact}"

        return read


class Signed(Money):
    """An amount of money; a minus is one of a return."""

    says = "an amount, negative for a return"

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)
        return lambda text: f"-{read(text[1:].strip())}" if text[0] in _MINUS else read(text)


class SignedNumber(Number):
    """A quantity; a minus is one of a return."""

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)
        return lambda text: f"-{read(text[1:].strip())}" if text[0] in _MINUS else read(text)


class OneOf(Kind):
    """One of a few words, in any case, with - or _ or a space; `also` says other names of them."""

    def __init__(self, words: tuple[str, ...], also: Mapping[str, str] | None = None) -> None:
        self.words = {word: word for word in words} | dict(also or {})
        self.says = f"one of {', '.join(words)}"

    def reader(self, context: FileContext) -> Read:
        def read(text: str) -> str:
            found = self.words.get(re.sub(r"[\s-]+", "_", text.lower()))
            if found is None:
                raise Rejected(f"“{shown(text)}” is not {self.says}")
            return found

        return read


class Flag(Kind):
    """Yes or no."""

    types = (Boolean(),)
    says = "yes or no"

    def reader(self, context: FileContext) -> Read:
        def read(text: str) -> str:
            if text.lower() in _YES:
                return "t"
            if text.lower() in _NO:
                return "f"
            raise Rejected(f"“{shown(text)}” is neither yes nor no")

        return read
