"""A source that looks otherwise than last time is noted, and somebody hears of it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.importing.options import Options
from app.importing.schema import differences, kind_of
from app.models.incidents import Incident
from app.models.runs import Run
from tests.importing.till import VendorImporter, vendors

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


# Records of a source that is no file


class AsTheyCome(VendorImporter):
    def record(self, row):
        return {"number": row["id"], "name": row["label"], "lead_time_days": row.get("days")}


def farms(count, **more):
    return [{"id": str(n), "label": f"Farm {n}", **more} for n in range(count)]


def test_records_have_a_schema_too(from_till):
    first = from_till(*farms(200, days=3), importers=(AsTheyCome,))
    assert first.source["schema"] == {
        "vendor.id": "number", "vendor.label": "text", "vendor.days": "number"
    }  # fmt: skip
    again = from_till(*farms(200, colour="red"), importers=(AsTheyCome,))
    assert again.notes == ["New columns: vendor.colour.", "Missing columns: vendor.days."]


def test_a_few_records_say_too_little(from_till):
    from_till(*farms(200, days=3), importers=(AsTheyCome,))
    assert from_till(*farms(5), importers=(AsTheyCome,)).notes == []


def test_a_record_that_lacks_what_the_importer_takes_ends_the_run(from_till, session):
    from_till(*farms(3), importers=(AsTheyCome,))
    renamed = [{"id": "1", "title": "Farm"}]
    says = "AsTheyCome finds no label in row 1: the source has changed"
    with pytest.raises(BadSource, match=says):
        from_till(*renamed, importers=(AsTheyCome,), options=Options(delete=True))
    assert len(vendors(session)) == 3
    with pytest.raises(BadSource, match="VendorImporter finds no label in row 1"):
        from_till(SimpleNamespace(id="1", days=None))
