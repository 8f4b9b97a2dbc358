"""What a code is, from what somebody typed."""

from __future__ import annotations

import random
from contextlib import suppress
from decimal import Decimal

import pytest
from biip import ParseError
from biip.gtin import Gtin
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from app.barcodes import (
    BadCharacters,
    BadCheckDigit,
    BadCode,
    BadLength,
    BadPlu,
    BadPriceCheck,
    Code,
    Kind,
    LostDigits,
    WrongKind,
    canonical,
    display,
    parse,
    readings,
    with_check_digit,
)

TYPED = [
    # typed, gtin, kind, shown to people
    ("012345678905", "00012345678905", Kind.UPC_A, "0 12345 67890 5"),
    ("0-12345-67890-5", "00012345678905", Kind.UPC_A, "0 12345 67890 5"),
    (" 0 12345 67890 5\r\n", "00012345678905", Kind.UPC_A, "0 12345 67890 5"),
    ("0012345678905", "00012345678905", Kind.UPC_A, "0 12345 67890 5"),
    ("00012345678905", "00012345678905", Kind.UPC_A, "0 12345 67890 5"),
    ("4006381333931", "04006381333931", Kind.EAN_13, "4 006381 333931"),
    ("04006381333931", "04006381333931", Kind.EAN_13, "4 006381 333931"),
    ("10614141000415", "10614141000415", Kind.GTIN_14, "1 061414 100041 5"),
    ("96385074", "00000096385074", Kind.EAN_8, "9638 5074"),
    ("00000096385074", "00000096385074", Kind.EAN_8, "9638 5074"),
    ("04252614", "00042100005264", Kind.UPC_E, "0 425261 4"),
    ("0425261", "00042100005264", Kind.UPC_E, "0 425261 4"),
    ("425261", "00042100005264", Kind.UPC_E, "0 425261 4"),
    ("14252611", "00142100005261", Kind.UPC_E, "1 425261 1"),
    ("4011", "00000000004011", Kind.PLU, "4011"),
    ("94011", "00000000094011", Kind.PLU, "94011"),
    ("83000", "00000000083000", Kind.PLU, "83000"),
    ("0000000004011", "00000000004011", Kind.PLU, "4011"),
    ("2012345678903", "02012345678903", Kind.IN_STORE, "2 012345 678903"),
]


@pytest.mark.parametrize(("typed", "gtin", "kind", "display"), TYPED)
def test_a_typed_code_is_understood(typed, gtin, kind, display):
    code = parse(typed)
    assert (code.gtin, code.kind, code.display) == (gtin, kind, display)


@pytest.mark.parametrize(("typed", "gtin", "kind", "display"), TYPED)
def test_the_canonical_form_read_again_is_itself(typed, gtin, kind, display):
    assert parse(gtin, kind=kind).gtin == gtin
    assert canonical(gtin) == canonical(canonical(gtin)[0])
    assert parse(gtin, kind=parse(typed).stored_kind).gtin == gtin


@pytest.mark.parametrize(("typed", "gtin", "kind", "shown"), TYPED)
def test_a_stored_code_is_shown_as_the_typed_one(typed, gtin, kind, shown):
    assert display(gtin, kind) == shown
    if kind is not Kind.UPC_E:
        assert display(gtin) == shown
    assert display("4011") == "4011"


REFUSED = [
    ("", BadCharacters, "empty"),
    ("  ", BadCharacters, "empty"),
    ("12a", BadCharacters, "holds “a”"),
    ("01234567890٥", BadCharacters, "holds “٥”"),
    ("012345678905.0", BadCharacters, "holds “.”"),
    ("-012345678905", BadCharacters, "hyphen"),
    ("012345678905-", BadCharacters, "hyphen"),
    ("4.00012E+11", LostDigits, "format the column as text and export again"),
    ("4,2e11", LostDigits, "lost its digits"),
    ("123", BadLength, "4 to 14 digits"),
    ("123456789012345", BadLength, "has 15"),
    ("12345678905", BadLength, "leading zero or the check digit"),
    ("2345678", BadLength, "starts with 2"),
    ("012345678904", BadCheckDigit, "is 4 and should be 5"),
    ("01234566", BadCheckDigit, "should be 5, as UPC-E for 012345000065"),
    ("96385075", BadCheckDigit, "should be 4"),
    ("2999", BadPlu, "3000-4999"),
    ("5000", BadPlu, "3000-4999"),
    ("82999", BadPlu, "83000-84999"),
    ("95000", BadPlu, "93000-94999"),
    ("000000000000", BadCode, "only zeros"),
    ("000000", BadCode, "only zeros"),
    ("212345012994", BadPriceCheck, "1299 .* is 0 and should be 2"),
]


@pytest.mark.parametrize(("typed", "error", "reason"), REFUSED)
def test_a_bad_code_is_refused_with_its_reason(typed, error, reason):
    with pytest.raises(error, match=reason):
        parse(typed)
    with pytest.raises(error):
        canonical(typed)


def test_a_wrong_check_digit_says_the_right_one():
    with pytest.raises(BadCheckDigit) as caught:
        parse("4006381333932")
    assert (caught.value.found, caught.value.expected) == ("2", "1")


def test_a_message_stays_short_whatever_the_cell_holds():
    with pytest.raises(BadCharacters) as caught:
        parse("x\x00" * 5_000_000)
    assert len(str(caught.value)) < 200
    assert "\x00" not in str(caught.value)


# Eight digits: EAN-8 or UPC-E?


def test_eight_digits_are_what_their_check_digit_fits():
    assert parse("04252614").kind is Kind.UPC_E
    assert parse("96385074").kind is Kind.EAN_8
    assert parse(with_check_digit("0425261")).kind is Kind.EAN_8


def test_eight_digits_that_fit_both_are_upc_e_after_0_and_ean_8_after_1():
    assert parse("01234565").kind is Kind.UPC_E
    both = next(
        code
        for number in range(1_000_000, 2_000_000)
        if len(readings(code := with_check_digit(str(number)))) == 2
    )
    assert parse(both).kind is Kind.EAN_8


def test_the_scanner_settles_what_eight_digits_are():
    assert parse("01234565", kind="ean_8").gtin == "00000001234565"
    assert parse("01234565", kind=Kind.UPC_E).gtin == "00012345000065"


def test_a_search_gets_every_reading():
    assert [code.gtin for code in readings("01234565")] == ["00012345000065", "00000001234565"]
    assert readings("nonsense") == ()


# One number, one meaning.


@given(st.integers(3000, 4999) | st.integers(83000, 84999) | st.integers(93000, 94999))
def test_no_other_code_shares_the_number_of_a_plu(number):
    for size in range(4, 15):
        for kind in (None, *Kind):
            text = str(number).zfill(size)
            try:
                code = parse(text, kind=kind)
            except BadCode:
                continue
            assert code.kind is Kind.PLU or int(code.gtin) != number


def test_the_same_number_in_four_spellings_is_one_code():
    spellings = ("01234565", "012345000065", "0012345000065", "00012345000065")
    assert {canonical(each) for each in spellings} == {("00012345000065", Kind.UPC_A)}


def test_an_import_refuses_upc_e_without_check_digit():
    for typed in ("425261", "0425261"):
        with pytest.raises(BadLength, match="no check digit"):
            canonical(typed)


# Asking for a kind.


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("4006381333931", "upc_a"),
        ("10614141000415", "ean_13"),
        ("012345678905", "ean_8"),
        ("012345678905", "upc_e"),
        ("012345678905", "in_store"),
        ("012345678905", "random_weight"),
        ("000000004015", "upc_a"),
        ("00004015", "ean_8"),
    ],
)
def test_a_code_of_another_kind_is_refused(typed, kind):
    with pytest.raises(WrongKind):
        parse(typed, kind=kind)


def test_a_phone_may_call_a_upc_a_an_ean_13():
    assert parse("0012345678905", kind="ean_13").kind is Kind.UPC_A


# Any text, any number.


def _sound(body: str) -> str:
    return with_check_digit(body.strip())


@given(st.text() | st.from_regex(r"\A[\d -]{1,16}\Z") | st.from_regex(r"\A[0-9]{4,14}\Z"))
def test_any_text_is_a_code_or_a_bad_code(text):
    for kind in (None, *Kind):
        with suppress(BadCode):
            code = parse(text, kind=kind)
            assert len(code.gtin) == 14
            assert code.display.replace(" ", "") == code.digits
            assert parse(code.gtin, kind=code.kind).gtin == code.gtin


@given(
    st.text() | st.from_regex(r"\A[0-9]{4,14}\Z") | st.from_regex(r"\A[0-9]{11,13}\Z").map(_sound)
)
def test_what_canonical_gives_is_its_own_canonical_form(text):
    try:
        gtin, kind = canonical(text)
    except BadCode:
        return
    assert canonical(gtin) == (gtin, kind)
    assert (parse(text).gtin, parse(text).stored_kind) == (gtin, kind)


def test_ten_thousand_random_numbers_agree_with_stdnum_and_biip():
    chance = random.Random(2)
    for _ in range(10_000):
        body = "".join(chance.choices("0123456789", k=chance.choice((11, 12, 13))))
        text = with_check_digit(body) if chance.random() < 0.5 else body + chance.choice("05")
        try:
            ours = parse(text, patterns=("02IIIIIIIIIIC",)).gtin
        except BadCode:
            ours = None
        assert (ours is not None) == ean.is_valid(text)
        assert ours == _by_biip(text)


def _by_biip(text: str) -> str | None:
    try:
        return Gtin.parse(text).as_gtin_14()
    except ParseError:
        return None


# Prices and weights inside.


def test_a_us_scale_label_gives_item_price_and_plu():
    code = parse(with_check_digit("20401121299"))
    assert code == Code("00204011000008", Kind.PRICE_VERIFIER, "04011", Decimal("12.99"))
    assert code.plu == "4011"


def test_all_labels_of_one_product_have_one_gtin():
    labels = ("21234521299", "21234590050", "21234500000")
    keys = {parse(with_check_digit(label), kind="random_weight").gtin for label in labels}
    assert keys == {"00212345000007"}
    assert canonical("00212345000007") == ("00212345000007", Kind.PRICE_VERIFIER)
