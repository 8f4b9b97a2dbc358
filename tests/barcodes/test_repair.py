"""A whole column of codes tells what a spreadsheet did to it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.barcodes import (
    BadCode,
    BadLength,
    Column,
    LostDigits,
    Reading,
    Repair,
    Undecided,
    canonical,
    repair_column,
    with_check_digit,
)


def shop(size: int, seed: int = 1, systems: str = "0000678") -> list[str]:
    """UPC-A codes of a grocer, most of number system 0."""
    chance = random.Random(seed)
    return [
        with_check_digit(chance.choice(systems) + f"{chance.randrange(10**9, 10**10)}")
        for _ in range(size)
    ]


def europe(size: int, seed: int = 2) -> list[str]:
    chance = random.Random(seed)
    return [with_check_digit(f"40{chance.randrange(10**10):010}") for _ in range(size)]


def no_zeros(code: str) -> str:
    return code.lstrip("0")


DAMAGE = {
    "nothing": (lambda code: code, Reading.AS_IS),
    "trailing .0": (lambda code: f"{code}.0", Reading.AS_IS),
    "typed as text": (lambda code: f"'{code}", Reading.AS_IS),
    "exported as text": (lambda code: f'="{code}"', Reading.AS_IS),
    "lost zeros": (no_zeros, Reading.LOST_ZEROS),
    "lost zeros and .0": (lambda code: f"{no_zeros(code)}.0", Reading.LOST_ZEROS),
    "no check digit": (lambda code: code[:-1], Reading.NO_CHECK_DIGIT),
    "as a catalogue prints it": (
        lambda code: f"{code[0]}-{code[1:6]}-{code[6:11]}",
        Reading.NO_CHECK_DIGIT,
    ),
    "13 digits, no check digit": (lambda code: code[:-1].zfill(13), Reading.NO_CHECK_DIGIT),
    "all of it": (lambda code: f"{no_zeros(code[:-1])}.0", Reading.LOST_ZEROS_NO_CHECK_DIGIT),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_column_is_restored(damage):
    hurt, reading = DAMAGE[damage]
    codes = shop(300)
    column = [hurt(code) for code in codes] + ["4011", "94011.0", "", " ", "n/a"]
    repair = repair_column(column)
    assert repair.reading is reading
    assert repair.rate == 1
    assert repair.codes == 300
    assert [canonical(repair.apply(cell)) for cell in column[:300]] == list(map(canonical, codes))
    assert [repair.apply(cell) for cell in column[300:]] == ["4011", "94011", "", " ", "n/a"]


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(150, 250),
    damage=st.sampled_from(sorted(DAMAGE)),
    abroad=st.booleans(),
)
def test_repairing_twice_changes_nothing(seed, size, damage, abroad):
    hurt, _ = DAMAGE[damage]
    codes = shop(size, seed) + (europe(size, seed) if abroad and "catalogue" not in damage else [])
    column = [hurt(code) for code in codes]
    repair = repair_column(column)
    once = [repair.apply(cell) for cell in column]
    assert [canonical(code)[0] for code in once] == [canonical(code)[0] for code in codes]
    assert [repair.apply(code) for code in once] == once
    again = repair_column(once)
    assert again.reading is Reading.AS_IS
    assert [again.apply(code) for code in once] == once


def test_upc_a_that_lost_zeros_are_restored_between_whole_ean_13():
    codes = europe(500) + shop(20, systems="0")
    repair = repair_column(map(no_zeros, codes))
    assert repair.reading is Reading.LOST_ZEROS
    assert list(map(repair.apply, map(no_zeros, codes))) == codes


def test_a_upc_e_that_lost_its_zero_is_restored():
    column = [*map(no_zeros, shop(50)), "4252614"]
    repair = repair_column(column)
    assert repair.apply("4252614") == "04252614"
    assert canonical(repair.apply("4252614"))[0] == "00042100005264"
    with pytest.raises(BadLength, match="too short"):
        repair.apply("4252615")


def test_one_typing_error_in_ten_leaves_a_column_readable_and_is_refused_itself():
    codes = shop(90) + [code[:-1] + str((int(code[-1]) + 1) % 10) for code in shop(10, seed=3)]
    repair = repair_column(codes)
    assert (repair.reading, repair.rate) == (Reading.AS_IS, 0.9)
    assert repair.sentence.startswith("90 of 100 codes have a right check digit")
    with pytest.raises(BadCode):
        canonical(repair.apply(codes[95]))


def test_three_short_codes_are_too_few_to_give_zeros_back():
    column = europe(100) + list(map(no_zeros, shop(3, systems="0")))
    assert repair_column(column).reading is Reading.AS_IS


@pytest.mark.parametrize("hurt", [no_zeros, lambda code: code[:-1]])
def test_a_small_column_is_not_repaired(hurt):
    column = [hurt(code) for code in shop(9, systems="0")]
    repair = repair_column(column)
    assert repair.reading is Reading.UNDECIDED
    with pytest.raises(Undecided, match="of 9 different ones"):
        repair.apply(column[0])
    assert repair.apply("4011") == "4011"


def test_the_same_code_a_hundred_times_is_a_small_column():
    assert repair_column(["12345678905"] * 100).reading is Reading.UNDECIDED


def test_a_small_column_of_right_codes_needs_no_repair():
    assert repair_column(shop(2)).reading is Reading.AS_IS
    assert repair_column([]).reading is Reading.AS_IS


def test_a_column_half_with_and_half_without_check_digit_is_undecided():
    column = shop(100) + [code[:-1] for code in shop(100, seed=5)]
    repair = repair_column(column)
    assert repair.reading is Reading.UNDECIDED
    assert "Correct the file" in repair.sentence


def test_numbers_of_a_vendor_are_no_codes_without_check_digit():
    chance = random.Random(4)
    column = [str(chance.randrange(10**7, 10**8)) for _ in range(200)]
    assert repair_column(column).reading is Reading.UNDECIDED


@pytest.mark.parametrize("size", [10, 20, 50, 200])
def test_codes_without_check_digit_are_never_taken_as_they_are(size):
    for seed in range(300):
        column = [code[:-1] for code in shop(size, seed, systems="0678")]
        assert repair_column(column).reading in (Reading.NO_CHECK_DIGIT, Reading.UNDECIDED)
        lost = repair_column(map(no_zeros, column)).reading
        assert lost not in (Reading.AS_IS, Reading.LOST_ZEROS)


@pytest.mark.parametrize("cell", ["4.00012E+11", " 4.00012e+11 ", "4,00012E+11", "4E11"])
def test_scientific_notation_is_refused_by_row(cell):
    column = [*shop(20), cell]
    with pytest.raises(LostDigits, match=r"Row 22: .* lost its digits; format the column as text"):
        repair_column(column, first_row=2)
    with pytest.raises(LostDigits):
        repair_column(shop(20)).apply(cell)


def test_a_reading_may_be_forced():
    repair = Repair(Reading.NO_CHECK_DIGIT)
    assert repair.apply("01234567890") == "00012345678905"
    with pytest.raises(BadLength, match="9 to 13"):
        repair.apply("123456")
    assert Repair(Reading.AS_IS).apply("12345678905.0") == "12345678905"


def test_a_column_may_be_counted_while_it_streams_by():
    column = Column()
    for row, cell in enumerate(map(no_zeros, shop(100, systems="0"))):
        column.add(cell, row)
    assert column.decide() == repair_column(map(no_zeros, shop(100, systems="0")))


@given(st.lists(st.text(max_size=20) | st.from_regex(r"\A[0-9]{1,16}(\.0)?\Z"), max_size=30))
def test_any_column_is_decided_or_refused(cells):
    try:
        repair = repair_column(cells)
    except LostDigits:
        return
    assert 0 <= repair.rate <= 1
    for reading in Reading:
        forced = Repair(reading, sentence="no")
        for cell in cells:
            try:
                once = forced.apply(cell)
            except BadCode:
                continue
            assert forced.apply(once) == once
