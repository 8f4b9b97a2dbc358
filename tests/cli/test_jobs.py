"""`storekeeper jobs`: what is done by schedule, at a terminal."""

from __future__ import annotations

import pytest
from sqlalchemy import select


@pytest.fixture
def config(own_database, tmp_path):
    return {**own_database, "data.folder": str(tmp_path), "web.time_zone": "Europe/Berlin"}


def test_jobs_are_listed_run_and_paused(storekeeper, config):
    listed = storekeeper("jobs", "list", "--json", config=config).json["jobs"]
    costs = next(one for one in listed if one["job"] == "product_costs")
    assert (costs["schedule"], costs["deadline"]) == ("10 0 * * *", "06:00")
    assert "product_costs" in storekeeper("jobs", "list", config=config).out

    shown = storekeeper("jobs", "show", "product_costs", "--json", config=config).json
    assert len(shown["next"]) == 5
    assert all("T00:10:00" in moment for moment in shown["next"])
    assert storekeeper("jobs", "run", "product_costs", "--json", config=config).json["run"]

    pause = ("jobs", "pause", "product_costs", "--reason", "Stocktaking")
    assert storekeeper(*pause, config=config).out == "product_costs is paused.\n"
    shown = storekeeper("jobs", "show", "product_costs", "--json", config=config).json
    assert (shown["paused"], shown["next"]) == ("Stocktaking", [])
    assert shown["last_state"] == "waiting"
    assert storekeeper("jobs", "resume", "product_costs", "--json", config=config).code == 0
    assert "next: " in storekeeper("jobs", "show", "product_costs", config=config).out


def test_an_unknown_job_is_one_sentence(storekeeper, config):
    answer = storekeeper("jobs", "run", "nobody", config=config)
    assert (answer.code, answer.out) == (1, "")
    assert "There is no job nobody" in answer.err


def test_an_unknown_time_zone_is_one_sentence(storekeeper, config):
    answer = storekeeper("jobs", "list", config={**config, "web.time_zone": "Mars/Base"})
    assert answer.code == 2
    assert "it must be a time zone" in answer.err


def test_a_run_from_a_terminal_tells_who(storekeeper, config):
    from app import create_app
    from app.db import db, unit_of_work
    from app.models.runs import Run

    storekeeper("jobs", "run", "sales_days", config=config)
    with create_app(config, web=False).app_context():
        with unit_of_work() as session:
            (run,) = session.scalars(select(Run))
            assert (run.key, run.state) == ("sales_days", "waiting")
            assert run.by
        for engine in db.engines.values():
            engine.dispose()
