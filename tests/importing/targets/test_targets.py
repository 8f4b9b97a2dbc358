"""Every target: afterwards it says what the source says, and a second time nothing is written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ARRAY, Text, select
from sqlalchemy.dialects.postgresql import JSONB

from app.importing.options import Limit, Options
from app.importing.targets.files import FileTarget
from app.importing.targets.rest import RestTarget
from app.importing.targets.sql import SqlTarget
from app.models.imports import ImportChange
from app.models.incidents import Incident
from app.models.runs import Run
from tests.importing.targets.conftest import COLUMNS, counts, product, there, wanted

FIRST = [product("1"), product("2", "=Tea", "0.50", False, date(2026, 3, 31)), product("3", None)]
SECOND = [product("1", "Whole milk"), product("3", None), product("4", "it's “new”\nhere", None)]


@pytest.fixture(params=["csv", "json", "jsonl", "sqlite", "postgresql", "rest"])
def target(request, tmp_path):
    """`target()` opens the same target again and again."""
    if request.param in ("sqlite", "postgresql"):
        url = request.getfixturevalue(f"of_{request.param}")
        return lambda: SqlTarget(url, "items", key="number", columns=COLUMNS)
    if request.param == "rest":
        url = request.getfixturevalue("shop").url
        return lambda: RestTarget(url, "/products", key="number", wait=0.01)
    return lambda: FileTarget(tmp_path / f"products.{request.param}", COLUMNS)


def test_the_target_becomes_equal_and_stays_so(bring, target):
    assert counts(bring(FIRST, target)) == (3, 0, 0, 0)
    assert there(target) == wanted(FIRST)
    dry = bring(SECOND, target, dry_run=True)
    assert there(target) == wanted(FIRST)
    real = bring(SECOND, target)
    assert counts(dry) == counts(real) == (1, 1, 1, 1)
    assert there(target) == wanted(SECOND)
    assert counts(bring(SECOND, target)) == (0, 0, 0, 3)


names = st.text(
    st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8
).filter(str.isprintable)  # fmt: skip
products = st.lists(
    st.builds(product, st.integers(1, 12).map(str), st.none() | names,
              st.none() | st.decimals(-99, 99, places=2).map(str), st.booleans(),
              st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))),
    min_size=1, max_size=8, unique_by=lambda one: one["number"],
)  # fmt: skip


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=products, second=products)
def test_whatever_the_records_are(bring, target, first, second):
    for records in (first, second):
        bring(records, target)
        assert there(target) == wanted(records)
        assert counts(bring(records, target)) == (0, 0, 0, len(records))


def test_it_is_an_export_with_its_differences(bring, session, tmp_path):
    target = FileTarget(tmp_path / "products.csv", COLUMNS)
    bring(FIRST, lambda: target)
    report = bring(SECOND, lambda: target, dry_run=True)
    run = session.get_one(Run, report.run)
    assert (run.kind, run.key, run.dry_run) == ("export", "export:out", True)
    changes = session.scalars(select(ImportChange).filter_by(run_uuid=report.run)).all()
    assert {(one.action, one.key) for one in changes} == {
        ("create", "4"), ("update", "1"), ("delete", "2"),
    }  # fmt: skip


def test_too_many_changes_are_withheld_until_somebody_approves_them(bring, session, tmp_path):
    target = FileTarget(tmp_path / "products.csv", COLUMNS)
    bring(FIRST, lambda: target)
    report = bring(SECOND, lambda: target, options=Options(max_delete=Limit.of("0")))
    assert counts(report) == (1, 1, 0, 1)
    assert session.scalars(select(Incident)).one().title.startswith("“Products to the shop”")
    approved = bring(SECOND, lambda: target, options=Options(approve=report.run))
    assert counts(approved) == (0, 0, 1, 3)


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_a_file_keeps_lists_and_documents(tmp_path, ending):
    target = FileTarget(
        tmp_path / f"out.{ending}", {"key": Text(), "tags": ARRAY(Text()), "more": JSONB()}
    )
    records = [
        {"key": "-1", "tags": ["a", "=b"], "more": {"x": [1, None]}},
        {"key": "", "tags": [], "more": None},
    ]
    target.write(records)
    assert list(target.records(None)) == records


def test_a_file_without_changes_is_not_written_again(bring, tmp_path):
    path = tmp_path / "products.csv"
    bring(FIRST, lambda: FileTarget(path, COLUMNS))
    before = path.stat().st_ino
    bring(FIRST, lambda: FileTarget(path, COLUMNS))
    assert path.stat().st_ino == before


def test_no_row_is_deleted_because_the_source_is_empty(bring, tmp_path):
    target = FileTarget(tmp_path / "products.csv", COLUMNS)
    bring(FIRST, lambda: target)
    report = bring([], lambda: target)
    assert counts(report)[2] == 0
    assert there(lambda: target) == wanted(FIRST)
