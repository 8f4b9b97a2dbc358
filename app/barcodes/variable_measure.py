"""Codes that carry a price or weight; a pattern such as 21IIIIIWWWWWC:3 says where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.barcodes.check_digit import price_check_digit, with_check_digit
from app.barcodes.codes import Code, Kind
from app.barcodes.errors import BadPattern, BadPriceCheck, shown

PRICE_VERIFIER = "2IIIIIVPPPPC"
RANDOM_WEIGHT = "2IIIIIPPPPPC"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Where item, price and weight stand in an in-store code.

    `shape` has 13 signs, one for each digit of the EAN-13; a UPC-A is an EAN-13 that starts with 0.
    """

    text: str
    shape: str
    decimals: int

    def matches(self, ean_13: str) -> bool:
        """Whether the fixed digits of the pattern are those of the code."""
        pairs = zip(self.shape, ean_13, strict=True)
        return all(sign == digit for sign, digit in pairs if sign.isdigit())

    def read(self, ean_13: str) -> Code:
        """The code, with zeros for the price or weight that it carries.

        `ean_13` must match and have a right check digit. Raises BadPriceCheck.
        """
        price, weight = self._field(ean_13, "P"), self._field(ean_13, "W")
        self._verify(ean_13, price or weight)
        emptied = [
            "0" if sign in "PVW" else digit
            for sign, digit in zip(self.shape[:-1], ean_13, strict=False)
        ]
        return Code(
            gtin="0" + with_check_digit("".join(emptied)),
            kind=self.kind,
            item=self._field(ean_13, "I"),
            price=Decimal(price).scaleb(-self.decimals) if price else None,
            weight=Decimal(weight).scaleb(-self.decimals) if weight else None,
        )

    @property
    def kind(self) -> Kind:
        """EAN prefix 02 is number system 2 of a UPC-A, so its prices have the US kinds."""
        if not self.shape.startswith("02") or "P" not in self.shape:
            return Kind.IN_STORE
        return Kind.PRICE_VERIFIER if "V" in self.shape else Kind.RANDOM_WEIGHT

    def _verify(self, ean_13: str, measure: str) -> None:
        found = self._field(ean_13, "V")
        if found and found != (expected := price_check_digit(measure)):
            raise BadPriceCheck(
                f"The check digit of the price or weight {measure} in {ean_13.removeprefix('0')}"
                f" is {found} and should be {expected}; if the shop's scales print no such digit,"
                f" set a pattern such as {RANDOM_WEIGHT}."
            )

    def _field(self, ean_13: str, letter: str) -> str:
        start = self.shape.find(letter)
        return ean_13[start : self.shape.rindex(letter) + 1] if start >= 0 else ""


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """The pattern that `text` describes: 13 signs (12 for UPC-A), then perhaps `:` and decimals.

    Digits stand for themselves; I is the item, P price, W weight, V the check digit of price or
    weight, C the check digit of the code. Without `:n`, a price has 2 decimals and a weight 3.
    Raises BadPattern with everything that is wrong.
    """
    shape, _, decimals = text.partition(":")
    faults = tuple(_faults(shape, decimals if ":" in text else "0"))
    if faults:
        raise BadPattern(f"The pattern “{shown(text)}” is wrong: {'; '.join(faults)}.")
    usual = "3" if "W" in shape else "2"
    return Pattern(text, shape if len(shape) == 13 else "0" + shape, int(decimals or usual))


def _faults(shape: str, decimals: str) -> Iterator[str]:
    measure = max(shape.count("P"), shape.count("W"))
    if unknown := sorted(set(shape) - set("0123456789IPWVC")):
        yield f"it may hold digits, I, P, W, V and C, not {shown(', '.join(unknown))}"
    if not re.fullmatch("2I.{10}|(02|2[0-9]).{11}", shape):
        yield "it has 13 signs and starts with 02 or 20 to 29, or 12 signs and starts with 2I"
    if shape.count("C") != 1 or not shape.endswith("C"):
        yield "it ends with its only C"
    if "I" not in shape:
        yield "it has no item (I)"
    if "P" in shape and "W" in shape:
        yield "it has a price (P) and a weight (W), but a code carries one of them"
    if split := [letter for letter in "IPW" if letter * shape.count(letter) not in shape]:
        yield f"all {' and all '.join(split)} must stand together"
    if "V" in shape and (shape.count("V") > 1 or measure not in (4, 5)):
        yield "a single V verifies a price or weight of four or five digits"
    if not re.fullmatch("[0-5]", decimals):
        yield "the decimals behind the colon are 0 to 5"
