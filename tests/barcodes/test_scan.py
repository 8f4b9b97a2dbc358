"""Whatever a scanner or a keyboard gives goes through one door."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.barcodes import BadCharacters, BadCode, BadElement, BadLength, Kind, read_scan


@pytest.mark.parametrize(
    ("text", "gtin", "kind"),
    [
        ("012345678905", "00012345678905", Kind.UPC_A),
        ("4011\r\n", "00000000004011", Kind.PLU),
        ("]E00012345678905", "00012345678905", Kind.UPC_A),
        ("]E04006381333931", "04006381333931", Kind.EAN_13),
        ("]E001234565", "00012345000065", Kind.UPC_E),
        ("]E401234565", "00000001234565", Kind.EAN_8),
        ("]E3400638133393112", "04006381333931", Kind.EAN_13),
        ("]E3400638133393154321", "04006381333931", Kind.EAN_13),
        ("]A04011", "00000000004011", Kind.PLU),
        ("]C0012345678905", "00012345678905", Kind.UPC_A),
        ("]I110614141000415", "10614141000415", Kind.GTIN_14),
        ("]C10110614141000415", "10614141000415", Kind.GTIN_14),
        ("]d20104006381333931", "04006381333931", Kind.EAN_13),
        ("]e00104006381333931", "04006381333931", Kind.EAN_13),
        ("]Q30104006381333931", "04006381333931", Kind.EAN_13),
        ("0104006381333931", "04006381333931", Kind.EAN_13),
        ("(01)04006381333931", "04006381333931", Kind.EAN_13),
    ],
)
def test_a_scan_is_what_its_symbology_says(text, gtin, kind):
    code = read_scan(text).code
    assert (code.gtin, code.kind) == (gtin, kind)


def test_a_lot_alone_is_known_by_the_symbology():
    assert read_scan("]C110AB12").lot == "AB12"
    with pytest.raises(BadCharacters):
        read_scan("10AB12")


def test_the_shops_patterns_apply_to_scans():
    code = read_scan("]E02112345001500", patterns=("21IIIIIWWWWWC",)).code
    assert code.weight == Decimal("0.150")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", BadCharacters),
        ("]", BadCharacters),
        ("]y1123", BadCharacters),
        ("]E112", BadLength),
        ("]C1", BadElement),
        ("]E0", BadCharacters),
        ("123456789012345", BadElement),
    ],
)
def test_a_broken_scan_is_refused(text, error):
    with pytest.raises(error):
        read_scan(text)


@given(st.text() | st.text(alphabet="]EC14d2e0(Q)\x1d", max_size=20))
def test_any_scan_is_read_or_a_bad_code(text):
    with suppress(BadCode):
        read_scan(text)
