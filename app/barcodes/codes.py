"""A code of a product: its canonical number, its kind, and how people like to see it."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from app.barcodes.upc_e import to_upc_e


class Kind(StrEnum):
    """How a code is printed and read. Never part of its identity: that is the GTIN-14 alone."""

    UPC_A = "upc_a"
    UPC_E = "upc_e"
    EAN_8 = "ean_8"
    EAN_13 = "ean_13"
    GTIN_14 = "gtin_14"
    PLU = "plu"
    RANDOM_WEIGHT = "random_weight"
    """US number system 2: five digits of item, five of price."""
    PRICE_VERIFIER = "price_verifier"
    """US number system 2: five digits of item, a check digit of the price, four of price."""
    IN_STORE = "in_store"
    """EAN-13 that starts with 20-29, or 02 with a weight: its meaning is the shop's own."""

    @property
    def label(self) -> str:
        """The name as people write it: UPC-A, EAN-13, PLU, random weight."""
        return _LABELS.get(self, self.replace("_", "-").upper())


class Code(NamedTuple):
    """One code. Two codes name the same product exactly when their `gtin` is the same.

    `gtin` has 14 digits. A PLU number is filled with zeros and has no check digit. A code that
    carries a price or weight is stored with zeros in their place, so that every label of one
    product has the same `gtin`; `item`, `price` and `weight` say what this label carries.
    """

    gtin: str
    kind: Kind
    item: str | None = None
    price: Decimal | None = None
    weight: Decimal | None = None

    @property
    def digits(self) -> str:
        """The digits as printed: 12 for UPC-A, 8 for UPC-E, 13 for EAN-13, 4 or 5 for PLU."""
        if self.kind is Kind.PLU:
            return self.gtin.lstrip("0")
        if self.kind is Kind.UPC_E and (short := to_upc_e(self.gtin[2:])):
            return short
        return self.gtin[-sum(_GROUPS[self.kind]) :]

    @property
    def display(self) -> str:
        """The code in groups, for people: `0 12345 67890 5`, `4 006381 333931`, `4011`."""
        digits = iter(self.digits)
        groups = _GROUPS.get(self.kind, (5,))
        return " ".join("".join(islice(digits, size)) for size in groups)

    @property
    def check_digit(self) -> str | None:
        """The last digit of `gtin`; a PLU number has no check digit."""
        return None if self.kind is Kind.PLU else self.gtin[-1]

    @property
    def plu(self) -> str | None:
        """The PLU number: of a PLU code, or of a label with price or weight whose item is one."""
        number = int(self.gtin if self.kind is Kind.PLU else self.item or 0)
        return str(number) if is_plu(number) else None

    @property
    def stored_kind(self) -> Kind:
        """The kind to store beside `gtin`: UPC-E is only a way to print a UPC-A."""
        return Kind.UPC_A if self.kind is Kind.UPC_E else self.kind


def display(gtin: str, kind: Kind | str | None = None) -> str:
    """A stored GTIN-14 for people: `0 12345 67890 5`; any other text comes back as it is."""
    if not (len(gtin) == 14 and gtin.isdecimal() and gtin.isascii()):
        return gtin
    natural = Kind.PLU if is_plu(int(gtin)) else kind_of(int(gtin))
    return Code(gtin, natural if kind is None else Kind(kind)).display


def is_plu(number: int) -> bool:
    """Whether a number is in the ranges of the International Federation for Produce Standards.

    3000-4999 conventional, 93000-94999 organic, 83000-84999 (first for genetic modification,
    since 2015 kept as room to grow).
    """
    return 3000 <= number <= 4999 or 83000 <= number <= 84999 or 93000 <= number <= 94999


def kind_of(number: int) -> Kind:
    """The kind of a GTIN by its size alone, however many zeros it is written with."""
    if number < 10**8:
        return Kind.EAN_8
    if number < 10**12:
        return Kind.UPC_A
    return Kind.EAN_13 if number < 10**13 else Kind.GTIN_14


_LABELS = {
    Kind.RANDOM_WEIGHT: "random weight",
    Kind.PRICE_VERIFIER: "random weight with price verifier",
    Kind.IN_STORE: "in-store",
}
_GROUPS = {
    Kind.UPC_A: (1, 5, 5, 1),
    Kind.UPC_E: (1, 6, 1),
    Kind.EAN_8: (4, 4),
    Kind.EAN_13: (1, 6, 6),
    Kind.GTIN_14: (1, 6, 6, 1),
    Kind.RANDOM_WEIGHT: (1, 5, 5, 1),
    Kind.PRICE_VERIFIER: (1, 5, 5, 1),
    Kind.IN_STORE: (1, 6, 6),
}
