"""`storekeeper history`: show, undo and prune from the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import text


@pytest.fixture
def shop(own_database):
    """A product that an import changed; the configuration of its database."""
    from app import create_app
    from app.db import db, unit_of_work
    from app.db.unit_of_work import change_set_of

    with create_app(own_database, web=False).app_context():
        with unit_of_work(by="ann") as work:
            work.execute(text("INSERT INTO product (number, description) VALUES ('1', 'Milk')"))
        with unit_of_work(by="bob", origin="import") as work:
            work.execute(text("UPDATE product SET size = '1 gal'"))
            number = change_set_of(work)
        with unit_of_work() as work:
            work.execute(text("UPDATE transaction SET issued_at = now() - interval '3 years'"))
        for engine in db.engines.values():
            engine.dispose()
    return own_database, str(number)


def test_a_record_is_shown_undone_and_pruned(storekeeper, shop):
    config, number = shop
    newest, first = storekeeper("history", "show", "product", "1", "--json", config=config).json
    assert (newest["who"], newest["changes"][0]["differences"]) == (
        "bob",
        {"size": [None, "1 gal"]},
    )
    assert first["changes"][0]["operation"] == "create"

    plan = storekeeper("history", "undo", number, "--dry-run", "--json", config=config).json
    assert plan["tables"]["product"]["undone"] == {"update": 1}
    assert "1 rows. Undone" in storekeeper("history", "undo", number, config=config).out
    again = storekeeper("history", "undo", number, config=config)
    assert (again.code, "nothing to undo" in again.err) == (1, True)

    nothing = storekeeper("history", "prune", "--json", config=config)
    assert nothing.json == {
        "dry_run": False, "removed": {}, "swept": {"rows": 0, "files": 0, "size": 0},
    }  # fmt: skip
    kept = {**config, "history.keep": "2 years", "history.keep.brand": ""}
    planned = storekeeper("history", "prune", "--dry-run", "--json", config=kept).json["removed"]
    assert planned["product"] == 1
    assert "brand" not in planned
    removed = storekeeper("history", "prune", "--older-than", "2 years", "--json", config=config)
    assert removed.json["removed"]["product"] == 1


def test_what_is_wrong_is_one_sentence(storekeeper, shop):
    config, _ = shop
    for arguments in (
        ("show", "nonsense", "1"), ("show", "product", "99"), ("undo", "999999"),
        ("prune", "--older-than", "soon"),
    ):  # fmt: skip
        answer = storekeeper("history", *arguments, config=config)
        assert (answer.code, "Traceback" in answer.err) == (1, False), arguments
