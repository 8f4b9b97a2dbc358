"""`storekeeper incidents`: what needs a person, from the command line."""

from __future__ import annotations

import pytest


@pytest.fixture
def shop(own_database):
    """A freezer is too warm; the configuration of its database."""
    from app import create_app
    from app.db import db
    from app.work import incidents

    with create_app(own_database, web=False).app_context():
        incidents.report_apart("freezer.warm", title="Freezer 3 is too warm", detail="-9 °C")
        for engine in db.engines.values():
            engine.dispose()
    return own_database


def test_an_incident_is_listed_acknowledged_and_closed(storekeeper, shop):
    def call(*arguments):
        return storekeeper("incidents", *arguments, config=shop)

    listed = call("list", "--json")
    assert listed.code == 1  # one waits
    [found] = listed.json
    assert (found["state"], found["title"]) == ("open", "Freezer 3 is too warm")
    number = str(found["number"])
    assert call("ack", number, "--by", "ann", "--note", "On my way", "--json").json["state"] == (
        "acknowledged"
    )
    again = call("ack", number)
    assert again.code == 1
    assert "Somebody else was faster" in again.err
    assert call("list").code == 0
    assert "is closed: Freezer 3" in call("close", number, "--note", "New seal").out
    assert call("list", "--json").json == []
    assert call("list", "--all", "--json").json[0]["state"] == "closed"
    events = call("show", number, "--json").json["events"]
    assert [(one["what"], one["note"]) for one in events] == [
        ("opened", None), ("acknowledged", "On my way"), ("closed", "New seal"),
    ]  # fmt: skip
    shown = call("show", number).out
    assert "acknowledged  ann: On my way" in shown
    assert "-9 °C" in shown


def test_a_number_that_is_none_is_one_sentence(storekeeper, shop):
    answer = storekeeper("incidents", "show", "999", config=shop)
    assert (answer.code, answer.out) == (1, "")
    assert "There is no incident of this number" in answer.err
