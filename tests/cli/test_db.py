"""`storekeeper db` on databases of its own, and on the embedded server."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy.engine import make_url

from app.cli import psql
from app.db import embedded


def test_the_databases_are_at_head(storekeeper, own_database):
    found = storekeeper("db", "current", "--json", config=own_database).json
    assert [row["bind"] for row in found] == ["core", "trainwreck", "tempmon"]
    assert all(row["revision"] == row["head"] for row in found)


def test_upgrading_again_does_nothing(storekeeper, own_database):
    answer = storekeeper("db", "upgrade", config=own_database)
    assert answer.code == 0
    assert answer.out.count("nothing to do") == 3


def test_a_database_goes_back_and_forth(storekeeper, own_database):
    back = storekeeper("db", "downgrade", "tempmon", "-1", "--json", config=own_database).json
    assert back["after"] < back["before"]
    forth = storekeeper("db", "upgrade", "--bind", "tempmon", "--json", config=own_database).json
    assert forth == [{"bind": "tempmon", "before": back["after"], "after": back["before"]}]


def test_check_is_content_with_what_the_migrations_made(storekeeper, own_database):
    answer = storekeeper("db", "check", "--json", config=own_database)
    assert (answer.code, answer.json) == (0, {"core": [], "trainwreck": [], "tempmon": []})


def test_check_finds_what_somebody_changed_by_hand(storekeeper, own_database):
    for statement in (
        "ALTER TABLE product DROP COLUMN notes",
        "DROP TRIGGER history_update ON brand",
        "ALTER TABLE family DISABLE TRIGGER history_delete",
        "ALTER TABLE product_price DROP CONSTRAINT ck_product_price_kind_known",
        "ALTER TABLE product_price DROP CONSTRAINT ex_product_price_overlap",
        "ALTER TABLE product_code ALTER is_primary SET DEFAULT true",
        "ALTER TABLE person ADD CONSTRAINT own CHECK (first_name <> 'Bob')",
    ):
        assert storekeeper("db", "psql", "-c", statement, config=own_database).code == 0
    answer = storekeeper("db", "check", config=own_database)
    assert answer.code == 1
    assert "core: add column: product.notes" in answer.out
    assert "core: history of table brand is not recorded: no trigger history_update" in answer.out
    assert "core: history of table family is not recorded: no trigger history_delete" in answer.out
    assert "core: add product_price.ck_product_price_kind_known: CHECK" in answer.out
    assert "core: add product_price.ex_product_price_overlap: EXCLUDE" in answer.out
    assert "product_code.is_primary: default true should be default false" in answer.out
    assert "core: remove person.own: CHECK" in answer.out


def test_a_database_behind_is_refused_with_advice(storekeeper, own_database):
    storekeeper("db", "downgrade", "tempmon", config=own_database)
    answer = storekeeper("db", "versioning", config=own_database)
    assert answer.code == 1
    assert "storekeeper db upgrade" in answer.err


def test_versioning_lists_what_is_recorded(storekeeper, own_database):
    storekeeper(
        "db", "psql", "-c", "ALTER TABLE brand DISABLE TRIGGER history_update", config=own_database
    )
    found = storekeeper("db", "versioning", "--json", config=own_database).json
    recorded = {row["table"]: row["recorded"] for row in found}
    assert recorded["product"]
    assert not recorded["brand"]


def test_versioning_turned_off_records_nothing(storekeeper, own_database):
    config = {**own_database, "db.versioning": "off"}
    assert not any(
        row["recorded"] for row in storekeeper("db", "versioning", "--json", config=config).json
    )


def test_psql_runs_statements_on_the_bind_that_is_named(storekeeper, own_database):
    named = ("--bind", "tempmon", "-c", "SELECT current_database()", "--", "-At")
    answer = storekeeper("db", "psql", *named, config=own_database)
    assert answer.out.strip() == make_url(own_database["db.tempmon_url"]).database


def test_a_statement_that_fails_is_exit_code_1(storekeeper, own_database):
    answer = storekeeper("db", "psql", "-c", "SELEKT", config=own_database)
    assert answer.code == 1
    assert "syntax error" in answer.err


def test_the_password_is_not_on_the_command_line_of_psql():
    url = make_url("postgresql+psycopg2://ann:hunter2@host/shop?password=hunter2&sslmode=require")
    assert psql.address(url) == "postgresql://ann@host/shop?sslmode=require"
    assert psql.environment(url)["PGPASSWORD"] == "hunter2"


@pytest.mark.parametrize("command", ["current", "upgrade", "check"])
def test_a_database_that_is_away_is_one_sentence(storekeeper, command):
    nowhere = {"db.url": "postgresql://nobody@127.0.0.1:1/nothing"}
    answer = storekeeper("db", command, config=nowhere)
    assert answer.code == 1
    assert answer.err.startswith("Error: The database cannot be reached: ")
    assert answer.err.count("\n") == 1


def test_psql_starts_the_embedded_server_and_stops_it(server_folder):
    embedded.start(server_folder).cleanup()  # databases are there, and nobody uses them
    program = "import sys; from app.cli import main; sys.argv[0] = 'storekeeper'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "db", "psql", "-c", "SELECT 40 + 2", "--", "-At"],
        env={
            **os.environ,
            "STOREKEEPER_CONFIG": os.devnull,
            "STOREKEEPER__DATA__FOLDER": str(server_folder),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "42\n"), done.stderr
    assert not (server_folder / "postgres" / "postmaster.pid").exists()


def test_a_look_at_an_empty_folder_makes_no_databases_there(storekeeper, tmp_path):
    answer = storekeeper("db", "psql", "-c", "SELECT 1", config={"data.folder": str(tmp_path)})
    assert answer.code == 1
    assert "There is no database in" in answer.err
    assert not (tmp_path / "postgres").exists()
