"""Names and sizes of the demo data are tidied as a person would."""

import pytest

from demo import names


@pytest.mark.parametrize(
    ("shouted", "readable"),
    [
        ("FLUID MILK WHITE ONLY", "Fluid Milk White Only"),
        ("CHRISTMAS  SEASONAL", "Christmas Seasonal"),
        ("BREAD:ITALIAN/FRENCH", "Bread: Italian/French"),
        ("FRZN BURGERS/BBQ/MEATBALL", "Frozen Burgers/BBQ/Meatball"),
        ("WOMEN S GENERAL-MAGAZINE", "Women's General-Magazine"),
        ("CANDY BARS (SINGLES)(INCLUDING", "Candy Bars (Singles)"),
        ("APPLE JUICE & CIDER (OVER 50%", "Apple Juice & Cider (Over 50%)"),
        ("CHIPS&SNACKS", "Chips & Snacks"),
        ("SOFT DRINKS 6PK/4PK CAN CARB (", "Soft Drinks 6 Pack/4 Pack Can Carbonated"),
        ("CANDY W/O FLOUR", "Candy without Flour"),
        ("MISC. DAIRY", "Miscellaneous Dairy"),
        ("SUSHI - IN STORE PREPARED", "Sushi - In Store Prepared"),
    ],
)
def test_a_title_reads_well(shouted, readable):
    assert names.title(shouted) == readable


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("8 OZ", "8 oz"),
        ("  8    OZ ", "8 oz"),
        (".5 OZ", "0.5 oz"),
        ("18.40 OZ", "18.4 oz"),
        ("100 CT", "100 ct"),
        ("2 L", "2 L"),
        ("750 ML.", "750 ml"),
        ("10 3/4 OZ", "10 3/4 oz"),
        ("12 CT/5.82 Z", "12 ct/5.82 oz"),
        ("12 X12 IN", "12 x 12 in"),
        ("P   .13 OZ", "0.13 oz"),
        ("AB    8 OZ", "8 oz"),
        ("405    8 OZ", "8 oz"),
        ("522714 CTN", "ctn"),
        ("45675615 OZ", "15 oz"),
        ("7 OZ 57264", "7 oz"),
        ("20 CT(6)", "20 ct"),
        ("1 DZN", "1 dozen"),
    ],
)
def test_a_size_reads_well(raw, tidy):
    assert names.size(raw) == tidy
