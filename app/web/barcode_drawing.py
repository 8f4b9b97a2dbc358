"""Barcodes drawn as SVG, as scanners read them from the screen or from paper.

The bars of EAN and UPC are those of GS1 General Specifications 5.2; a case code (GTIN-14) is drawn
as ITF-14, 5.3. What is no barcode by itself (a PLU, a code with the price in it) is not drawn.
"""

from dataclasses import dataclass
from itertools import groupby

from app.barcodes import Kind, check_digit, display

QUIET, TALL, GUARD = 11, 52, 58
_DRAWN = {
    Kind.UPC_A: "ean13",
    Kind.EAN_13: "ean13",
    Kind.EAN_8: "ean8",
    Kind.GTIN_14: "itf",
    Kind.IN_STORE: None,
}
# Which modules reach down to the digits.
_GUARDS = {
    Kind.UPC_A: ((0, 10), (45, 50), (85, 95)),
    Kind.EAN_13: ((0, 3), (45, 50), (92, 95)),
    Kind.EAN_8: ((0, 3), (31, 36), (64, 67)),
    Kind.GTIN_14: (),
}
# Where each group of digits stands, its middle; those before 0 and behind the bars stand alone.
_DIGITS = {
    Kind.UPC_A: (-6, 27.5, 67.5, 101),
    Kind.EAN_13: (-6, 24.5, 70.5),
    Kind.EAN_8: (17.5, 49.5),
}


@dataclass(frozen=True)
class Bar:
    """A bar: where it begins, how wide and how tall it is, in modules."""

    x: int
    width: int
    height: int


@dataclass(frozen=True)
class Drawing:
    """A barcode, ready to be drawn: its bars, and the digits below them."""

    bars: tuple
    digits: tuple
    """(middle, digits) of each group."""
    width: int
    spoken: str

    @property
    def height(self):
        return GUARD + 8


def drawing_of(gtin, kind):
    """The drawing of a code; None for what has no bars, or a wrong check digit."""
    kind = Kind(kind)
    kind = Kind.UPC_A if kind is Kind.UPC_E else kind
    name = _DRAWN.get(kind)
    if name is None or check_digit(gtin[:-1]) != gtin[-1]:
        return None
    modules = _modules(name, gtin)
    guards = _GUARDS[kind]
    bars, at = [], 0
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark == "1":
            deep = any(first <= at < last for first, last in guards)
            bars.append(Bar(at + QUIET, width, GUARD if deep else TALL))
        at += width
    groups = display(gtin, kind).split()
    places = _DIGITS.get(kind) or (at / 2,)
    groups = groups if len(groups) == len(places) else [" ".join(groups)]
    digits = tuple((place + QUIET, group) for place, group in zip(places, groups, strict=True))
    return Drawing(tuple(bars), digits, at + 2 * QUIET, display(gtin, kind))


def _modules(name, gtin):
    # It takes 20 ms to load, which only the page of a product needs.
    from barcode import get_barcode_class

    digits = {"ean13": gtin[1:13], "ean8": gtin[6:13], "itf": gtin}[name]
    (modules,) = get_barcode_class(name)(digits).build()
    return modules
