"""`storekeeper import`: the command that brings data in."""

from __future__ import annotations

import re

import psycopg2
import pytest

from tests.architecture.test_start import HELP, loaded_by

HEADER = "number,code,description,colour\n"


@pytest.fixture
def products_csv(storekeeper, own_database, tmp_path):
    """`products_csv("1,,Milk,white\\n", "--json")` imports these lines."""
    path = tmp_path / "products.csv"

    def call(lines, *options):
        path.write_text(HEADER + lines)
        return storekeeper("import", "products-csv", str(path), *options, config=own_database)

    return call


def numbers(own_database):
    connection = psycopg2.connect(own_database["db.url"])
    cursor = connection.cursor()
    cursor.execute("SELECT number FROM product ORDER BY number")
    found = [number for (number,) in cursor.fetchall()]
    connection.close()
    return found


def test_it_lists_the_handlers(storekeeper):
    answer = storekeeper("import", "--help")
    assert answer.code == 0
    assert re.search(r"products-csv +Products from a CSV file\.", answer.out)


def test_its_help_loads_no_tables():
    program = HELP.replace('"--help"', '"import", "--help"')
    assert "app.models.products" not in (loaded := loaded_by(program))
    assert "sqlalchemy" not in loaded


def test_it_tells_what_it_did(products_csv, own_database):
    answer = products_csv("1,,Milk,white\n2,,Tea,\n", "--by", "ann")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.splitlines()[2].split() == ["product", "2", "0", "0", "0", "0"]
    assert "Ignored columns: colour" in answer.out
    assert "Done: 2 rows in" in answer.out
    assert numbers(own_database) == ["1", "2"]


def test_json_is_one_document(products_csv):
    document = products_csv("1,,Milk,\n1,,Tea,\n", "--json").json
    assert document["handler"] == "products-csv"
    assert document["state"] == "succeeded"
    assert document["dry_run"] is False
    assert document["rows"] == {"read": 2, "rejected": 1}
    assert document["counts"]["product"] == {
        "created": 1, "updated": 0, "deleted": 0, "unchanged": 0, "rejected": 0, "withheld": 0,
    }  # fmt: skip
    assert document["rejected"] == [{"line": 3, "reason": "Product 1 is already in line 2."}]
    assert document["ignored_columns"] == ["colour"]
    assert document["encoding"] == "utf-8"
    assert document["delimiter"] == ","
    assert document["repair"] is None
    assert document["seconds"] > 0


def test_a_dry_run_writes_nothing(products_csv, own_database):
    answer = products_csv("1,,Milk,\n", "--dry-run")
    assert answer.code == 0
    assert "Dry run, nothing was written" in answer.out
    assert numbers(own_database) == []


def test_rejected_rows_are_a_warning(products_csv, own_database, tmp_path):
    rejects = tmp_path / "rejects.csv"
    lines = "".join(f"{number},123,Thing,\n" for number in range(25)) + "30,,Milk,\n"
    answer = products_csv(lines, "--rejects", str(rejects))
    assert answer.code == 0
    assert answer.err == f"Warning: 25 of 26 rows were rejected; all are in {rejects}.\n"
    assert "line 2: code: " in answer.out
    assert "and 5 more; see run" in answer.out
    assert len(rejects.read_text().splitlines()) == 26
    assert rejects.read_text().startswith("line,reason,number,code,description,colour")
    assert numbers(own_database) == ["30"]


def test_a_file_without_one_good_row_is_a_failure(products_csv, own_database):
    answer = products_csv("1,,,white\n2,,,red\n")
    assert answer.code == 1
    assert "2 of 2 rows were rejected" in answer.err
    assert numbers(own_database) == []


def test_strict_makes_them_a_failure(products_csv, own_database):
    answer = products_csv("1,,Milk,\n1,,Tea,\n", "--strict")
    assert answer.code == 1
    assert answer.err.startswith("Error: 1 rows were rejected")
    assert numbers(own_database) == []


@pytest.mark.parametrize(
    ("lines", "options", "code", "says"),
    [
        ("1,4.00012E+11,Milk,\n", (), 1, "Error: Line 2, column code: 4.00012E+11 lost its digits"),
        (
            "1,,Milk,\n",
            ("--encoding", "klingon"),
            1,
            "Error: There is no encoding called 'klingon'",
        ),
        ("1,,Milk,\n", ("--rejects", "/nowhere/r.csv"), 1, "Error: The file /nowhere/r.csv cannot"),
        ("1,,Milk,\n", ("--colour",), 2, "No such option"),
    ],
)
def test_what_is_wrong_is_one_sentence(products_csv, lines, options, code, says):
    answer = products_csv(lines, *options)
    assert (answer.code, answer.out) == (code, "")
    assert says in answer.err


def test_a_missing_file_is_one_sentence(storekeeper, own_database):
    answer = storekeeper("import", "products-csv", "/nowhere/none.csv", config=own_database)
    assert answer.code == 1
    assert answer.err == (
        "Error: The file /nowhere/none.csv cannot be read: No such file or directory.\n"
    )


def test_a_database_that_is_away_is_one_sentence(storekeeper, own_database, tmp_path):
    path = tmp_path / "products.csv"
    path.write_text(HEADER)
    away = {key: f"postgresql://nobody@127.0.0.1:1/{key}" for key in own_database}
    answer = storekeeper("import", "products-csv", str(path), config=away)
    assert answer.code == 1
    assert answer.err.startswith("Error: The database cannot be reached")
    assert answer.err.count("\n") == 1


def test_a_column_is_mapped_by_hand(products_csv, own_database):
    answer = products_csv("1,,Milk,Acme\n", "--map", "brand=colour", "--map", "code=", "--json")
    assert answer.json["counts"]["brand"]["created"] == 1
    assert answer.json["ignored_columns"] == ["code"]
    wrong = products_csv("1,,Milk,Acme\n", "--map", "brand:colour")
    assert (wrong.code, wrong.out) == (1, "")
    assert "write it as description='Item text'" in wrong.err


def test_what_is_said_of_the_file_is_taken_and_remembered(storekeeper, own_database, tmp_path):
    path = tmp_path / "p.txt"
    path.write_text("number~description~price\n1~Milk~1,50\n")
    said = ("--delimiter", "~", "--decimal", "comma")
    answer = storekeeper("import", "products-csv", str(path), *said, config=own_database)
    assert answer.code == 0
    assert "Numbers were read with a decimal comma." in answer.out
    connection = psycopg2.connect(own_database["db.url"])
    cursor = connection.cursor()
    cursor.execute("SELECT parameters->'reading' FROM run")
    assert cursor.fetchone()[0] == {"delimiter": "~", "decimal": ","}
    connection.close()
