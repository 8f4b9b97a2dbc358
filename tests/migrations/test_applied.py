"""A migration that is edited after it ran is told by `db check`."""

from app.db import applied


def test_an_edited_migration_is_told(storekeeper, own_database, monkeypatch):
    told = storekeeper("db", "check", config=own_database)
    assert told.code == 0, told.out
    true_hash = applied._hash
    monkeypatch.setattr(
        applied, "_hash", lambda script: true_hash(script) + ("x" * (script.revision == "0002"))
    )
    answer = storekeeper("db", "check", config=own_database)
    assert answer.code == 1
    assert "core: migration 0002 was edited after it ran here" in answer.out


def test_what_is_taken_back_is_forgotten(storekeeper, own_database):
    storekeeper("db", "downgrade", "tempmon", "base", config=own_database)
    query = (
        "db",
        "psql",
        "--bind",
        "tempmon",
        "-c",
        "SELECT revision FROM migration_file",
        "--",
        "-At",
    )
    assert storekeeper(*query, config=own_database).out == ""
