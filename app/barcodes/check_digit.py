"""Check digits: of whole numbers, and of the price or weight inside a variable-measure number."""

from __future__ import annotations

from app.barcodes.errors import BadCharacters, shown

_ASCII_ZERO = ord("0")


def check_digit(body: str) -> str:
    """The check digit that belongs behind `body` (GS1 General Specifications 7.9.1).

    Weights 3, 1, 3 ... from the right, so leading zeros do not matter.
    Raises BadCharacters when `body` is not made of the digits 0-9.
    """
    _insist_on_digits(body)
    return str(-_weighted_sum(body + "0") % 10)


def with_check_digit(body: str) -> str:
    """`body` and its check digit: 01234567890 becomes 012345678905."""
    return body + check_digit(body)


def has_valid_check_digit(digits: str) -> bool:
    """Whether the last digit is the right check digit. `digits` must be ASCII digits."""
    return not _weighted_sum(digits) % 10


def price_check_digit(field: str) -> str:
    """The check digit of a price or weight field of four or five digits.

    GS1 General Specifications 7.9.2-7.9.4: each digit is replaced by a weighted product from the
    tables below. Four digits (2-, 2-, 3, 5-): three times the sum, last digit. Five digits
    (5+, 2-, 5-, 5+, 2-): what the sum lacks to a full ten, looked up backwards in the table 5-.
    """
    _insist_on_digits(field)
    if len(field) == 4:
        return str(_product_sum(field, (_TWO_MINUS, _TWO_MINUS, _THREE, _FIVE_MINUS)) * 3 % 10)
    if len(field) == 5:
        tables = (_FIVE_PLUS, _TWO_MINUS, _FIVE_MINUS, _FIVE_PLUS, _TWO_MINUS)
        return str(_FIVE_MINUS.index(-_product_sum(field, tables) % 10))
    raise BadCharacters(f"A price or weight field with a check digit has 4 or 5 digits: {field}.")


# The product for the digits 0 to 9, GS1 General Specifications 7.9.2.
_TWO_MINUS = (0, 2, 4, 6, 8, 9, 1, 3, 5, 7)
_THREE = (0, 3, 6, 9, 2, 5, 8, 1, 4, 7)
_FIVE_PLUS = (0, 5, 1, 6, 2, 7, 3, 8, 4, 9)
_FIVE_MINUS = (0, 5, 9, 4, 8, 3, 7, 2, 6, 1)


def _weighted_sum(digits: str) -> int:
    # Whole slices, not digit by digit: an import calls this 92,000 times.
    codes = digits.encode()
    pairs, odd = divmod(len(codes), 2)
    return sum(codes[-1::-2]) + 3 * sum(codes[-2::-2]) - _ASCII_ZERO * (4 * pairs + odd)


def _product_sum(field: str, tables: tuple[tuple[int, ...], ...]) -> int:
    return sum(table[int(digit)] for table, digit in zip(tables, field, strict=True))


def _insist_on_digits(text: str) -> None:
    if not (text.isdecimal() and text.isascii()):
        raise BadCharacters(f"“{shown(text)}” is not made of digits.")
