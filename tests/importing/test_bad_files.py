"""Files as people really send them: each is taken, rejected by row, or refused in one sentence."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.models.runs import Run
from tests.importing.conftest import MILK, changed, reasons, rows


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
        (workbook(), "a zip archive, and no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "damaged and cannot be read"),
        (b"%PDF-1.7\n%...", "a PDF"),
        (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "a web page"),
        (b'<?xml version="1.0"?><a/>', "is XML; name the path"),
        (b'[{"number": 1', "no proper JSON: it was cut off"),
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


@pytest.mark.parametrize("begin", [b"number,description\n", b'[{"number": "'])
def test_a_gzip_file_that_explodes_is_refused(import_products, begin):
    packed = gzip.compress(begin + b"x" * 100_000_000, 9, mtime=0)
    assert len(packed) < 200_000
    with pytest.raises(BadSource, match="unpacks to more than 200 times its size; it is taken"):
        import_products(packed)


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
