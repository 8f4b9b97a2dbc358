"""`storekeeper config` tells what is configured and what is wrong, and never shows a secret."""

from __future__ import annotations

import pytest


def test_a_value_is_printed_with_the_line_it_comes_from(storekeeper, tmp_path):
    answer = storekeeper("config", "get", "web.port", "--source", config={"web.port": "8080"})
    assert answer.out == f"8080  ({tmp_path}/storekeeper.conf:2)\n"


def test_a_value_as_json_says_its_type_and_default(storekeeper):
    found = storekeeper("config", "get", "WEB.PORT", "--json", config={"web.port": "8080"}).json
    assert (found["key"], found["value"], found["default"]) == ("web.port", "8080", "5000")


def test_a_later_file_wins(storekeeper, tmp_path):
    first, second = tmp_path / "first.conf", tmp_path / "second.conf"
    first.write_text("[web]\nport = 1001\nhost = example\n")
    second.write_text("[web]\nport = 1002\n")
    found = storekeeper("-c", str(first), "-c", str(second), "config", "show", "--json").json
    values = {shown["key"]: shown["value"] for shown in found}
    assert (values["web.port"], values["web.host"]) == ("1002", "example")


def test_a_key_that_nobody_knows_is_a_problem(storekeeper):
    answer = storekeeper("config", "get", "web.nothing")
    assert (answer.code, answer.err) == (
        1,
        "Error: Nothing is configured or declared under web.nothing.\n",
    )


@pytest.mark.parametrize("command", [("show",), ("show", "--json"), ("get", "db.url", "--source")])
def test_secrets_are_masked(storekeeper, command):
    secrets = {"db.url": "postgresql://ann:hunter2@host/shop", "till.password": "hunter2"}
    answer = storekeeper("config", *command, config=secrets)
    assert answer.code == 0
    assert "hunter2" not in answer.out + answer.err
    assert "***" in answer.out


def test_a_value_that_does_not_fit_stops_every_command_with_file_and_line(storekeeper, tmp_path):
    answer = storekeeper("config", "show", config={"web.port": "many"})
    assert answer.code == 2
    assert answer.err.startswith(f"Error: {tmp_path}/storekeeper.conf:2: web.port is 'many'")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "text",
    ["[web\n", "port = 1\n", "[web]\nport = %(nobody)s\n", "[config]\ninherit = gone.conf\n"],
)
def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_2(storekeeper, tmp_path, text):
    file = tmp_path / "bad.conf"
    file.write_text(text)
    answer = storekeeper("-c", str(file), "db", "current")
    assert answer.code == 2
    assert answer.err.startswith(f"Error: {file}:")
    assert answer.err.count("\n") == 1


def test_check_lists_every_problem(storekeeper, tmp_path):
    file = tmp_path / "bad.conf"
    file.write_text("[web]\nport = many\nprot = 1\n[wbe]\nhost = x\n")
    answer = storekeeper("config", "check", str(file), "--json")
    assert answer.code == 1
    assert [problem["line"] for problem in answer.json["problems"]] == [2, 3, 5]


def test_check_of_an_unreadable_file_is_exit_code_2(storekeeper, tmp_path):
    file = tmp_path / "worse.conf"
    file.write_text("[web\n")
    answer = storekeeper("config", "check", str(file))
    assert (answer.code, answer.err) == (2, "")
    assert answer.out.startswith(f"{file}:1: ")


def test_check_says_that_all_is_well(storekeeper):
    answer = storekeeper("config", "check", config={"web.port": "8080", "logger.app": "debug"})
    assert (answer.code, answer.out) == (0, "The configuration is fine.\n")


def test_values_of_the_database_are_shown_when_they_count(storekeeper, own_database):
    from app import create_app
    from app.db import unit_of_work
    from app.services import settings

    config = {**own_database, "settings.use_db": "on"}
    with create_app(config, web=False).app_context(), unit_of_work(by="ann") as session:
        settings.save(session, "shop.name", "Ann's Corner")
    answer = storekeeper("config", "get", "shop.name", "--source", config=config)
    assert answer.out == "Ann's Corner  (database)\n"
