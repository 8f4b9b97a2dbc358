"""Users from the command line."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from app.cli import storekeeper
from app.errors import AppError
from app.testing.cli import write_config

PASSWORD = "correct horse battery"


@pytest.fixture
def run(own_database, tmp_path):
    """Call the command; returns what it prints."""
    file = tmp_path / "storekeeper.conf"
    lines = [f"{key.removeprefix('db.')} = {value}" for key, value in own_database.items()]
    file.write_text("[db]\n" + "\n".join(lines) + f"\n[data]\nfolder = {tmp_path}\n")

    def run(*words, stdin=PASSWORD + "\n", fails=None):
        given = ["-c", str(file), *words]
        result = CliRunner().invoke(storekeeper, given, input=stdin, catch_exceptions=True)
        if fails is None:
            assert result.exit_code == 0, result.output + repr(result.exception)
        else:
            assert isinstance(result.exception, AppError | SystemExit)
            assert fails in result.output + str(result.exception)
        return result.stdout

    return run


@pytest.fixture
def ann(run):
    run("user", "add", "ann", "--admin", "--name", "Ann Lee", "--password-stdin")


@pytest.fixture
def bob(run, ann):
    run("user", "add", "bob", "--password-stdin")


def people(run):
    return {one["username"]: one for one in json.loads(run("user", "list", "--json"))}


def test_an_administrator_is_added(run):
    added = json.loads(
        run("user", "add", "ann", "--admin", "--name", "Ann Lee", "--password-stdin", "--json")
    )
    assert (added["name"], added["administrator"]) == ("Ann Lee", True)
    assert people(run)["ann"]["roles"] == ["Administrator"]


def test_the_password_is_asked_for_twice_and_never_shown(run):
    shown = run("user", "add", "ann", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert PASSWORD not in shown
    assert "ann can sign in now." in shown


def test_two_different_passwords_are_asked_for_again(run):
    typed = f"{PASSWORD}\nanother\n{PASSWORD}\n{PASSWORD}\n"
    assert "ann can sign in now." in run("user", "add", "ann", stdin=typed)


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (("add", "ANN", "--password-stdin"), f"{PASSWORD}\n", "has this username already"),
        (("add", "a b", "--password-stdin"), f"{PASSWORD}\n", "no spaces"),
        (("add", "eve", "--password-stdin"), "password\n", "Many people use this password"),
        (("add", "eve", "--password-stdin"), "eve-2026\n", "too close to the username"),
        (("add", "eve", "--password-stdin"), "", "no password on standard input"),
        (("role", "zoe", "Administrator"), "", "There is no user 'zoe'"),
        (("role", "ann", "Buyer"), "", "There is no role 'Buyer'"),
        (("role", "ann", "administrator", "--withdraw"), "", "last active administrator"),
        (("role", "ann", "everybody"), "", "Everybody has this role"),
        (("deactivate", "ann"), "", "last active administrator"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(run, ann, words, stdin, said):
    before = people(run)
    run("user", *words, stdin=stdin, fails=said)
    assert people(run) == before


def test_a_role_is_given_and_taken(run, bob):
    assert "Administrator" in run("user", "role", "BOB", "administrator")
    assert people(run)["bob"]["administrator"]
    run("user", "role", "bob", "administrator", "--withdraw")
    assert not people(run)["bob"]["administrator"]


def test_a_user_is_kept_out_and_let_in(run, bob):
    run("user", "deactivate", "bob")
    assert not people(run)["bob"]["active"]
    run("user", "activate", "bob")
    assert people(run)["bob"]["active"]


def test_a_new_password_ends_the_sessions(run, bob, own_database):
    sign_in(own_database, "bob", PASSWORD)
    assert len(json.loads(run("user", "sessions", "bob", "--json"))) == 1
    run("user", "password", "bob", "--password-stdin", stdin="another good one\n")
    assert json.loads(run("user", "sessions", "bob", "--json")) == []
    sign_in(own_database, "bob", "another good one")


def test_all_sessions_of_a_user_are_ended(run, bob, own_database):
    sign_in(own_database, "bob", PASSWORD)
    run("user", "sessions", "bob", "--end")
    assert json.loads(run("user", "sessions", "bob", "--json")) == []


def test_people_get_tables(run, ann):
    assert "Ann Lee" in run("user", "list")
    assert "everything" in run("roles")
    run("user", "sessions", "ann")


def test_roles_are_listed_with_their_permissions(run, ann):
    roles = {one["name"]: one for one in json.loads(run("roles", "--json"))}
    assert roles["Administrator"]["everything"]
    assert roles["Administrator"]["users"] == ["ann"]
    assert roles["Everybody"] == {
        "name": "Everybody",
        "built_in": "everybody",
        "everything": False,
        "permissions": [],
        "users": [],
    }


def test_no_command_takes_a_password_as_a_word():
    for command in ("add", "password"):
        shown = CliRunner().invoke(storekeeper, ["user", command, "--help"]).output
        assert "--password " not in shown


def sign_in(config, username, password):
    from app import create_app
    from app.db import db, unit_of_work
    from app.services import sessions, sign_in

    app = create_app(config, web=False)
    with app.app_context():
        with unit_of_work(by="test") as session:
            sessions.start(session, sign_in.authenticate(session, username, password))
        for engine in db.engines.values():
            engine.dispose()


def test_without_a_terminal_it_says_how_to_give_the_password(own_database, tmp_path):
    file = write_config(tmp_path / "storekeeper.conf", own_database)
    program = "import sys; from app.cli import main; sys.argv[0] = 'storekeeper'; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "-c", file, "user", "add", "zoe"],
        input="wandering tulip\n" * 2,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # no terminal to open either
    )
    assert done.returncode == 2
    assert "--password-stdin" in done.stderr
    assert "Warning" not in done.stderr
