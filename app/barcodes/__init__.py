"""Product codes: UPC, EAN, GTIN and PLU numbers, scale labels, GS1 barcodes, damaged columns."""

from __future__ import annotations

from app.barcodes.check_digit import check_digit, price_check_digit, with_check_digit
from app.barcodes.codes import Code, Kind, display
from app.barcodes.errors import (
    BadCharacters,
    BadCheckDigit,
    BadCode,
    BadElement,
    BadLength,
    BadPattern,
    BadPlu,
    BadPriceCheck,
    LostDigits,
    Undecided,
    WrongKind,
)
from app.barcodes.gs1 import Scan, parse_gs1
from app.barcodes.reading import canonical, parse, readings
from app.barcodes.repair import Column, Reading, Repair, repair_column
from app.barcodes.scan import read_scan
from app.barcodes.upc_e import expand, to_upc_e
from app.barcodes.variable_measure import Pattern, pattern

__all__ = [
    "BadCharacters",
    "BadCheckDigit",
    "BadCode",
    "BadElement",
    "BadLength",
    "BadPattern",
    "BadPlu",
    "BadPriceCheck",
    "Code",
    "Column",
    "Kind",
    "LostDigits",
    "Pattern",
    "Reading",
    "Repair",
    "Scan",
    "Undecided",
    "WrongKind",
    "canonical",
    "check_digit",
    "display",
    "expand",
    "parse",
    "parse_gs1",
    "pattern",
    "price_check_digit",
    "read_scan",
    "readings",
    "repair_column",
    "to_upc_e",
    "with_check_digit",
]
