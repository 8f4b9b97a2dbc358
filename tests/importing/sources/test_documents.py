"""JSON, JSON Lines, XML and text of fixed width, through an importer that knows none of them."""

from __future__ import annotations

import gzip
import json

import pytest

from app.importing.errors import BadDeclaration, BadSource
from app.importing.handlers.products_csv import ProductsCsv
from app.importing.sources.fixed_width import slices_of
from app.importing.sources.reading import Reading
from tests.importing.conftest import a_price, changed, reasons

MILK = {"number": "1", "description": "Milk", "price": 2.49, "brand": {"name": "Acme"}}
TEA = {"number": 2, "description": "Tea", "active": True, "size": None}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([MILK, TEA]), json.dumps([MILK, TEA], indent=2),
        json.dumps({"count": 2, "products": [MILK, TEA]}),
        f"{json.dumps(MILK)}\n{json.dumps(TEA)}\n", f"\ufeff{json.dumps([MILK, TEA])}",
        gzip.compress(json.dumps([MILK, TEA]).encode()),
        json.dumps([MILK, TEA]).encode("utf-16"),
    ],
)  # fmt: skip
def test_json_is_taken_in_all_its_shapes(import_products, product, content):
    report = import_products(content, name="products.txt")
    assert changed(report)["product"] == (2, 0, 0)
    assert product("1").brand.name == "Acme"
    assert str(a_price(product("1")).price) == "2.490"
    assert report.source["format"] == "json"


def test_the_path_to_the_records_can_be_told(import_products):
    content = json.dumps({"meta": {"tags": [1]}, "data": {"other": [3], "products": [MILK]}})
    report = import_products(content, reading=Reading(records="data/products"))
    assert changed(report)["product"] == (1, 0, 0)
    with pytest.raises(BadSource, match="has no list of records at data/items"):
        import_products(content, reading=Reading(records="data/items"))


def test_no_digit_of_a_number_is_lost(import_products, product):
    import_products('[{"number": 12345678901234567890, "description": "x", "price": 2.10}]')
    assert str(a_price(product("12345678901234567890")).price) == "2.100"


def test_records_of_json_are_rejected_by_their_number(import_products):
    assert reasons(import_products(json.dumps([MILK, MILK]))) == {
        2: "Product 1 is already in line 1."
    }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[{"number": 1},', "it was cut off"), ('{"a": [{"number": 1}', "it was cut off"),
        ('[{"number": NaN}]', "NaN is no value"), ("[" * 50_000, "nested too deeply"),
        ("[1, 2]", "Record 1 of products.csv is no object"), ("[]", "has no records"),
        ('[{"number": 1}] x', "something follows its end"), ('{"a": {"b": 1}}', "no list of rec"),
        ('[{"number": 1} {"number": 2}]', "a comma is missing"),
        ('[{"number": "' + "x" * 5_000_000, "a record is longer than 4,000,000"),
        (json.dumps([{f"n{i}": 1 for i in range(17_000)}]), "more than 16,384 different names"),
    ],
    ids=lambda value: value[:20],
)  # fmt: skip
def test_what_is_no_proper_json_is_one_sentence(import_products, session, content, says):
    with pytest.raises(BadSource, match=says):
        import_products(content)


def test_half_a_sign_in_json_does_no_harm(import_products):
    report = import_products('[{"number": 1, "description": "Mi\\ud800lk", "other": "\\ud800"}]')
    assert changed(report)["product"] == (1, 0, 0)


# XML

XML = """<?xml version="1.0" encoding="iso-8859-1"?>
<catalog xmlns="urn:x"><product id="9"><number>1</number><description>Crème</description>
<price>2.49</price><brand code="A"><name>Acme</name></brand></product>
<product><number>2</number><description>Tea</description></product></catalog>"""


def test_xml_is_read_at_a_path(import_products, product):
    reading = Reading(records="catalog/product")
    report = import_products(XML.encode("latin-1"), reading=reading)
    assert changed(report)["product"] == (2, 0, 0)
    assert (product("1").description, product("1").brand.name) == ("Crème", "Acme")
    assert report.source["ignored_columns"] == ["id", "brand.code"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("<catalog><product>", "no proper XML"), ("<catalog/>", "no records at catalog/product"),
        ('<!DOCTYPE c [<!ENTITY a "b">]><catalog><product>&a;</product></catalog>', "entities"),
        ('<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/passwd">]><c>&a;</c>', "entities"),
        ('<?xml version="1.0" encoding="utf-8"?><a>Cr\xe8me</a>'.encode("latin-1"),
         "no proper XML: not well-formed"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "an encoding that cannot be read"),
        ('<?xml version="1.0" encoding="shift_jis"?><a/>', "save it as UTF-8"),
        ("<a>" * 500, "more than 100 elements deep"),
        ("<!DOCTYPE html><html></html>", "a web page"),
    ],
)  # fmt: skip
def test_what_is_no_proper_xml_is_one_sentence(import_products, content, says):
    with pytest.raises(BadSource, match=says):
        import_products(content, reading=Reading(records="catalog/product"))


@pytest.mark.parametrize(
    ("inside", "says"),
    [(b"x" * 40_000_000, "more than 32 MB"), (b"<a/>" * 200_001, "more than 200,000 elements")],
    ids=["text", "elements"],
)
def test_a_record_of_xml_that_would_fill_the_memory_is_refused(import_products, inside, says):
    content = b"<catalog><product>" + inside + b"</product></catalog>"
    with pytest.raises(BadSource, match=says):
        import_products(content, reading=Reading(records="catalog/product"))


# Fixed width


class FromMainframe(ProductsCsv):
    positions = {"number": (1, 6), "description": (7, 20), "price": (21, 28)}


@pytest.fixture
def import_fixed(app, session, tmp_path):
    def run(content):
        path = tmp_path / "products.txt"
        path.write_text(content)
        return FromMainframe(app.extensions["settings"], path).run()

    return run


def test_columns_at_positions_are_read(import_fixed, product):
    report = import_fixed("000001Milk, 1 gal       2.49\n\n000002Tea               3\n")
    assert changed(report)["product"] == (2, 0, 0)
    assert product("000001").description == "Milk, 1 gal"
    assert report.source["format"] == "fixed width"


def test_a_header_at_the_same_positions_is_left_out(import_fixed):
    report = import_fixed("NUMBERDESCRIPTION   PRICE\n000001Milk             2.49\n")
    assert (report.read, report.rejected) == (1, [])


def test_lines_that_are_too_short_have_empty_cells(import_fixed):
    assert reasons(import_fixed("000001Milk\n000002\n")) == {2: "description: is empty."}


def test_the_same_importer_still_takes_delimited_text(import_fixed, product):
    import_fixed("number,description\n7,Milk\n")
    assert product("7").description == "Milk"


def test_positions_that_cannot_be_are_a_wrong_declaration():
    with pytest.raises(BadDeclaration, match="The column a cannot stand at 5 to 3"):
        slices_of({"a": (5, 3)})
