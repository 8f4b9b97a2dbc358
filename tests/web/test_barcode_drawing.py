"""Barcodes as SVG: what a scanner would read from the bars."""

import pytest

from app.web.barcode_drawing import QUIET, drawing_of

# GS1 General Specifications 5.2.1: the widths of the bars of the digits on the right side (set C).
RIGHT = {
    "1110010": "0", "1100110": "1", "1101100": "2", "1000010": "3", "1011100": "4",
    "1001110": "5", "1010000": "6", "1000100": "7", "1001000": "8", "1110100": "9",
}  # fmt: skip


def modules(drawing):
    dark = {x for bar in drawing.bars for x in range(bar.x, bar.x + bar.width)}
    return "".join("1" if x in dark else "0" for x in range(QUIET, drawing.width - QUIET))


@pytest.mark.parametrize(
    ("gtin", "kind", "groups", "right"),
    [
        ("00036000291452", "upc_a", ["0", "36000", "29145", "2"], "291452"),
        ("00036000291452", "upc_e", ["0", "36000", "29145", "2"], "291452"),
        ("04006381333931", "ean_13", ["4", "006381", "333931"], "333931"),
    ],
)
def test_the_bars_say_the_digits(gtin, kind, groups, right):
    drawing = drawing_of(gtin, kind)
    bars = modules(drawing)
    assert (len(bars), bars[:3], bars[45:50], bars[-3:]) == (95, "101", "01010", "101")
    read = "".join(RIGHT[bars[at : at + 7]] for at in range(50, 92, 7))
    assert read == right
    assert [group for _, group in drawing.digits] == groups


def test_a_short_code_has_its_own_bars():
    drawing = drawing_of("00000096385074", "ean_8")
    bars = modules(drawing)
    assert len(bars) == 67
    assert "".join(RIGHT[bars[at : at + 7]] for at in range(36, 64, 7)) == "5074"
    assert [group for _, group in drawing.digits] == ["9638", "5074"]


def test_a_case_code_is_drawn_with_wide_and_narrow_bars():
    drawing = drawing_of("14006381333938", "gtin_14")
    assert {bar.width for bar in drawing.bars} == {2, 5}
    assert [group for _, group in drawing.digits] == ["1 400638 133393 8"]


@pytest.mark.parametrize(
    ("gtin", "kind"),
    [
        ("00000000004011", "plu"),
        ("00201234000000", "random_weight"),
        ("02012345000004", "in_store"),
        ("00036000291453", "upc_a"),
    ],
)
def test_what_has_no_bars_of_its_own_or_a_wrong_check_digit_is_not_drawn(gtin, kind):
    assert drawing_of(gtin, kind) is None
