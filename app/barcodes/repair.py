"""What a spreadsheet did to a column of codes, and how to undo it for the whole column.

One cell cannot tell: 12345678905 may be a UPC-A that lost its zero or one without check digit, and
one random number in ten has a right check digit. A column can tell, by how many have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.barcodes.check_digit import has_valid_check_digit, with_check_digit
from app.barcodes.codes import is_plu
from app.barcodes.errors import BadLength, Undecided, shown
from app.barcodes.reading import is_scientific, lost_digits
from app.barcodes.upc_e import expand

CLEAR = 0.9
"""A reading is adopted when this share of the codes fits it ..."""
CHANCE = 0.25
"""... and check digits count as absent when no more than this share is right; chance gives 0.1."""
ENOUGH = 10
"""So many different codes a column needs before anything is repaired."""
ENOUGH_SHORT = 4
"""So many shortened codes must agree before zeros are given back: 1 in 10,000 by chance."""


class Reading(StrEnum):
    """How the codes of a column are to be read."""

    AS_IS = "as_is"
    LOST_ZEROS = "lost_zeros"
    NO_CHECK_DIGIT = "no_check_digit"
    LOST_ZEROS_NO_CHECK_DIGIT = "lost_zeros_no_check_digit"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Repair:
    """The decision for a column. Make one with a reading only to force that reading."""

    reading: Reading
    rate: float = 1.0
    """The share of codes that fit the reading (of those undecided: that have a check digit)."""
    codes: int = 0
    """How many codes decided; blanks, PLU numbers and what is no number are not counted."""
    sentence: str = ""

    def apply(self, text: str) -> str:
        """The code in full, for `canonical`; what is no number is returned as it came.

        Applying twice is the same as applying once. Raises BadCode where nothing safe can be
        said: LostDigits, Undecided, BadLength.
        """
        digits = _digits(text)
        if digits is None:
            if is_scientific(text.strip()):
                raise lost_digits(text.strip())
            return text
        if _is_plu(digits):
            return digits
        if self.reading is Reading.UNDECIDED:
            raise Undecided(self.sentence)
        if self.reading is Reading.AS_IS:
            return digits
        if self.reading is Reading.LOST_ZEROS:
            return _with_zeros(digits)
        return _with_check_digit(digits)


def repair_column(values: Iterable[str], *, first_row: int = 1) -> Repair:
    """Decide how a column of codes is to be read. One pass, constant memory.

    `values` are the cells, or a sample of a few thousand; then convert each by `Repair.apply`.
    Raises LostDigits with the row (counted from `first_row`) of a number in scientific notation.
    """
    column = Column()
    for row, value in enumerate(values, first_row):
        column.add(value, row)
    return column.decide()


class Column:
    """Counts the codes of a column as they stream by, until `decide`."""

    def __init__(self) -> None:
        self.codes = self.as_is = self.short = self.short_valid = 0
        self.fits_without = self.without_zeros = 0
        self._different: set[str] = set()
        self._different_short: set[str] = set()

    def add(self, text: str, row: int) -> None:
        """Count one cell. Raises LostDigits."""
        digits = _digits(text)
        if digits is None:
            if is_scientific(text.strip()):
                raise lost_digits(text.strip(), f"Row {row}: ")
            return
        size = len(digits)
        if not 7 <= size <= 14 or _is_plu(digits) or not digits.strip("0"):
            return
        self.codes += 1
        self.fits_without += 9 <= size <= 13
        self.without_zeros += size in (9, 10)
        _remember(self._different, digits)
        if size in (8, 12, 13, 14):
            self.as_is += has_valid_check_digit(digits) or (size == 8 and _is_upc_e(digits))
        else:
            self.short += 1
            self.short_valid += _is_right_with_zeros(digits)
            _remember(self._different_short, digits)

    def decide(self) -> Repair:
        """The reading that clearly fits; UNDECIDED if none does."""
        right = self.as_is + self.short_valid
        if self.as_is == self.codes:
            return self._repair(Reading.AS_IS, right)
        if len(self._different) < ENOUGH:
            return self._repair(Reading.UNDECIDED, right)
        if right >= CLEAR * self.codes:
            return self._repair(*self._with_check_digits(right))
        if right <= CHANCE * self.codes and self.fits_without >= CLEAR * self.codes:
            zeros = Reading.LOST_ZEROS_NO_CHECK_DIGIT
            reading = zeros if self.without_zeros else Reading.NO_CHECK_DIGIT
            return self._repair(reading, self.fits_without)
        return self._repair(Reading.UNDECIDED, right)

    def _with_check_digits(self, right: int) -> tuple[Reading, int]:
        agree = self.short_valid >= CLEAR * self.short
        if agree and len(self._different_short) >= ENOUGH_SHORT:
            return Reading.LOST_ZEROS, right
        return Reading.AS_IS, self.as_is

    def _repair(self, reading: Reading, fitting: int) -> Repair:
        share = f"{fitting:,} of {self.codes:,} codes"
        right = self.as_is + self.short_valid
        sentence = {
            Reading.AS_IS: f"{share} have a right check digit and are read as they are.",
            Reading.LOST_ZEROS: f"Leading zeros were lost; with them, {share} have a right check"
            " digit.",
            Reading.NO_CHECK_DIGIT: f"The check digit is missing: {share} have the length for that"
            f" and only {right:,} would be right by their last digit. It is added.",
            Reading.LOST_ZEROS_NO_CHECK_DIGIT: "Leading zeros and the check digit are missing:"
            f" {share} have the length for that and only {right:,} would be right by their last"
            " digit. Both are added.",
            Reading.UNDECIDED: f"Only {share} have a right check digit, of"
            f" {len(self._different)}{'+' * (len(self._different) == ENOUGH)} different ones: not"
            " clear enough to repair the column. Correct the file, or say how it is to be read.",
        }[reading]
        rate = fitting / self.codes if self.codes else 1.0
        return Repair(reading, rate, self.codes, sentence)


def _digits(text: str) -> str | None:
    """The digits of a cell without what a spreadsheet puts around them; None if it is no number."""
    if text.isdecimal() and text.isascii():
        return text
    found = _CELL.fullmatch(text.strip())
    return found[1].replace(" ", "").replace("-", "") if found else None


# 12345.0, '012345 (typed as text), ="012345" (exported as text), 0-12345-67890.
_CELL = re.compile(r"""(?:'|=")?([0-9]+(?:[ -]+[0-9]+)*)(?:[.,]0{1,2})?"?""")


def _is_plu(digits: str) -> bool:
    return len(digits) <= 14 and is_plu(int(digits))


def _is_upc_e(digits: str) -> bool:
    return digits[0] in "01" and expand(digits[:7])[-1] == digits[-1]


def _is_right_with_zeros(digits: str) -> bool:
    # Zeros in front do not change the check digit of a UPC-A, but make a UPC-E another code.
    return has_valid_check_digit(digits) if len(digits) > 8 else _is_upc_e(digits.zfill(8))


def _with_zeros(digits: str) -> str:
    if len(digits) >= 8:
        return digits.zfill(12) if len(digits) > 8 else digits
    if len(digits) < 6 or not _is_upc_e(digits.zfill(8)):
        raise BadLength(f"{shown(digits)} is too short, even with the leading zeros it lost.")
    return digits.zfill(8)


def _with_check_digit(digits: str) -> str:
    if len(digits) == 14:
        return digits
    if not 9 <= len(digits) <= 13:
        raise BadLength(
            f"{shown(digits)} has {len(digits)} digits; without check digit it needs 9 to 13."
        )
    # Fourteen digits are always complete, so a second pass changes nothing.
    return with_check_digit(digits).zfill(14)


def _remember(different: set[str], digits: str) -> None:
    if len(different) < ENOUGH:
        different.add(digits)
