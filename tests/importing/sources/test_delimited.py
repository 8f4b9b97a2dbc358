"""Delimited text: what is found out about a file, what a person may say of it, and bad files."""

from __future__ import annotations

import pytest

from app.importing.errors import BadSource
from app.importing.sources.reading import BadReading, Reading
from tests.importing.conftest import a_price, changed, reasons

DATED = "number;description;sale_price;sale_starts_on\n"


def test_the_order_of_dates_is_found_by_a_day_above_the_twelfth(import_products, product):
    report = import_products(f"{DATED}1;Milk;1;03/04/2026\n2;Tea;1;25/04/2026\n")
    assert report.source["dates"] == "dmy"
    assert str(a_price(product("1"), "sale").starts_on) == "2026-04-03"


def test_the_day_that_tells_may_come_late(import_products, product):
    many = "".join(f"{n};Tea;1;03/04/2026\n" for n in range(10, 3_010))
    assert import_products(f"{DATED}{many}2;Rice;1;04/25/2026\n").source["dates"] == "mdy"
    assert str(a_price(product("10"), "sale").starts_on) == "2026-03-04"


def test_dates_that_can_be_read_in_two_ways_are_rejected(import_products):
    said = reasons(import_products(f"{DATED}1;Milk;1;03/04/2026\n2;Tea;1;2026-04-25\n"))
    assert list(said) == [2]
    assert "can be read in two ways; say whether the file writes dmy or mdy" in said[2]


def test_two_orders_in_one_file_are_not_guessed_at(import_products):
    report = import_products(f"{DATED}1;Milk;1;25/04/2026\n2;Tea;1;04/25/2026\n")
    assert list(reasons(report)) == [2, 3]
    assert report.source["dates"] is None


def test_the_order_of_dates_can_be_told(import_products, product):
    content = f"{DATED}1;Milk;1;03/04/2026\n2;Tea;1;13/04/2026\n"
    report = import_products(content, reading=Reading(dates="mdy"))
    assert reasons(report) == {3: "sale_starts_on: “13/04/2026” is no day; write it as 2026-03-31."}
    assert str(a_price(product("1"), "sale").starts_on) == "2026-03-04"


def test_the_decimal_comma_can_be_told(import_products, product):
    content = 'number,description,price\n1,Milk,"1,50"\n'
    report = import_products(content, reading=Reading(decimal=","))
    assert str(a_price(product("1")).price) == "1.500"
    assert report.source["decimal"] == ","


@pytest.mark.parametrize(
    ("said", "sign"), [("~", "~"), ("tab", "\t"), ("\\t", "\t"), ("pipe", "|")]
)
def test_the_delimiter_can_be_told(import_products, product, said, sign):
    content = f"number{sign}description\n1{sign}Milk, fresh\n"
    report = import_products(content, reading=Reading(delimiter=said))
    assert (report.source["delimiter"], product("1").description) == (sign, "Milk, fresh")


def test_a_delimiter_that_is_wrong_names_the_header_as_it_was_read(import_products):
    with pytest.raises(BadSource, match=r"the column number is missing\. Its header has: number,"):
        import_products("number,description\n1,Milk\n", reading=Reading(delimiter=";"))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"delimiter": "ab"}, "'ab' is no delimiter"), ({"delimiter": '"'}, "is no delimiter"),
        ({"decimal": ";"}, "';' is no decimal"), ({"dates": "year"}, "'year' is no order of dates"),
        ({"encoding": "klingon"}, "no encoding called 'klingon'"),
        ({"encoding": "base64"}, "no encoding called 'base64'"),
        ({"colour": "red"}, "not said by colour"), ({"sheet": 3}, "sheet is a text"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_of_a_file_is_one_sentence(said, says):
    with pytest.raises(BadReading, match=says):
        Reading.from_json(said)


def test_what_was_said_is_kept_and_read_again():
    said = Reading(delimiter="tab", dates="DMY", encoding="")
    assert said.as_json() == {"delimiter": "\t", "dates": "dmy"}
    assert Reading.from_json(said.as_json()) == said


# Bad input


def test_mixed_ends_of_line_are_all_ends(import_products):
    report = import_products(b"number,description\r1,Milk\r\n2,Tea\n3,Rice\r2,Tea\n")
    assert changed(report) == {"product": (3, 0, 0)}
    assert reasons(report) == {5: "Product 2 is already in line 3."}


def test_quotes_by_backslash_are_read(import_products, product):
    content = 'number,description,size\n1,"A 7\\" plate, blue",x\n2,Tea,C:\\\\x\n'
    report = import_products(content)
    assert report.source["quotes"] == "backslash"
    assert product("1").description == 'A 7" plate, blue'
    assert product("2").size == "C:\\x"


def test_a_backslash_at_the_end_of_a_cell_is_one(import_products, product):
    report = import_products('number,description\n1,"Milk\\"\n2,"Tea"\n')
    assert "quotes" not in report.source
    assert product("1").description == "Milk\\"


def test_nuls_are_rejected_by_row(import_products):
    report = import_products(b"number,description\n1,Mi\0lk\n2,Tea\n")
    assert reasons(report) == {2: "description: holds the control character U+0000."}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_mark_at_the_start_names_the_encoding(import_products, product, encoding):
    content = "number\tdescription\n1\tCrème\n".encode(encoding)
    import_products(content)
    assert product("1").description == "Crème"


def test_utf_16_without_a_mark_can_be_told(import_products, product):
    content = "number,description\n1,Crème\n".encode("utf-16-be")
    import_products(content, reading=Reading(encoding="utf-16-be"))
    assert product("1").description == "Crème"


def test_an_encoding_that_was_told_and_looks_wrong_is_said(import_products):
    report = import_products("number,description\n1,Crème\n".encode(), encoding="cp1252")
    assert report.notes == ["The file was read as cp1252, as told, but it looks like UTF-8."]


def test_moments_of_american_registers_are_read():
    from app.importing.dates import iso

    assert iso("3/31/2026 5:05 PM", "mdy") == "2026-03-31T17:05"
    assert iso("31/03/26 00:05:09", "dmy") == "2026-03-31T00:05:09"
    assert iso("12/1/2026 12:00am", "mdy") == "2026-12-01T00:00"
    assert iso("20260331170509", None) == "2026-03-31T17:05:09"
    assert iso("3/31/2026 13:05 PM", "mdy") is None
    assert iso("yesterday", "mdy") is None
