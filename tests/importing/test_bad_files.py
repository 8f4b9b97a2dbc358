"""Files as people really send them: each is taken, rejected by row, or refused in one sentence."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import tracemalloc
import zipfile

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource, HasRejectedRows
from app.models.products import Product
from app.models.runs import Run
from tests.importing.conftest import HEADER, MILK, changed, reasons, rows


def workbook():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\r\n ,,,\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (workbook(), "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "an old Excel workbook"),
        (b"%PDF-1.7\n%...", "a PDF"),
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "a web page"),
        (b'<?xml version="1.0"?><a/>', "XML"),
        (b'[{"number": 1}]', "JSON"),
        (bytes(range(256)) * 20, "binary"),
        ("number,description\n1,Milk\n".encode("utf-16-le"), "--encoding utf-16-le"),
        (gzip.compress(rows(MILK).encode(), mtime=0)[:-9], "damaged or cut off"),
        (b"\x1f\x8b" + b"nonsense" * 20, "damaged or cut off"),
        (b'"number,description\n1,Milk\n', "number is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_csv_is_refused_by_its_name(import_products, content, says):
    with pytest.raises(BadSource, match=says):
        import_products(content)


def test_a_missing_file_is_one_sentence(import_products, app, tmp_path):
    from app.importing.handlers.products_csv import ProductsCsv

    with pytest.raises(BadSource, match="cannot be read: No such file"):
        ProductsCsv(app.extensions["settings"], tmp_path / "none.csv").run()


def test_a_refused_file_is_a_failed_run_with_the_sentence(import_products, session):
    with pytest.raises(BadSource):
        import_products("a,b\n1,2\n")
    run = session.scalars(select(Run)).one()
    assert (run.state, run.change_set_id) == ("failed", None)
    assert run.message == ("In products.csv the column number is missing. Its header has: a, b.")


# The header


def test_doubled_columns_are_named(import_products):
    with pytest.raises(BadSource, match=r"columns “UPC” \(2\) and “Barcode” \(3\) both mean code"):
        import_products("number,UPC,Barcode\n1,,\n")


def test_headers_go_by_other_names_in_any_case(import_products, product):
    import_products('"Item Number",UPC,PRODUCT_NAME,Retail Price\n1,036000291452,Milk,2.99\n')
    assert product("1").prices[0].price
    assert product("1").codes[0].gtin == "00036000291452"


def test_unknown_columns_are_ignored_and_said(import_products):
    report = import_products("number,description,colour,colour\n1,Milk,white,blue\n")
    assert report.source["ignored_columns"] == ["colour", "colour"]
    assert changed(report) == {"product": (1, 0, 0)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_header(import_products, product, delimiter):
    line = ["1", "Milk; fresh, cold", "2.99"]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([["number", "description", "price"], line])
    assert import_products(buffer.getvalue()).source["delimiter"] == delimiter
    assert product("1").description == "Milk; fresh, cold"


def test_the_first_line_of_excel_may_name_the_delimiter(import_products, product):
    report = import_products("sep=;\nnumber;description\n1;Milk\n1;Milk\n")
    assert product("1").description == "Milk"
    assert reasons(report) == {4: "Product 1 is already in line 3."}


# Encodings


@pytest.mark.parametrize(
    ("encoding", "text", "found"),
    [
        ("utf-8", "Crème fraîche", "utf-8"),
        ("utf-8-sig", "Crème fraîche", "utf-8-sig"),
        ("utf-16", "Crème fraîche", "utf-16"),
        ("cp1252", "Crème fraîche – “bio”", "cp1252"),
        ("cp1250", "Żubrówka, pączki i śmietana z Łodzi", "cp1250"),
        ("cp1251", "Сметана и творог, молоко", "cp1251"),
        ("cp1252", "Jalapeño® ½ lb, 3½oz, 5 £", "cp1252"),
        ("cp1253", "Γάλα φρέσκο και τυρί", "cp1253"),
        ("shift_jis", "牛乳とチーズ", "shift_jis"),
    ],
)
def test_the_encoding_is_found_and_said(import_products, product, encoding, text, found):
    filler = "".join(f"{n},Plain tea {n}\n" for n in range(10, 3000))
    content = f'number,description\n{filler}1,"{text}"\n'.encode(encoding)
    report = import_products(content)
    assert report.source["encoding"] == found
    assert product("1").description == text


def test_the_encoding_can_be_told(import_products, product):
    import_products("number,description\n1,Pão\n".encode("cp850"), encoding="cp850")
    assert product("1").description == "Pão"


@pytest.mark.parametrize(
    ("encoding", "says"), [("utf-8", "is not in utf-8"), ("klingon", "no enc")]
)
def test_a_wrong_encoding_that_was_told_is_refused(import_products, encoding, says):
    with pytest.raises(BadSource, match=says):
        import_products("number,description\n1,Pão\n".encode("cp850"), encoding=encoding)


# Rows and cells


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


# Money and numbers


@pytest.mark.parametrize(
    ("cell", "price"),
    [
        ("2.49", "2.490"), ("2", "2.000"), (".5", "0.500"), ("2.", "2.000"), ("0", "0.000"),
        ("$2.49", "2.490"), ("$ 2.49", "2.490"), ("2.49 USD", "2.490"), ("1,234.50", "1234.500"),
        ("2.4900000", "2.490"), ("  2.49 ", "2.490"), ("100000", "100000.000"),
    ],
)  # fmt: skip
def test_prices_that_can_be_read_in_one_way(import_products, product, cell, price):
    report = import_products(f'number,description,price\n1,Milk,"{cell}"\n')
    assert reasons(report) == {}
    assert str(product("1").prices[0].price) == price


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("1,50", "can be read in two ways; write 1.50 if that is meant"),
        ("1,500", "can be read in two ways; write 1.500 if that is meant"),
        ("-1.50", "is negative"), ("−1.50", "is negative"), ("(1.50)", "is negative"),
        ("1.50-", "is negative"), ("-$1.50", "is negative"),
        ("€2.49", "is not in USD, the currency of the shop"),
        ("2.49 EUR", "is not in USD, the currency of the shop"),
        ("100000.01", "is more than 100,000"), ("36000291452", "is more than 100,000"),
        ("1" * 400, "is more than 100,000"),
        ("2.4999", "has more than 3 decimals"),
        ("1e3", "is no number"), ("NaN", "is no number"), ("Infinity", "is no number"),
        ("free", "is no number"), ("2 for 5", "is no number"), ("1.2.3", "is no number"),
        ("٣", "is no number"), ("$", "is no number"), (".", "is no number"),
        ("+1.50", "looks like a formula"),
    ],
)  # fmt: skip
def test_prices_that_are_rejected(import_products, cell, reason):
    report = import_products(f'number,description,price\n1,Milk,"{cell}"\n')
    assert reasons(report)[2].startswith("regular_price: “")
    assert reasons(report)[2].endswith(f"” {reason}.")


def test_a_decimal_comma_is_read_where_the_whole_file_has_one(import_products, product):
    content = "number;description;price;cost\n1;Milk;1,50;\n2;Tea;1.234,5;\n3;Rice;2;\n"
    report = import_products(content)
    assert [str(product(n).prices[0].price) for n in "123"] == ["1.500", "1234.500", "2.000"]
    assert report.source["decimal"] == ","


def test_commas_and_points_in_one_file_are_not_guessed_at(import_products):
    report = import_products("number;description;price\n1;Milk;1,50\n2;Tea;1.50\n")
    assert reasons(report) == {
        2: "regular_price: “1,50” can be read in two ways; write 1.50 if that is meant."
    }


@pytest.mark.parametrize("size", ["0", "-1", "0.00001", "abc"])
def test_a_case_holds_something(import_products, size):
    report = import_products(f"number,description,case_size\n1,Milk,{size}\n")
    assert reasons(report)[2].startswith("case_size: ")


@pytest.mark.parametrize("number", ["-1", "99999999999", "1.5", "two"])
def test_department_numbers_are_whole(import_products, number):
    content = f"number,description,department_number,department\n1,Milk,{number},Dairy\n"
    assert reasons(import_products(content))[2].startswith("department_number: ")


@pytest.mark.parametrize("day", ["1/5/2026", "05.01.2026", "20260105", "2026-02-30", "0026-01-05"])
def test_days_are_written_in_one_way(import_products, day):
    content = f"number,description,sale_price,sale_starts_on\n1,Milk,1,{day}\n"
    assert reasons(import_products(content)) == {
        2: f"sale_starts_on: “{day}” is no day; write it as 2026-03-31."
    }


def test_all_that_is_wrong_with_a_row_is_said_at_once(import_products):
    report = import_products("number,code,description,price\n1,123,,free\n")
    assert reasons(report)[2].count("code: ") == 1
    assert "description: is empty." in reasons(report)[2]
    assert "regular_price: “free” is no number." in reasons(report)[2]


# What spreadsheets do


def codes_of(session):
    session.expire_all()
    return sorted(
        code.gtin for product in session.scalars(select(Product)) for code in product.codes
    )


FULL = [f"0{n}" for n in (
    36000291452, 12345678905, 41331092609, 78742370835, 72250018548, 30000010204, 16000275287,
    38000138416, 21130126026, 44000032029, 51000012616, 24000162865,
)]  # fmt: skip


def with_codes(codes):
    lines = [f"{number},Thing,{code}" for number, code in enumerate(codes, 1)]
    return rows(*lines, header="number,description,code")


def test_lost_zeros_come_back_for_the_whole_column(import_products, session):
    report = import_products(with_codes(code.lstrip("0") for code in FULL))
    assert "Leading zeros were lost" in report.source["repair"]
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL)


def test_missing_check_digits_come_back_for_the_whole_column(import_products, session):
    report = import_products(with_codes(code[:-1] for code in FULL))
    assert "check digit is missing" in report.source["repair"]
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL)
    assert report.read == len(FULL)


def test_fractions_and_text_marks_are_taken_off(import_products, session):
    import_products(with_codes(["036000291452.0", "'012345678905", '"=""041331092609"""']))
    assert codes_of(session) == sorted(code.zfill(14) for code in FULL[:3])


def test_one_wrong_code_is_rejected_alone(import_products):
    report = import_products(with_codes([*FULL, "036000291453"]))
    assert list(reasons(report)) == [14]
    assert "should be 2" in reasons(report)[14]
    assert report.source["repair"] is None


def test_a_column_that_is_no_codes_is_refused(import_products):
    with pytest.raises(BadSource, match="column code cannot be read"):
        import_products(with_codes(str(10_000_000_007 + 7919 * n) for n in range(8)))


@pytest.mark.parametrize("column", ["code", "number"])
def test_scientific_notation_refuses_the_file(import_products, session, column):
    lines = {"code": "1,Milk,3.60003E+10", "number": "1.23457E+11,Milk,"}
    with pytest.raises(BadSource, match=rf"Line 3, column {column}: .* lost its digits"):
        import_products(rows("7,Tea,", lines[column], header="number,description,code"))
    assert session.scalars(select(Product)).all() == []


def test_a_number_made_a_fraction_is_rejected(import_products):
    report = import_products("number,description\n1.0,Milk\n")
    assert "export it as text" in reasons(report)[2]


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
