"""What can be wrong with a code, each as a sentence for the person who typed or scanned it."""

from __future__ import annotations

from app.errors import AppError


class BadCode(AppError):
    """This is not a barcode or PLU number."""


class BadCharacters(BadCode):
    """A code has digits only; spaces and hyphens between them are ignored."""


class BadLength(BadCode):
    """A code has 4 or 5 (PLU), 6 to 8 (UPC-E), 8, 12, 13 or 14 digits."""


class BadPlu(BadCode):
    """PLU numbers are 3000-4999, 83000-84999 and 93000-94999."""


class WrongKind(BadCode):
    """The code is valid, but not of the kind that was asked for."""


class BadElement(BadCode):
    """This GS1 barcode breaks the rules for application identifiers."""


class LostDigits(BadCode):
    """A spreadsheet wrote the code in scientific notation, so digits are lost for good."""


class Undecided(BadCode):
    """It is not clear how this column of codes is to be read, so none of it is used."""


class BadCheckDigit(BadCode):
    """The check digit does not fit. `expected` is the right one, `found` the one that was given."""

    def __init__(self, message: str, *, found: str, expected: str) -> None:
        super().__init__(message)
        self.found = found
        self.expected = expected


class BadPriceCheck(BadCode):
    """The check digit of the price or weight inside the code does not fit."""


class BadPattern(AppError):
    """A pattern for in-store codes is wrong; it looks like 21IIIIIWWWWWC:3."""


def shown(text: str, limit: int = 40) -> str:
    """The text as a message may show it: one short line, control characters made visible."""
    cut = text if len(text) <= limit else text[: limit - 3] + "..."
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in cut)
