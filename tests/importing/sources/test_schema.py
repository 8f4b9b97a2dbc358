"""A source that looks otherwise than last time is noted, and somebody hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.importing.schema import differences, kind_of
from app.models.incidents import Incident
from app.models.runs import Run

FIRST = "number,description,price\n1,Milk,2.49\n"


@pytest.fixture
def incident(session):
    def find():
        session.expire_all()
        query = select(Incident).where(Incident.fingerprint == "import-schema:products-csv")
        return session.scalars(query).one_or_none()

    return find


def test_the_schema_is_kept_with_the_run(import_products, session):
    import_products(FIRST)
    run = session.scalars(select(Run)).one()
    assert run.parameters["schema"] == {
        "number": "number", "description": "text", "price": "number"
    }  # fmt: skip


def test_what_is_new_missing_or_retyped_is_noted_and_reported(import_products, incident):
    import_products(FIRST)
    report = import_products("number,description,size,price\n1,Milk,1 gal,2.49\n")
    assert report.notes == ["New columns: size."]
    report = import_products("number,description,size\n1,17,\n")
    assert report.notes == [
        "Missing columns: price.",
        "Columns that hold something else: description (text, now number).",
    ]
    assert incident().severity == "warning"
    assert "Missing columns: price." in incident().detail
    assert str(incident().link).startswith("/runs/")


def test_the_next_run_as_before_closes_it(import_products, incident):
    import_products(FIRST)
    changed = "number,description\n1,Milk\n"
    import_products(changed)
    assert incident().closed_at is None
    assert import_products(changed).notes == []
    assert incident().closed_at is not None


def test_a_dry_run_says_it_and_bothers_nobody(import_products, incident):
    import_products(FIRST)
    assert import_products("number,description\n1,Milk\n", dry_run=True).notes
    assert incident() is None
    assert import_products(FIRST).notes == []


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2.50", "", "1,234.5"], "number"), (["2026-03-31", "1/4/2026"], "day"),
        (["2026-03-31T17:05", "1/4/2026 5:05 PM"], "moment"), (["1", "A1"], "text"),
        ([" "], "empty"), (["$2.49"], "number"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_all_cells(cells, kind):
    assert kind_of(cells) == kind


def test_many_changes_are_cut_short():
    many = {f"c{n}": "text" for n in range(30)}
    (said,) = differences({}, many)
    assert said.endswith("c9 and 20 more.")


def test_a_column_that_was_empty_is_not_retyped():
    assert differences({"a": "empty"}, {"a": "text"}) == []
