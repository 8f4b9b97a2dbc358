"""A killed import leaves its run running; the next one, which knows that it is alone, says so."""

from app.db import unit_of_work
from app.models.runs import Run
from app.work import runs


def test_only_the_other_runs_of_the_same_handler_are_lost(session):
    with unit_of_work() as work:
        dead = runs.start(work, kind="import", key="import:products-csv", title="Products").uuid
        other = runs.start(work, kind="import", key="import:sales-csv", title="Sales").uuid
        alive = runs.start(work, kind="import", key="import:products-csv", title="Products").uuid
        runs.lose_others(work, "import:products-csv", alive)
    states = {run.uuid: run.state for run in session.query(Run)}
    assert states == {dead: "lost", other: "running", alive: "running"}


def test_an_import_that_fails_says_so_in_json_too(storekeeper, own_database, tmp_path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    answer = storekeeper("import", "products-csv", str(empty), "--json", config=own_database)
    assert answer.code == 1
    assert answer.json["state"] == "failed"
    assert "empty" in answer.json["message"]
