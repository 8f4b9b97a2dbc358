"""`storekeeper new-importer`: from a sample to a handler with a test, or one clear sentence.

That the tests which it writes are green, and that the imports import: see test_new.py.
"""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from app.cli.project_folder import write_all
from app.errors import AppError
from tests.projects.samples import BAD, GOOD, contents

WRITTEN = ("poser/import_{}.py", "poser/data/{}.csv", "tests/test_import_{}.py")


def handler(sketched, name):
    return (sketched.project / f"poser/import_{name}.py").read_text()


@pytest.mark.parametrize("name", GOOD)
def test_a_sample_becomes_an_import(sketched, name):
    answer = sketched.good[name]
    assert answer.code == 0, answer.err
    assert answer.err == ""
    for path in WRITTEN:
        assert f"Written: {path.format(name)}\n" in answer.out
    assert f"Next: storekeeper import poser-{name.replace('_', '-')} " in answer.out


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_told_in_one_sentence(sketched, name):
    answer = sketched.bad[name]
    assert BAD[name][1] in answer.err
    assert answer.err.count("\n") == 1
    assert (answer.out, answer.code > 0) == ("", True)


def test_nothing_else_is_written_and_only_the_plugin_changes(sketched):
    now = contents(sketched.project)
    new = {path.format(name) for name in GOOD for path in WRITTEN}
    assert now.keys() - sketched.before.keys() == new
    changed = {path for path, text in sketched.before.items() if now[path] != text}
    assert changed == {"poser/__init__.py"}


def test_the_plugin_names_every_import_once(sketched):
    text = (sketched.project / "poser/__init__.py").read_text()
    names = ("Wholesaler", "Vendors", "Costs", "Stars", "MoreGifts", "Families")
    assert [text.count(f" import {name}File\n") for name in names] == [1] * 6
    assert [text.count(f"            {name}File,\n") for name in names] == [1] * 6


def test_ten_columns_are_an_import_of_twenty_lines(sketched):
    text = handler(sketched, "wholesaler")
    (doc, *_) = ast.parse(text).body
    lines = text.splitlines()[doc.end_lineno :]
    assert len([line for line in lines if line.strip() and not line.startswith("#")]) <= 20


def test_what_it_writes_is_formatted(sketched):
    ruff = [sys.executable, "-m", "ruff"]
    format_ = subprocess.run([*ruff, "format", "--diff", "."], cwd=sketched.project, check=False)
    assert format_.returncode == 0
    check = [*ruff, "check", "--no-cache", "--select", "E,F,I,W", "."]
    assert subprocess.run(check, cwd=sketched.project, check=False).returncode == 0


def test_columns_that_are_not_taken_are_named_with_the_reason(sketched):
    assert "# Not taken from the file: UPC (products-csv takes it)." in handler(
        sketched, "wholesaler"
    )
    assert "  UPC is not taken: products-csv takes it\n" in sketched.good["wholesaler"].out


def test_a_table_and_a_column_of_the_project_are_found(sketched):
    assert "from poser.models import Gift\n" in handler(sketched, "more_gifts")
    assert 'FileColumn("points", Whole())' in handler(sketched, "stars")


def test_what_cannot_be_created_is_only_updated(sketched):
    assert "    create = False\n" in handler(sketched, "stars")
    told = "It creates nothing, since the file does not tell description.\n"
    assert told in sketched.good["stars"].out
    assert "create = False" not in handler(sketched, "wholesaler")


def test_the_first_rows_are_kept_and_one_that_tells_the_order_of_days(sketched):
    lines = (sketched.project / "poser/data/costs.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "sku", "1001", "2010", "2011", "2012", "2013", "1002",
    ]  # fmt: skip


def test_the_path_of_the_records_is_kept(sketched):
    assert '    records = "all/family"\n' in handler(sketched, "families")


@pytest.mark.parametrize("text", [None, "", "[project]\nname = 'poser'\n", "not toml", "ü"])
def test_a_folder_that_is_no_project_is_refused(storekeeper, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample.csv").write_text("number,name\n1,Ann\n")
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text, encoding="latin-1")
    answer = storekeeper("new-importer", "goods", "--from-file", "sample.csv")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert contents(tmp_path).keys() <= {"sample.csv", "pyproject.toml", "none.conf"}


def test_all_or_nothing_is_written(tmp_path):
    (tmp_path / "plugin.py").write_text("old")
    (tmp_path / "tests").write_text("a file where a folder should be")
    before = contents(tmp_path)
    new = {tmp_path / "data" / "goods.csv": "a", tmp_path / "tests" / "test_goods.py": "b"}
    with pytest.raises(AppError, match=r"test_goods.py cannot be written: Not a directory"):
        write_all(new, {tmp_path / "plugin.py": "new"})
    assert contents(tmp_path) == before
    assert not (tmp_path / "data").exists()


def test_a_plugin_that_cannot_be_changed_undoes_the_rest(tmp_path):
    new = {tmp_path / "data" / "goods.csv": "a"}
    with pytest.raises(AppError, match="cannot be written"):
        write_all(new, {tmp_path / "gone" / "plugin.py": "new"})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path):
    path = tmp_path / "goods.csv"
    path.write_text("mine")
    with pytest.raises(AppError, match="is there already"):
        write_all({path: "theirs"}, {})
    assert path.read_text() == "mine"
