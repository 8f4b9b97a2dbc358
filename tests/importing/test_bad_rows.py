"""Rows and cells that cannot be taken: each is rejected by its line, and the others go on."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from sqlalchemy import select

from app.importing.errors import HasRejectedRows
from app.models.products import Product
from tests.importing.conftest import HEADER, MILK, reasons, rows


def test_rows_of_another_width_are_rejected_with_their_line(import_products):
    report = import_products("number,description\n1,Milk\n2\n\n3,Tea,extra\n4,Rice,\n ,\n5,Salt\n")
    assert reasons(report) == {
        3: "The row has 1 cells, and the header has 2.",
        5: "The row has 3 cells, and the header has 2.",
    }
    assert report.counts["product"].created == 3
    assert report.read == 5


def test_lines_are_counted_as_an_editor_does(import_products):
    content = 'number,description,notes\r\n1,Milk,"two\r\nlines"\r\n2,Tea,\r\n2,Tea,\r\n'
    assert reasons(import_products(content)) == {5: "Product 2 is already in line 4."}


def test_a_key_that_is_there_twice_is_taken_once(import_products, product):
    report = import_products("number,description\n1,Milk\n1,Tea\n1,Rice\n")
    assert reasons(report) == {
        3: "Product 1 is already in line 2.",
        4: "Product 1 is already in line 2.",
    }
    assert product("1").description == "Milk"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_rejected(import_products, character):
    report = import_products(f"number,description\n1,Mi{character}lk\n2,Tea\n")
    assert reasons(report) == {
        2: f"description: holds the control character U+{ord(character):04X}."
    }


def test_what_is_invisible_is_dropped(import_products, product):
    import_products("number,description\n1\u200b,Crème\u00a0fraîche\ufeff\n")
    assert product("1").description == "Crème fraîche"


def test_backslashes_and_quotes_arrive_as_they_are(import_products, product):
    import_products('number,description,size\n1,"5"" x 7\\"" \\N frame",\\.\n')
    assert (product("1").description, product("1").size) == ('5" x 7\\" \\N frame', "\\.")


def test_a_quote_that_is_never_closed_spoils_no_more_than_it_must(import_products, session):
    good = "".join(f"{number},Tea,\n" for number in range(10, 60))
    report = import_products(f'number,description,size\n1,"Milk,1 gal\n{good}')
    (reason,) = report.rejected
    assert reason.line == 2
    assert "not closed" in reason.reason
    content = f'number,description,size\n1,"Milk,1 gal\n{good}70,"Salt, fine",\n{good}'
    report = import_products(content)
    assert reasons(report)[2].startswith("A quote is not closed, or text follows it (lines 2 to")


def test_a_cell_with_a_line_break_is_rejected(import_products):
    report = import_products('number,description\n1,"Milk\n2,Tea"\n')
    assert reasons(report) == {2: "description: holds a line break; was a quote not closed?"}


def test_long_cells_are_rejected_and_take_no_memory(import_products):
    ten_megabytes = "x" * 10_000_000
    content = (
        f"number,description,notes\n1,{ten_megabytes},\n2,Milk,{'y' * 10_001}\n"
        f'3,Tea,"{"z" * 200_000}"\n4,{"d" * 501},\n5,Rice,{"n" * 10_000}\n'
    )
    tracemalloc.start()
    report = import_products(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reasons(report) == {
        2: "The line is longer than 1,000,000 characters.",
        3: "A cell has 10,001 characters; at most 10,000 are allowed.",
        4: "A cell is far too long; was a quote not closed?",
        5: "description: has 501 characters; at most 500 are allowed.",
    }
    assert report.counts["product"].created == 1
    assert peak < 40_000_000


def test_formulas_are_rejected(import_products):
    content = (
        'number,description,price\n=A1,Milk,1\n2,"=HYPERLINK(""http://x"")",1\n3,Tea,=1+1\n'
        "-4,Rice,1\n@5,Salt,1\n6,-20°C gel pack,1\n7,@Home candle,+1\n"
    )
    report = import_products(content)
    assert list(reasons(report)) == [2, 3, 4, 5, 6, 8]
    assert "looks like a formula" in reasons(report)[4]
    assert report.counts["product"].created == 1


# Rejected rows


def test_strict_takes_all_or_nothing(import_products, session):
    with pytest.raises(
        HasRejectedRows, match="The first is line 3: Product 1 is already in line 2"
    ):
        import_products("number,description\n1,Milk\n1,Tea\n2,Rice\n", strict=True)
    assert session.scalars(select(Product)).all() == []


def test_the_rejected_rows_can_be_corrected_and_sent_again(import_products, product):
    rejects = io.StringIO()
    content = rows(MILK, MILK, MILK.replace("2.99", "2,99"), header=HEADER)
    report = import_products(content.replace(",2,99,", ',"2,99",'), rejects_to=rejects)
    assert report.rejected_count == 2
    sent_back = list(csv.DictReader(io.StringIO(rejects.getvalue())))
    assert [row["line"] for row in sent_back] == ["4", "3"]
    assert sent_back[0]["regular_price"] == "2,99"
    corrected = rejects.getvalue().replace('"2,99"', "3.99").replace("\n1,036000291452", "\n9,")
    again = import_products(corrected)
    assert again.source["ignored_columns"] == ["line", "reason"]


def test_many_rejected_rows_are_counted_and_the_first_stored(import_products, session):
    report = import_products("number,description\n" + "1,\n" * 10_005)
    assert (report.rejected_count, len(report.rejected)) == (10_005, 10_000)
