"""`storekeeper export`: the command that writes tables into files."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Integer, Text, select

from app.core_plugin import Core
from app.db import unit_of_work
from app.importing.handler import ImportHandler
from app.importing.table_cells import bare
from app.importing.targets.files import FileTarget
from app.importing.targets.importer import RecordImporter
from app.models.departments import Department


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


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (["--filter", "number=7"], ["7"]), (["--filter", "number!=7"], ["8"]),
        (["--filter", "name~DAI"], ["7"]), (["--filter", "tax_code="], ["7", "8"]),
        (["--filter", "tax_code!="], []), (["--filter", "number>=8"], ["8"]),
        (["--filter", "has_products=yes", "--filter", "number<8"], ["7"]),
        (["--start", "2020-01-01"], ["7", "8"]), (["--end", "2020-01-01"], []),
    ],
)  # fmt: skip
def test_only_the_rows_that_are_asked_for_go_out(export, asked, found):
    answer = export("department", "--fields", "number", *asked)
    assert answer.code == 0, answer.err
    assert answer.out.lstrip("\ufeff").split()[1:] == found


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["--filter", "colour=red"], "There is no column colour; there are number, name"),
        (["--filter", "number"], "“number” is no filter; write one such as number=7"),
        (["--filter", "number=x"], "number “x” is no"),
        (["--start", "2026-01-01", "--on", "name"], "The column name holds no days."),
    ],
)
def test_what_cannot_be_asked_is_a_sentence_and_no_run(
    export, storekeeper, departments, asked, sentence, tmp_path
):
    answer = export("department", str(tmp_path / "out.csv"), *asked)
    assert answer.code == 1
    assert sentence in answer.err
    assert not (tmp_path / "out.csv").exists()
    runs = storekeeper("runs", "list", "--json", config=departments).json["runs"]
    assert [run for run in runs if "to a file" in run["title"]] == []


def test_an_export_is_a_run(export, storekeeper, departments, tmp_path):
    path = tmp_path / "out.csv"
    answer = export("department", str(path), "--filter", "number=7", "--by", "ann", "--json")
    assert answer.json["rows"] == 1
    run = storekeeper("runs", "show", answer.json["run"], "--json", config=departments).json
    assert (run["title"], run["state"], run["by"]) == ("Department to a file", "succeeded", "ann")


@pytest.fixture
def to_shop(monkeypatch, tmp_path):
    """A plugin with an export of departments; tells where its file is."""
    path = tmp_path / "shop.jsonl"

    class DepartmentsOut(RecordImporter):
        title, key, delete = "Departments", "number", True
        columns: ClassVar = {"number": Integer(), "name": Text()}

        def rows(self, keys=None):
            return self.source.execute(select(Department.number, Department.name))

        def record(self, row):
            return dict(row._mapping)

        @classmethod
        def target(cls, handler):
            return FileTarget(path, cls.columns)

    class ToShop(ImportHandler):
        key, title, direction, importers = "to-shop", "To the shop", "export", (DepartmentsOut,)

        def open_source(self):
            return unit_of_work()

    monkeypatch.setattr(Core, "importing", lambda self: (ToShop,))
    return path


def test_an_export_to_another_system_has_the_options_of_an_import(export, to_shop):
    tried = export("to-shop", "--dry-run", "--json")
    assert tried.code == 0, tried.err
    assert not to_shop.exists()
    made = export("to-shop", "--json")
    assert tried.json["counts"] == made.json["counts"]
    assert made.json["counts"]["departments"]["created"] == 2
    assert [json.loads(line)["number"] for line in to_shop.read_text().splitlines()] == [7, 8]
    assert "--max-delete" in export("to-shop", "--help").out
    assert export("--json").json["exports"] == {"to-shop": "To the shop"}


def test_an_export_is_no_import(storekeeper, departments, to_shop):
    answer = storekeeper("import", "to-shop", config=departments)
    assert answer.code == 2
    assert "No such command 'to-shop'" in answer.err
