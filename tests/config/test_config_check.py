"""Checking finds everything that is wrong; showing hides everything that is secret."""

import json
from dataclasses import asdict

import pytest

from app.config import Config, Setting, Settings, check, check_files, describe, masked
from app.config.core import CORE_SETTINGS, FREE_PREFIXES

TOKEN = Setting("till.token", "none", "Token", secret=True)


def found(config):
    return [str(problem) for problem in check(config, CORE_SETTINGS, free=FREE_PREFIXES)]


def test_everything_wrong_is_told_with_file_and_line(load, tmp_path):
    config = load(
        "[web]\nport = 70000\nhots = ::\n[dbx]\nurl = x\nb = y\n[zzzzz]\na = 1\n",
        STOREKEEPER__WEB__WORKERS="two",
    )
    file = f"{tmp_path}/app.conf"
    assert found(config) == [
        f"{file}:2: web.port is '70000': it must lie between 1 and 65535",
        f"{file}:3: unknown key web.hots; did you mean web.host?",
        f"{file}:5: unknown section [dbx]; did you mean [db]?",
        f"{file}:8: unknown section [zzzzz]",
        "environment STOREKEEPER__WEB__WORKERS: web.workers is 'two': "
        "it must be a whole number, such as 25",
    ]


def test_below_a_free_prefix_anything_is_allowed():
    assert found(Config.of({"logger.app.importing": "debug"})) == []
    assert found(Config.of({"loggers.app": "debug"})) == [
        "given in code: unknown section [loggers]; did you mean [logger]?"
    ]


def test_files_that_cannot_be_read_are_a_problem_too(write):
    path = write("a.conf", "[a]\nb\n")
    [problem] = check_files([path], CORE_SETTINGS, environ={})
    assert problem.source.line == 2
    assert "no key = value" in problem.message
    [problem] = check_files([path.parent / "gone.conf"], CORE_SETTINGS, environ={})
    assert "does not exist" in problem.message


def test_problems_and_descriptions_are_plain_enough_for_json(load):
    config = load("[web]\nprot = 1\n")
    problems = check(config, CORE_SETTINGS)
    rows = describe(config, Settings(config, CORE_SETTINGS))
    assert json.loads(json.dumps([asdict(x) for x in (*problems, *rows)]))[0]["key"] == "web.prot"


def test_everything_is_described_by_key(load):
    config = load("[web]\nport = 8000\n[till]\nhost = till1\n")
    rows = {row.key: row for row in describe(config, Settings(config, CORE_SETTINGS))}
    assert list(rows) == sorted(rows)
    port = rows["web.port"]
    assert (port.value, port.type, port.default) == ("8000", "whole number", "5000")
    assert port.source.endswith("app.conf:2")
    assert (rows["till.host"].value, rows["till.host"].type) == ("till1", "not declared")


def test_secrets_are_masked():
    texts = {
        "till.token": "hunter2",
        "till.password": "hunter2",
        "till.url": "https://shop:hunter2@till1/x",
        "db.url": "postgresql://u:hunter2@h/db",
        "web.secret_key": "hunter2",
    }
    config = Config.of(texts)
    rows = describe(config, Settings(config, (*CORE_SETTINGS, TOKEN)))
    assert "hunter2" not in str(rows)
    assert {row.value for row in rows if row.key == "db.url"} == {"postgresql://u:***@h/db"}
    assert {row.default for row in rows if row.key == "till.token"} == {"***"}


def test_a_secret_that_is_not_set_looks_empty():
    rows = describe(Config(), Settings(Config(), CORE_SETTINGS))
    assert {row.value for row in rows if row.key == "web.secret_key"} == {""}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:p@h/db", "postgresql://u:***@h/db"),
        ("postgresql+psycopg2://u:p@s:s/w d@h:5432/db", "postgresql+psycopg2://u:***@h:5432/db"),
        ("redis://:p@h", "redis://:***@h"),
        ("postgresql://u@h:5432/db", "postgresql://u@h:5432/db"),
        ("postgresql://h:5432/db", "postgresql://h:5432/db"),
        ("https://h/?password=p&x=1", "https://h/?password=***&x=1"),
        ("host=h password='p \\' q' user=u", "host=h password=*** user=u"),
        ("host=h sslpassword = p", "host=h sslpassword = ***"),
        ("Corner Shop <shop@example.org>", "Corner Shop <shop@example.org>"),
    ],
)
def test_passwords_inside_of_values_are_masked(text, shown):
    assert masked(text) == shown
