"""Phone numbers: one form is kept, whoever writes them how."""

import pytest

from app.services.contacts import NotANumber, phone_digits, phone_number, phone_shown


@pytest.mark.parametrize(
    ("told", "country", "kept"),
    [
        ("515 555 0134", "US", "+15155550134"),
        ("(515) 555-0134", "US", "+15155550134"),
        ("1-515-555-0134 ext. 12", "US", "+15155550134 x12"),
        ("+1 515 555 0134", "CH", "+15155550134"),
        ("044 668 18 00", "CH", "+41446681800"),
        ("0041 44 668 18 00", "CH", "+41446681800"),
        ("1-800-FLOWERS", "US", "+18003569377"),
        ("+15155550134 x12", "US", "+15155550134 x12"),
    ],
)
def test_a_number_is_kept_in_one_form(told, country, kept):
    assert phone_number(told, country=country) == kept
    assert phone_number(phone_shown(kept, country=country), country=country) == kept


@pytest.mark.parametrize(
    "told", ["", "ann", "12", "555 0134", "515 555 013", "+999 1234 5678", "1" * 99, "\0", "0" * 15]
)
def test_what_is_no_number_is_refused(told):
    with pytest.raises(NotANumber, match="area code"):
        phone_number(told, country="US")


def test_a_number_is_shown_as_people_write_it():
    assert phone_shown("+15155550134", country="US") == "(515) 555-0134"
    assert phone_shown("+15155550134", country="CA") == "(515) 555-0134"
    assert phone_shown("+15155550134", country="CH") == "+1 515-555-0134"
    assert phone_shown("see Bob", country="US") == "see Bob"


@pytest.mark.parametrize(
    ("told", "digits"),
    [("(515) 555-0134", "5155550134"), ("555-01", "55501"), ("+1 515 555 0134", "5155550134"),
     ("ann", ""), ("0134", "0134")],
)  # fmt: skip
def test_a_part_is_enough_to_find_it_by(told, digits):
    assert phone_digits(told, country="US") == digits
