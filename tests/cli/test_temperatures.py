"""`storekeeper temperatures`: months of readings are listed, made and taken out."""

from __future__ import annotations

import gzip

import pytest
from sqlalchemy import text


@pytest.fixture
def readings(own_database):
    """Two readings of January 2025; the configuration of their database."""
    from app import create_app
    from app.db import connection_to, db, unit_of_work

    with create_app(own_database, web=False).app_context():
        with unit_of_work() as work:
            connection_to(work, "tempmon").execute(
                text("""
                    SELECT create_reading_partitions('2025-01-01', '2025-01-31');
                    INSERT INTO reading (probe_uuid, taken_at, celsius)
                    SELECT uuidv7(), '2025-01-05 12:00Z'::timestamptz + i * interval '1 minute', 3
                      FROM generate_series(1, 2) i
                """)
            )
        for engine in db.engines.values():
            engine.dispose()
    return own_database


def test_a_month_goes_into_a_file_and_its_sums_stay(storekeeper, readings, tmp_path):
    def call(*words):
        return storekeeper("temperatures", *words, config=readings)

    assert call("refresh").out == "Hours of probes summed anew: 2\n"
    folder = tmp_path / "cold"
    gone = call("partitions", "detach", "2025-01", "--archive", str(folder))
    assert (gone.code, gone.out) == (0, f"2025-01 is in {folder}: 2 readings.\n")
    with gzip.open(folder / "reading_2025_01.csv.gz", "rt") as file:
        assert len(file.readlines()) == 3
    first = call("partitions", "list").out.splitlines()[2]
    assert first.split() == ["2025-01", "archived", "2", str(folder)]
    again = call("partitions", "detach", "2025-01")
    assert again.code == 1
    assert again.err.endswith("There is no partition for 2025-01.\n")


def test_months_are_made_ahead_once(storekeeper, own_database):
    made = storekeeper("temperatures", "partitions", "create", "--ahead", "60", config=own_database)
    assert made.code == 0
    assert made.out.count("-") >= 50
    again = storekeeper("temperatures", "partitions", "create", "--ahead", "9", config=own_database)
    assert again.out == "Made: nothing\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("detach", "2025-13"), "does not match"),
        (("detach", "2099-01"), "This month is not over yet"),
        (("create", "--ahead", "-1"), "is not in the range"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(storekeeper, own_database, words, told):
    answer = storekeeper("temperatures", "partitions", *words, config=own_database)
    assert answer.code != 0
    assert told in answer.err
    assert "Traceback" not in answer.err
