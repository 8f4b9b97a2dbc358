"""From what somebody typed, scanned or imported to a Code; the whole door for plain codes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.barcodes.check_digit import check_digit, has_valid_check_digit
from app.barcodes.codes import Code, Kind, is_plu, kind_of
from app.barcodes.errors import (
    BadCharacters,
    BadCheckDigit,
    BadCode,
    BadLength,
    BadPlu,
    LostDigits,
    WrongKind,
    shown,
)
from app.barcodes.upc_e import expand, to_upc_e
from app.barcodes.variable_measure import PRICE_VERIFIER, RANDOM_WEIGHT, pattern


def canonical(text: str, patterns: Sequence[str] = ()) -> tuple[str, Kind]:
    """The GTIN-14 to store and its kind; about a microsecond for clean text.

    Like `parse`, but refuses UPC-E of six or seven digits, since no check digit vouches for them.
    """
    if len(text) in (12, 13, 14) and text.isdecimal() and text.isascii():
        number = int(text)
        if number > _HIGHEST_PLU and has_valid_check_digit(text) and not _is_in_store(number):
            return text.zfill(14), kind_of(number)
    code = parse(text, patterns=patterns)
    if code.kind is Kind.UPC_E and len(clean(text)) < 8:
        raise BadLength(f"“{shown(text)}” has no check digit, so nothing shows that it is right.")
    return code.gtin, code.stored_kind


def parse(text: str, *, kind: Kind | str | None = None, patterns: Sequence[str] = ()) -> Code:
    """The code in `text`; spaces and hyphens between the digits do not matter.

    `kind` says what a scanner or person knows about it, and settles what is ambiguous without:
    eight digits are EAN-8 or UPC-E, whichever check digit fits (both: UPC-E after 0, EAN-8 after
    1); numbers in the PLU ranges are PLU however many zeros stand before them. `patterns` are
    those of the shop's own scales, the first that fits is used. Raises BadCode.
    """
    digits = clean(text)
    wanted = None if kind is None else Kind(kind)
    code = _READERS[wanted or _guess(digits)](digits, wanted, patterns)
    if not code.gtin.strip("0"):
        raise BadCode(f"“{shown(text)}” is only zeros, which is no code.")
    if code.kind is not Kind.PLU and is_plu(int(code.gtin)):
        # One number, one meaning: GS1 leaves these to the shop, and we gave them to PLUs.
        raise WrongKind(f"{digits} has the number of PLU {int(code.gtin)}; no other code can.")
    if wanted and not _fits(code, wanted):
        raise WrongKind(f"{digits} is {code.kind.label}, not {wanted.label}.")
    return code


def readings(text: str, patterns: Sequence[str] = ()) -> tuple[Code, ...]:
    """Every code that `text` can be, likeliest first: for a search that may look up more than one.

    Empty if there is none.
    """
    found: dict[str, Code] = {}
    for kind in (None, Kind.UPC_E, Kind.EAN_8):
        try:
            code = parse(text, kind=kind, patterns=patterns)
        except BadCode:
            continue
        found.setdefault(code.gtin, code)
    return tuple(found.values())


def clean(text: str) -> str:
    """The digits of what somebody typed, at most 14. Raises BadCode."""
    text = text.strip()
    if not _TYPED.fullmatch(text):
        raise _why_not_digits(text)
    digits = text.replace(" ", "").replace("-", "")
    if not 4 <= len(digits) <= 14:
        raise BadLength(f"A code has 4 to 14 digits; “{shown(text)}” has {len(digits)}.")
    return digits


def is_scientific(text: str) -> bool:
    """Whether a spreadsheet wrote this number in scientific notation: 4.00012E+11, 4,2e11."""
    return _SCIENTIFIC.fullmatch(text) is not None


def lost_digits(text: str, where: str = "") -> LostDigits:
    """The error for a number in scientific notation; `where` begins the sentence."""
    return LostDigits(
        f"{where}{shown(text)} lost its digits; format the column as text and export again."
    )


_TYPED = re.compile(r"[0-9]+(?:[ -]+[0-9]+)*")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]*)?[eE]\+?[0-9]+")
_HIGHEST_PLU = 94999
_BY_SIZE = (Kind.EAN_8, Kind.UPC_A, Kind.EAN_13, Kind.GTIN_14)


def _guess(digits: str) -> Kind:
    if is_plu(int(digits)) or len(digits) < 6:
        return Kind.PLU
    if len(digits) < 8:
        return Kind.UPC_E
    if len(digits) > 8:
        return Kind.GTIN_14
    is_upc_e = digits[0] in "01" and expand(digits[:7])[-1] == digits[-1]
    if is_upc_e == has_valid_check_digit(digits):
        return Kind.UPC_E if digits[0] == "0" else Kind.EAN_8
    return Kind.UPC_E if is_upc_e else Kind.EAN_8


def _read_plu(digits: str, wanted: Kind | None, patterns: Sequence[str]) -> Code:
    if not is_plu(int(digits)):
        raise BadPlu(f"{digits} is no PLU number; these are 3000-4999, 83000-84999, 93000-94999.")
    return Code(digits.zfill(14), Kind.PLU)


def _read_upc_e(digits: str, wanted: Kind | None, patterns: Sequence[str]) -> Code:
    if len(digits) >= 12:
        return _shortened(digits)
    if not 6 <= len(digits) <= 8:
        raise BadLength(f"{digits} has {len(digits)} digits; a UPC-E has 6, 7 or 8.")
    short = "0" + digits if len(digits) == 6 else digits
    if short[0] not in "01":
        raise BadLength(f"{digits} starts with {short[0]}; a UPC-E of 7 or 8 digits with 0 or 1.")
    upc_a = expand(short[:7])
    if len(short) == 8 and short[7] != upc_a[-1]:
        raise _bad_check_digit(digits, upc_a[-1], f", as UPC-E for {upc_a}")
    return Code("00" + upc_a, Kind.UPC_E)


def _shortened(digits: str) -> Code:
    code = _read_gtin(digits, None, ())
    if not code.gtin.startswith("00") or to_upc_e(code.gtin[2:]) is None:
        raise WrongKind(f"{digits} cannot be written as UPC-E.")
    return code._replace(kind=Kind.UPC_E)


def _read_gtin(digits: str, wanted: Kind | None, patterns: Sequence[str]) -> Code:
    if len(digits) not in (8, 12, 13, 14):
        missing = " A leading zero or the check digit may be missing." if len(digits) > 8 else ""
        raise BadLength(f"{digits} has {len(digits)} digits; a GTIN has 8, 12, 13 or 14.{missing}")
    if not has_valid_check_digit(digits):
        raise _bad_check_digit(digits, check_digit(digits[:-1]))
    number = int(digits)
    if _is_in_store(number):
        return _read_in_store(digits.zfill(13)[-13:], wanted, patterns)
    return Code(digits.zfill(14), kind_of(number))


def _read_in_store(ean_13: str, wanted: Kind | None, patterns: Sequence[str]) -> Code:
    usual = {Kind.RANDOM_WEIGHT: RANDOM_WEIGHT, Kind.IN_STORE: ""}.get(
        wanted or Kind.PRICE_VERIFIER, PRICE_VERIFIER
    )
    for shape in map(pattern, filter(None, (*patterns, usual))):
        if shape.matches(ean_13) and (wanted not in _IN_STORE or shape.kind is wanted):
            return shape.read(ean_13)
    return Code("0" + ean_13, Kind.IN_STORE)


def _is_in_store(number: int) -> bool:
    # EAN-13 that starts with 02 (number system 2 of UPC-A) or 20-29; never with an indicator.
    return 2 * 10**11 <= number < 3 * 10**11 or 2 * 10**12 <= number < 3 * 10**12


def _fits(code: Code, wanted: Kind) -> bool:
    if wanted in _BY_SIZE:
        # Phones report UPC-A as EAN-13, so a kind says how long a code may be at most.
        return _BY_SIZE.index(kind_of(int(code.gtin))) <= _BY_SIZE.index(wanted)
    return code.kind is wanted


def _bad_check_digit(digits: str, expected: str, context: str = "") -> BadCheckDigit:
    return BadCheckDigit(
        f"The check digit of {digits} is {digits[-1]} and should be {expected}{context}.",
        found=digits[-1],
        expected=expected,
    )


def _why_not_digits(text: str) -> BadCode:
    if not text:
        return BadCharacters("There is no code: the text is empty.")
    if is_scientific(text):
        return lost_digits(text)
    strange = next((sign for sign in text if sign not in "0123456789 -"), None)
    if strange is None:
        return BadCharacters(f"“{shown(text)}” has a hyphen that is not between two digits.")
    return BadCharacters(f"“{shown(text)}” holds “{shown(strange)}”; a code has digits only.")


_IN_STORE = (Kind.RANDOM_WEIGHT, Kind.PRICE_VERIFIER, Kind.IN_STORE)
_READERS = dict.fromkeys(Kind, _read_gtin) | {
    Kind.PLU: _read_plu,
    Kind.UPC_E: _read_upc_e,
}
