"""UPC-E and UPC-A are the same number, long and short."""

from __future__ import annotations

import random

import pytest
from biip import EncodeError
from biip.upc import Upc
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import expand, to_upc_e, with_check_digit

# One for each rule of GS1 General Specifications 5.2.2.4.
PAIRS = [
    ("04252614", "042100005264"),
    ("01234505", "012000003455"),
    ("01234531", "012300000451"),
    ("01234543", "012340000053"),
    ("01234558", "012345000058"),
    ("01234565", "012345000065"),
    ("12345656", "123456000056"),
]


@pytest.mark.parametrize(("short", "upc_a"), PAIRS)
def test_known_pairs_expand_and_shorten(short, upc_a):
    assert expand(short[:7]) == upc_a
    assert to_upc_e(upc_a) == short


@given(short=st.from_regex(r"[01][0-9]{6}", fullmatch=True))
def test_expanding_shortening_and_expanding_again_is_the_same_upc_a(short):
    upc_a = expand(short)
    assert expand(to_upc_e(upc_a)[:7]) == upc_a


@pytest.mark.parametrize("upc_a", ["012345678905", "036000291452", "212345000007", "400000000008"])
def test_most_upc_a_cannot_be_shortened(upc_a):
    assert to_upc_e(upc_a) is None


def test_random_upc_a_with_many_zeros_agree_with_biip():
    chance = random.Random(7)
    for _ in range(5000):
        body = chance.choice("01") + "".join(chance.choices("00000012345679", k=10))
        upc_a = with_check_digit(body)
        try:
            theirs = Upc.parse(upc_a).as_upc_e()
        except EncodeError:
            theirs = None
        assert to_upc_e(upc_a) == theirs


def test_every_tenth_upc_e_expands_as_in_biip():
    for number in range(0, 2_000_000, 97):
        short = f"{number:07}"
        assert expand(short) == Upc.parse(short).as_upc_a()
