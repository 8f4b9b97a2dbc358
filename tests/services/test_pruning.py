"""Old versions go; what holds now and what was deleted lately stay."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from app.db import unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import ChangeSet, versions_of
from app.models.products import Product
from app.services import pruning
from app.services.pruning import Rule

NOW = datetime.now(UTC)


def change(statement, *, days_ago, hours=0):
    with unit_of_work() as work:
        work.execute(text(statement))
        number = change_set_of(work)
        at = NOW - timedelta(days=days_ago, hours=hours)
        work.execute(text("UPDATE transaction SET issued_at = :at WHERE id = :id"),
                     {"at": at, "id": number})  # fmt: skip
    return number


@pytest.fixture
def milk(session):
    first = change("INSERT INTO product (number, description) VALUES ('1', 'a')", days_ago=900)
    for days_ago, name in ((800, "b"), (700, "c"), (10, "d")):
        change(f"UPDATE product SET description = '{name}'", days_ago=days_ago)
    return first


def left(session):
    versions = versions_of(Product)
    query = select(versions.description).order_by(versions.transaction_id)
    return list(session.scalars(query))


def prune(session, *, days=None, **rule):
    before = None if days is None else NOW - timedelta(days=days)
    return pruning.prune(session, {Product: Rule(before, **rule)})


def test_what_was_replaced_before_the_period_goes(session, milk):
    assert pruning.count(session, Product, Rule(NOW - timedelta(days=365))) == 2
    assert prune(session, days=365) == {"product": 2, "transaction": 2}
    assert left(session) == ["c", "d"]


def test_what_holds_now_stays_however_old(session, milk):
    prune(session, days=1)
    assert left(session) == ["d"]


def test_change_sets_without_versions_go_but_not_those_of_runs(session, milk):
    session.execute(text("UPDATE transaction SET run_uuid = uuidv7() WHERE id = :n"), {"n": milk})
    prune(session, days=365)
    assert session.get(ChangeSet, milk) is not None
    assert session.scalar(select(func.count()).select_from(ChangeSet)) == 3


def test_the_last_state_of_what_was_deleted_lately_stays(session, milk):
    change("DELETE FROM product", days_ago=5)
    prune(session, days=7)
    assert left(session) == ["d", "d"]


def test_what_was_deleted_long_ago_goes_wholly(session, milk):
    change("DELETE FROM product", days_ago=5)
    prune(session, days=3)
    assert left(session) == []


def test_the_newest_of_each_record_may_be_kept(session, milk):
    prune(session, days=365, keep_last=3)
    assert left(session) == ["b", "c", "d"]


def test_thinning_leaves_one_version_a_day(session, milk):
    noon = NOW.replace(hour=12)
    hours = (NOW - noon) / timedelta(hours=1)
    for hour, name in ((4, "e"), (3, "f"), (2, "g")):
        change(f"UPDATE product SET description = '{name}'", days_ago=5, hours=hours + hour)
    prune(session, daily_before=NOW - timedelta(days=2))
    assert left(session) == ["a", "b", "c", "d", "g"]


def test_large_tables_go_chunk_by_chunk(session, monkeypatch, milk):
    monkeypatch.setattr(pruning, "CHUNK", 1)
    seen = []
    pruning.prune(session, {Product: Rule(NOW - timedelta(days=1))},
                  progress=lambda table, count: seen.append((table, count)))  # fmt: skip
    assert seen[:3] == [("product", 1)] * 3


@pytest.mark.parametrize(("told", "days"), [("90 days", 90), ("2 Years", 732), ("1 week", 7)])
def test_periods_are_read_as_people_write_them(told, days):
    assert pruning.period(told) == timedelta(days=days)
    assert pruning.period(" ") is None


@pytest.mark.parametrize("wrong", ["soon", "0 days", "-1 year", "1e9 days", "2"])
def test_what_is_no_period_is_refused_in_words(wrong):
    with pytest.raises(pruning.BadPeriod, match="2 years"):
        pruning.period(wrong)


def test_an_unknown_table_is_named(session):
    with pytest.raises(pruning.NoSuchTable, match="nonsense"):
        pruning.tables(["nonsense"])
