"""Check digits, against the examples of the specification and against two libraries."""

from __future__ import annotations

import random

import pytest
from biip.checksums import gs1_price_weight_check_digit, gs1_standard_check_digit
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from app.barcodes import BadCharacters, check_digit, price_check_digit, with_check_digit
from app.barcodes.check_digit import has_valid_check_digit

KNOWN_GOOD = [
    "96385074",  # EAN-8, the example of Wikipedia and most textbooks
    "40170725",  # EAN-8
    "73513537",  # EAN-8, stdnum
    "036000291452",  # UPC-A, the example of Wikipedia
    "012345678905",  # UPC-A
    "614141000036",  # UPC-A, GS1 US company prefix of examples
    "4006381333931",  # EAN-13
    "9780471117094",  # EAN-13 of a book
    "9501101531000",  # EAN-13, GS1 General Specifications 7.9 by way of biip
    "10614141000415",  # GTIN-14 with packaging indicator
    "98412345678908",  # GTIN-14, stdnum
]


@pytest.mark.parametrize("code", KNOWN_GOOD)
def test_the_last_digit_of_a_known_code_is_its_check_digit(code):
    assert check_digit(code[:-1]) == code[-1]
    assert with_check_digit(code[:-1]) == code
    assert has_valid_check_digit(code)


def test_five_thousand_random_numbers_agree_with_stdnum_and_biip():
    chance = random.Random(12)
    for _ in range(5000):
        body = "".join(chance.choices("0123456789", k=chance.choice((7, 11, 12, 13))))
        assert check_digit(body) == ean.calc_check_digit(body)
        assert check_digit(body) == str(gs1_standard_check_digit(body))


@given(body=st.from_regex(r"[0-9]{7,13}", fullmatch=True), data=st.data())
def test_any_single_wrong_digit_is_noticed(body, data):
    code = with_check_digit(body)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != code[place]))
    assert not has_valid_check_digit(code[:place] + wrong + code[place + 1 :])


@given(body=st.from_regex(r"[0-9]{11}", fullmatch=True))
def test_leading_zeros_do_not_change_a_check_digit(body):
    assert check_digit("00" + body) == check_digit(body)


@pytest.mark.parametrize(("field", "digit"), [("2875", "9"), ("14685", "6")])
def test_the_price_check_digits_of_the_specification(field, digit):
    assert price_check_digit(field) == digit  # GS1 General Specifications 7.9.3 and 7.9.4


@pytest.mark.parametrize("size", [4, 5])
def test_every_price_check_digit_agrees_with_biip(size):
    for number in range(10**size):
        field = f"{number:0{size}}"
        assert price_check_digit(field) == str(gs1_price_weight_check_digit(field))


@pytest.mark.parametrize("text", ["12a", "", "١٢٣", "-1", "1 2"])
def test_what_is_no_number_has_no_check_digit(text):
    with pytest.raises(BadCharacters):
        check_digit(text)
    with pytest.raises(BadCharacters):
        price_check_digit(text)


def test_a_price_of_three_digits_has_no_check_digit():
    with pytest.raises(BadCharacters, match="4 or 5"):
        price_check_digit("123")
