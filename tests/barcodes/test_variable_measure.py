"""The shop says with a pattern where its scales put item, price and weight."""

from __future__ import annotations

from decimal import Decimal

import pytest
from biip import ParseConfig
from biip.gtin import Gtin
from biip.rcn import RcnRegion
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import (
    BadPattern,
    BadPriceCheck,
    Kind,
    canonical,
    parse,
    pattern,
    price_check_digit,
    with_check_digit,
)

WEIGHT, PRICE = "21IIIIIWWWWWC", "22IIIIIPPPPPC"


def test_a_weight_has_three_decimals_and_a_price_two_unless_the_pattern_says_other():
    assert parse("2112345001500", patterns=(WEIGHT,)).weight == Decimal("0.150")
    assert parse("2112345001500", patterns=(f"{WEIGHT}:2",)).weight == Decimal("1.50")
    assert parse(with_check_digit("221234501299"), patterns=(PRICE,)).price == Decimal("12.99")


def test_the_first_pattern_that_fits_is_used():
    code = parse("2112345001500", patterns=(PRICE, "2112IIIWWWWWC", WEIGHT))
    assert (code.item, code.kind) == ("345", Kind.IN_STORE)


def test_a_code_without_a_pattern_is_a_number_like_any_other():
    code = parse("2112345001500", patterns=(PRICE,))
    assert code[:3] == ("02112345001500", Kind.IN_STORE, None)


def test_a_shop_with_five_digit_prices_says_so():
    label = with_check_digit("21234512345")
    with pytest.raises(BadPriceCheck, match="2IIIIIPPPPPC"):
        parse(label)
    code = parse(label, patterns=("2IIIIIPPPPPC",))
    assert (code.price, code.kind) == (Decimal("123.45"), Kind.RANDOM_WEIGHT)


def test_the_same_pattern_may_be_written_for_upc_a_or_ean_13():
    label = with_check_digit("21234512345")
    by_upc_a = parse(label, patterns=("2IIIIIPPPPPC",))
    assert parse("0" + label, patterns=("02IIIIIPPPPPC",)) == by_upc_a


def test_a_shop_may_weigh_under_prefix_02():
    code = parse(with_check_digit("021234501500"), patterns=("02IIIIIWWWWWC",))
    assert (code.kind, code.weight) == (Kind.IN_STORE, Decimal("1.500"))


@pytest.mark.parametrize(
    ("text", "region"),
    [("22IIIIVPPPPPC", RcnRegion.GERMANY), ("20IIIIIVPPPPC", RcnRegion.GREAT_BRITAIN)],
)
@given(item=st.integers(0, 9999), price=st.integers(0, 9999))
def test_patterns_agree_with_the_rules_of_countries_in_biip(text, region, item, price):
    shape = pattern(text)
    field = str(price).zfill(shape.shape.count("P"))
    number = str(item).zfill(shape.shape.count("I"))
    label = with_check_digit(text[:2] + number + price_check_digit(field) + field)
    ours, theirs = (
        parse(label, patterns=(text,)),
        Gtin.parse(label, config=ParseConfig(rcn_region=region)),
    )
    assert ours.price == theirs.price
    assert ours.gtin == theirs.without_variable_measure().as_gtin_14()


@given(item=st.integers(0, 99999), measure=st.integers(0, 99999))
def test_an_emptied_code_is_its_own_canonical_form(item, measure):
    for start, patterns in (("21", (WEIGHT,)), ("22", (PRICE,)), ("02", ("2IIIIIPPPPPC",))):
        label = with_check_digit(f"{start}{item:05}{measure:05}")
        gtin, kind = canonical(label, patterns)
        assert canonical(gtin, patterns) == (gtin, kind)
        assert parse(label, patterns=patterns).item == f"{item:05}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "13 signs"),
        ("21IIIIIWWWWC", "13 signs"),
        ("2IIIIIPPPPPPC", "20 to 29"),
        ("40IIIIIWWWWWC", "20 to 29"),
        ("IIIIIIIWWWWWC", "20 to 29"),
        ("21IIIIIWWWWWX", "not X; .*ends with its only C"),
        ("21CIIIIWWWWWC", "only C"),
        ("21000000000WC", "no item"),
        ("21IIIPPPWWWWC", "carries one of them"),
        ("21IIWWWIIWWWC", "all I and all W must stand together"),
        ("21IIIIVVPPPPC", "single V"),
        ("21IIIIIIVPPPC", "four or five"),
        ("21IIIIIWWWWWC:9", "0 to 5"),
        ("21IIIIIWWWWWC:", "0 to 5"),
        ("21IIIIIWWWWWC:٣", "0 to 5"),
        ("2\n" * 400, "13 signs"),
    ],
)
def test_a_wrong_pattern_says_what_is_wrong(text, fault):
    with pytest.raises(BadPattern, match=fault):
        pattern(text)


@given(st.text(alphabet="0129IPWVC:3x\n", max_size=16))
def test_any_text_is_a_pattern_or_a_bad_pattern(text):
    try:
        shape = pattern(text)
    except BadPattern:
        return
    assert len(shape.shape) == 13
