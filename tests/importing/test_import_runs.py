"""An import is one run and one change set, and a dry run leaves only its report."""

from __future__ import annotations

from sqlalchemy import select

from app.db.versioning import ChangeSet
from app.models.products import Product, ProductCode
from app.models.runs import RejectedRow, Run
from tests.importing.conftest import EGGS, MILK, rows


def test_everything_is_one_change_set_that_names_the_run(import_products, session):
    report = import_products(rows(MILK, EGGS), by="ann", reason="January prices")
    change_set = session.scalars(select(ChangeSet)).one()
    assert (change_set.id, change_set.run_uuid) == (report.change_set_id, report.run)
    assert (change_set.origin, change_set.actor, change_set.reason) == (
        "import", "ann", "January prices",
    )  # fmt: skip


def test_the_run_remembers_what_it_did(import_products, session):
    report = import_products(rows(MILK, EGGS.replace("4011", "12")), by="ann")
    run = session.get_one(Run, report.run)
    assert (run.kind, run.key, run.state, run.by) == (
        "import",
        "import:products-csv",
        "succeeded",
        "ann",
    )
    assert run.counts["product"]["created"] == 1
    assert run.counts["rows"] == {"read": 2, "rejected": 1}
    assert run.change_set_id == report.change_set_id
    assert run.parameters["file"] == "products.csv"
    assert run.parameters["encoding"] == "utf-8"
    rejected = session.scalars(select(RejectedRow)).one()
    assert (rejected.run_uuid, rejected.line) == (run.uuid, 3)
    assert rejected.content.startswith("2,12,Eggs")


def test_a_row_rejected_by_the_database_is_stored_as_it_was_read(import_products, session):
    import_products(rows(MILK, MILK))
    assert session.scalars(select(RejectedRow.content)).one() == MILK


def test_a_dry_run_counts_like_a_real_one_and_writes_only_its_report(import_products, session):
    content = rows(MILK, EGGS, MILK)
    dry = import_products(content, dry_run=True)
    assert session.scalars(select(Product)).all() == []
    assert session.scalars(select(ProductCode)).all() == []
    assert session.scalars(select(ChangeSet)).all() == []
    run = session.get_one(Run, dry.run)
    assert (run.dry_run, run.state, run.change_set_id) == (True, "succeeded", None)
    assert session.scalars(select(RejectedRow.line)).all() == [4]
    real = import_products(content)
    assert real.counts == dry.counts
