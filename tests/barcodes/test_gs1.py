"""GS1 element strings, from GS1-128, DataMatrix and what people type."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from biip import ParseError
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import BadCheckDigit, BadCode, BadElement, Kind, Scan, parse, parse_gs1

TODAY = date(2026, 3, 1)
GTIN = "10614141000415"


def test_a_case_label_is_read_into_typed_fields():
    scan = parse_gs1(
        f"01{GTIN}"
        "11260101"
        "13260102"
        "15260228"
        "17260330"
        "10AB-12\x1d"
        "21S/7\x1d"
        "30007\x1d"
        "3103001250"
        "3202000275"
        "3712\x1d"
        "39221299",
        today=TODAY,
    )
    assert scan == Scan(
        code=parse(GTIN),
        lot="AB-12",
        produced_on=date(2026, 1, 1),
        packed_on=date(2026, 1, 2),
        best_before_on=date(2026, 2, 28),
        expires_on=date(2026, 3, 30),
        serial="S/7",
        variable_count=7,
        kilograms=Decimal("1.250"),
        pounds=Decimal("2.75"),
        count=12,
        price=Decimal("12.99"),
    )


def test_brackets_say_the_same_as_fnc1():
    scanned = parse_gs1(f"01{GTIN}1726033010AB\x1d3712", today=TODAY)
    assert parse_gs1(f"(01) {GTIN} (17)260330(10)AB(37)12", today=TODAY) == scanned


def test_a_bracket_in_the_data_is_written_with_a_backslash():
    assert parse_gs1(r"(10)A\(21\)B(21)7").lot == "A(21)B"
    assert parse_gs1("(10)A(B)C").lot == "A(B)C"
    assert parse_gs1("10A(21)B\x1d217").lot == "A(21)B"


def test_a_scanner_may_send_another_sign_for_fnc1():
    assert parse_gs1("10AB<GS>3712", separator="<GS>") == parse_gs1("10AB\x1d3712")


def test_fnc1_may_stand_first_last_and_where_it_need_not():
    assert parse_gs1(f"\x1d01{GTIN}\x1d\x1d3712\x1d").count == 12


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("17260200", date(2026, 2, 28)),  # 00: last day of the month
        ("17280200", date(2028, 2, 29)),
        ("17261200", date(2026, 12, 31)),
        ("17760101", date(2076, 1, 1)),  # 50 ahead: this century
        ("17770101", date(1977, 1, 1)),  # 51 ahead: the last one
        ("17990101", date(1999, 1, 1)),
    ],
)
def test_a_date_has_the_nearest_century(text, day):
    assert parse_gs1(text, today=TODAY).expires_on == day


def test_at_the_end_of_a_century_small_years_are_of_the_next():
    assert parse_gs1("17010101", today=date(2099, 1, 1)).expires_on == date(2101, 1, 1)
    assert parse_gs1("17490101", today=date(2099, 1, 1)).expires_on == date(2149, 1, 1)
    assert parse_gs1("17500101", today=date(2099, 1, 1)).expires_on == date(2050, 1, 1)


@pytest.mark.parametrize(
    ("text", "price"),
    [("3920199", "199"), ("3922199", "1.99"), ("39229", "0.09"), ("3929000000199", "0.000000199")],
)
def test_a_price_has_as_many_decimals_as_its_ai_says(text, price):
    assert parse_gs1(text).price == Decimal(price)  # biip reads 39229 as 0.9


def test_what_we_have_no_use_for_is_kept_by_its_ai():
    scan = parse_gs1(f"0010614141234567890802{GTIN}3724\x1d400PO-7")
    assert scan.others == {"00": "106141412345678908", "02": GTIN, "400": "PO-7"}
    assert scan.count == 24
    assert scan.code is None


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("", BadElement, "empty"),
        ("\x1d", BadElement, "empty"),
        ("()", BadElement, "identifier such as"),
        ("(01", BadElement, "identifier such as"),
        ("(09)12", BadElement, "does not start with"),
        ("(3)12", BadElement, "identifier such as"),
        ("(3105)1", BadElement, r"\(3105\) cannot hold “1”"),
        ("(31)000001", BadElement, "identifier"),
        ("0512345", BadElement, "“0512345” does not start"),
        ("0110614141000416", BadCheckDigit, "is 6 and should be 5"),
        ("0100000000004011", BadCheckDigit, "should be 5"),
        ("0106141410004", BadElement, r"\(01\) cannot hold"),
        ("01١٠٦١٤١٤١٠٠٠٤١٥", BadElement, "cannot hold"),
        ("17261301", BadElement, "cannot hold"),
        ("17260231", BadElement, "no date"),
        ("10" + "A" * 21, BadElement, "no FNC1"),
        ("37123456789", BadElement, "no FNC1"),
        ("10", BadElement, "cannot hold"),
        ("10a b", BadElement, "cannot hold"),
        ("10é", BadElement, "cannot hold"),
        ("3712\x1d3713", BadElement, r"\(37\) stands there twice"),
        ("3103001250\x1d3102000125\x1d3101000011", BadElement, "twice"),
    ],
)
def test_a_broken_element_string_is_refused_with_its_reason(text, error, reason):
    with pytest.raises(error, match=reason):
        parse_gs1(text)


def test_the_same_element_twice_with_the_same_value_is_no_harm():
    assert parse_gs1("3712\x1d3712").count == 12
    assert parse_gs1("31030012503102000125").kilograms == Decimal("1.25")


@given(st.text() | st.text(alphabet="0123(7)\x1d\\A910").map(lambda text: "01" + text))
def test_any_text_is_a_scan_or_a_bad_code(text):
    with suppress(BadCode):
        parse_gs1(text)


def test_two_thousand_random_labels_agree_with_biip():
    chance = random.Random(31)
    for _ in range(2000):
        parts = chance.sample(
            [
                f"01{GTIN}",
                f"10L{chance.randrange(10**6)}\x1d",
                f"17{chance.randrange(100):02}{chance.randrange(14):02}{chance.randrange(33):02}",
                f"21{chance.randrange(10**9)}\x1d",
                f"37{chance.randrange(10**4)}\x1d",
                f"310{chance.randrange(7)}{chance.randrange(10**6):06}",
                f"392{chance.randrange(3)}{chance.randrange(10**5):05}\x1d",
            ],
            k=chance.randint(1, 6),
        )
        text = "".join(parts)
        assert _by_us(text) == _by_biip(text)


def _by_us(text: str) -> tuple[object, ...] | None:
    try:
        scan = parse_gs1(text)
    except BadElement:
        return None
    count = None if scan.count is None else str(scan.count)
    gtin = scan.code and scan.code.gtin
    return gtin, scan.lot, scan.serial, count, scan.expires_on, scan.kilograms, scan.price


def _by_biip(text: str) -> tuple[object, ...] | None:
    try:
        elements = GS1Message.parse(text).element_strings
    except ParseError:
        return None
    plain = [elements.get(ai=ai) for ai in ("01", "10", "21", "37")]
    day, weight, price = (elements.get(ai=ai) for ai in ("17", "310", "392"))
    return (
        *(each and each.value for each in plain),
        day and day.date,
        weight and weight.decimal,
        price and price.decimal,
    )


def test_a_gtin_of_a_case_is_a_gtin_14():
    assert parse_gs1(f"01{GTIN}").code.kind is Kind.GTIN_14
