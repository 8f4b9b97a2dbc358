"""Which table a header fits, which columns are which fields, and what stands in their cells."""

from __future__ import annotations

import pytest

from app.core_plugin import Core
from app.importing.cells import FileContext
from app.importing.importer import table_of
from app.importing.sketch.fit import NoTableFits, best_fit
from app.importing.sketch.picking import pick
from app.importing.sketch.rows import Rows
from app.importing.sketch.words import words_of
from app.importing.tables import ONLY_OUT, master_models

MODELS = [m for m in master_models(Core().models()) if table_of(m).name not in ONLY_OUT]
PRODUCT = {"Item No": "1001", "Item text": "Milk"}


def fitted(columns, *, table=None, key=(), delimiter=","):
    """The fit of a file with one row, or with several where the cells are lists."""
    cells = [one if isinstance(one, list) else [one] for one in columns.values()]
    rows = Rows(list(columns), list(zip(*cells, strict=True)), delimiter=delimiter)
    models = [model for model in MODELS if table in (None, table_of(model).name)]
    return rows, best_fit(models, rows, context=FileContext(), key=key, file="sample.csv")


def fields(columns, **asked):
    rows, fit = fitted(columns, **asked)
    return {rows.header[one.place]: one.known.name for one in fit.taken}


def kinds(columns, **asked):
    rows, fit = fitted(columns, **asked)
    return {rows.header[one.place]: one.guess.code for one in fit.taken}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Item No.", "item_number"), ("ItemNumber", "Number of the item"), ("Dept", "department"),
        ("Supplier ID", "vendor number"), ("units per case", "Unit/Case"), ("No", "#"),
    ],
)  # fmt: skip
def test_names_that_mean_the_same(one, other):
    assert words_of(one) == words_of(other)


@pytest.mark.parametrize(
    "name", ["number", "Item", "SKU", "PLU", "Item No", "Product ID", "article"]
)
def test_a_product_goes_by_many_names(name):
    assert fields({name: "1001", "Desc": "Milk"})[name] == "number"


def test_the_table_that_takes_most_columns_is_the_one():
    product = {**PRODUCT, "Brand": "Blue Hill"}
    cost = {"SKU": "1001", "Supplier": "7", "Cost": "8.50", "Case pack": "12"}
    vendor = {"Vendor No": "7", "Vendor": "Dairy Farm", "E-Mail": "ann@example.org"}
    found = [table_of(fitted(one)[1].model).name for one in (product, cost, vendor)]
    assert found == ["product", "product_cost", "vendor"]


def test_a_reference_goes_by_the_natural_key_of_what_it_refers_to():
    said = {**PRODUCT, "Dept": "1", "Brand": "Blue Hill", "Category": "Milk", "Family": "3"}
    assert list(fields(said).values())[2:] == [
        "department_number", "brand_name", "category_name", "family_number",
    ]  # fmt: skip


def test_a_reference_of_which_a_part_is_missing_is_not_taken():
    _, fit = fitted({**PRODUCT, "Category": "Milk"})
    assert fit.fields == {"number", "description"}
    assert fit.reasons == {2: "it needs category_department_number beside it"}


def test_a_name_where_a_number_should_be_is_not_taken():
    _, fit = fitted({**PRODUCT, "Dept": "Dairy"})
    assert fit.reasons == {2: "“Dairy” is no whole number"}


def test_a_column_called_like_a_field_keeps_others_from_being_it():
    said = {"number": "=A1", "SKU": "1001", "description": "Milk"}
    with pytest.raises(NoTableFits, match="no column for number"):
        fitted(said, table="product")


def test_one_wrong_cell_in_ten_is_a_mistake_of_the_file():
    cells = {"No": [str(n) for n in range(10)], "Text": ["Milk"] * 10, "Dept": ["1"] * 9 + ["x"]}
    assert fields(cells, table="product")["Dept"] == "department_number"
    cells["Dept"][0] = "y"
    assert "Dept" not in fields(cells, table="product")


def test_kinds_follow_the_field_and_the_cells():
    said = {"SKU": "1", "Name": "Milk", "Notes": "two\nlines", "Case size": "12", "Organic": "yes",
            "Kind": "service"}  # fmt: skip
    assert kinds(said) == {
        "SKU": "Label()", "Name": "Words(500)", "Notes": "TableCell(Product.notes.type)",
        "Case size": "Number(4, highest=99_999_999, positive=True)",
        "Organic": "TableCell(Product.organic.type)", "Kind": "Words(200)",
    }  # fmt: skip
    codes = {"Item": "1", "UPC": "036000291452"}
    assert kinds(codes) == {"Item": "Label()", "UPC": "Barcode()"}
    costs = {"Item": "1", "Vendor": "7", "Cost": "$8.50", "Effective": "31/03/2026"}
    assert list(kinds(costs).values())[2:] == ["Money(5)", "Day()"]


def test_a_word_that_is_not_allowed_is_told():
    _, fit = fitted({**PRODUCT, "Kind": "gadget"})
    assert fit.reasons[2].startswith("“gadget” is none of goods, service")


def test_a_formula_is_no_text():
    _, fit = fitted({**PRODUCT, "Notes": "=HYPERLINK(1)"})
    assert "is a formula" in fit.reasons[2]


def test_a_decimal_comma_is_found_where_commas_part_no_cells():
    vendor = {"Vendor No": "7", "Vendor": "Farm", "Discount": "0,05"}
    assert "Discount" in kinds(vendor, delimiter=";")
    assert "Discount" not in kinds(vendor)


def test_the_key_may_be_said():
    said = {"No": "7", "Name": "Ann", "State": "active"}
    with pytest.raises(NoTableFits, match=r"no column for person_uuid.* with --key"):
        fitted(said, table="employee")
    assert fitted(said, table="employee", key=["number"])[1].lacking == ["person_uuid"]
    cost = {"Item": "1", "Vendor": "7", "Vendor SKU": "M-1", "Cost": "8.50"}
    fit = fitted(cost, table="product_cost", key=["vendor_number", "vendor_item"])[1]
    assert fit.key == ("vendor_uuid", "vendor_item")


def test_uuids_and_rows_of_the_same_table_are_not_guessed():
    uuid = "01936b1e-0000-7000-8000-000000000001"
    assert "unit number" not in fields({**PRODUCT, "unit number": "1000"})
    assert "person_uuid" not in fields({"Customer No": "7", "Name": "Ann", "person_uuid": uuid,
                                        "kind": "retail"}, table="customer")  # fmt: skip


def test_rows_that_cannot_be_taken_are_not_picked():
    rows, fit = fitted(
        {"No": ["1", "", "2", "1", "3"], "Text": ["Milk", "Tea", "", "Oats", "Rye"]},
        table="product",
    )
    assert [row["number"] for row in pick(fit, rows, FileContext()).values] == ["1", "3"]
