"""`storekeeper export`: the command that writes tables into files."""

from __future__ import annotations

import json

import pytest
from python_calamine import CalamineWorkbook

from app.importing.table_cells import bare


@pytest.fixture
def departments(storekeeper, own_database, tmp_path):
    """A database with two departments, one of which is called like a formula."""
    path = tmp_path / "given.csv"
    path.write_text("number,name\n7,Dairy\n8,'=1+1'\n")
    answer = storekeeper("import", "department-table", str(path), config=own_database)
    assert answer.code == 0, answer.err
    return own_database


@pytest.fixture
def export(storekeeper, departments):
    return lambda *arguments: storekeeper("export", *arguments, config=departments)


def test_a_table_comes_back_as_it_went(export, storekeeper, departments, tmp_path):
    path = tmp_path / "departments.csv"
    assert export("department", str(path)).code == 0
    assert "'=1+1'" in path.read_text(encoding="utf-8-sig")
    again = storekeeper("import", "department-table", str(path), "--json", config=departments)
    assert json.loads(again.out)["change_set"] is None


def test_only_some_columns_go_to_standard_output(export):
    answer = export("department", "--fields", "number,name")
    assert answer.out.lstrip("\ufeff").split() == ["number,name", "7,Dairy", "8,'=1+1'"]


def test_a_workbook_holds_numbers_and_no_formulas(export, tmp_path):
    path = tmp_path / "departments.xlsx"
    answer = export("department", str(path), "--fields", "number,name,has_products")
    assert answer.code == 0, answer.err
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows[:2] == [["number", "name", "has_products"], [7.0, "Dairy", True]]
    assert bare(rows[2][1]) == "=1+1"


def test_json_keeps_values(export):
    answer = export("department", "--format", "jsonl", "--fields", "number,name,tax_uuid")
    first = json.loads(answer.out.splitlines()[0])
    assert first == {"number": 7, "name": "Dairy", "tax_code": None}
    assert len(json.loads(export("department", "--format", "json").out)) == 2


def test_a_template_has_a_version_and_samples(export):
    answer = export("department", "--template")
    assert answer.out.count("\n") == 3
    assert "rows of template " in answer.err
    assert "store" not in answer.out
    empty = export("store", "--template")
    assert empty.out.count("\n") == 2


def test_tables_are_listed(export):
    tables = json.loads(export("--json").out)["tables"]
    user = next(one for one in tables if one["table"] == "user")
    assert user["comes_back"] is False
    assert "password_hash" not in user["fields"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing",), "There is no table 'nothing' to export"),
        (("department", "--fields", "colour"), "department has no colour to export"),
        (("user", "--fields", "password_hash"), "user has no password_hash to export"),
        (("department", "/nowhere/at/all.csv"), "The file /nowhere/at/all.csv cannot be written"),
    ],
)
def test_what_cannot_be_written_is_said_in_a_sentence(export, arguments, sentence):
    answer = export(*arguments)
    assert answer.code == 1
    assert sentence in answer.err
