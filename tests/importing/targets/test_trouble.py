"""Targets that refuse, lie, are away, or die half-way: what is told, and what is there then."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import create_engine

from app.importing.errors import HasRejectedRows, Rejected
from app.importing.options import Options
from app.importing.targets.files import FileTarget
from app.importing.targets.rest import RestTarget
from app.importing.targets.sql import SqlTarget
from app.importing.targets.target import TargetTrouble
from app.models.runs import Run
from tests.importing.targets.conftest import COLUMNS, Plainly, counts, product, there, wanted

FIRST = [product("1"), product("2", "Tea"), product("3", None)]


def table(url):
    return lambda: SqlTarget(url, "items", key="number", columns=COLUMNS)


def service(url):
    return lambda: RestTarget(url, "/products", key="number", wait=0.01)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("of_sqlite", "The target refuses it: CHECK constraint failed"),
        ("of_postgresql", 'The target refuses it: new row for relation "items" violates'),
    ],
)
def test_what_the_target_refuses_is_told_and_the_rest_goes_on(
    bring, request, kind, reason
):  # fmt: skip
    target = table(request.getfixturevalue(kind))
    report = bring([product("1"), product("2", "bad"), product("3")], target)
    (row,) = report.rejected
    assert reason in row.reason
    assert report.counts["products"].created == 2
    assert [one["number"] for one in there(target)] == ["1", "3"]


def test_a_service_that_refuses_is_told_with_its_words(bring, shop):
    shop.refuses = "2"
    report = bring(FIRST, service(shop.url))
    (row,) = report.rejected
    assert row.reason == "The target refuses it: 422 no twos here."
    assert sorted(shop.products) == ["1", "3"]


def test_a_busy_service_is_asked_again(bring, shop):
    shop.busy = 2
    report = bring(FIRST, service(shop.url))
    assert counts(report) == (3, 0, 0, 0)


@pytest.mark.parametrize("answer", ["<html>login</html>", json.dumps({"count": 3})])
def test_a_service_that_answers_something_else_ends_the_run(bring, shop, answer):
    shop.products["9"] = product("9")
    shop.says = answer
    with pytest.raises(TargetTrouble):
        bring(FIRST, service(shop.url))
    assert list(shop.products) == ["9"]


def test_pages_that_never_end_end_the_run(bring, shop):
    shop.products["9"], shop.repeats = product("9"), True
    with pytest.raises(TargetTrouble, match="never end"):
        bring(FIRST, service(shop.url))


def test_a_service_that_is_away_is_one_sentence(bring, closed_port):
    url = f"http://127.0.0.1:{closed_port}"
    with pytest.raises(TargetTrouble, match="cannot be reached"):
        bring(FIRST, service(url))


def test_two_records_of_one_key_in_the_target_end_the_run(bring, tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("number,name\n1,Milk\n1,Tea\n")
    with pytest.raises(TargetTrouble, match="several products of one key: 1"):
        bring(FIRST, lambda: FileTarget(path, COLUMNS))


def test_a_file_of_nonsense_is_left_as_it_was(bring, tmp_path):
    path = tmp_path / "products.json"
    path.write_text("{nonsense")
    with pytest.raises(TargetTrouble, match=r"products.json cannot be read"):
        bring(FIRST, lambda: FileTarget(path, COLUMNS))
    assert path.read_text() == "{nonsense"


def failure(session):
    """What the run says that failed."""
    session.expire_all()
    run = session.query(Run).one()
    assert run.state == "failed"
    return run.message


def test_a_service_that_dies_half_way_is_told_and_the_next_run_goes_on(bring, session, shop):
    shop.lives = 2
    with pytest.raises(TargetTrouble):
        bring(FIRST, service(shop.url))
    told = failure(session)
    assert told.startswith(f"{shop.url} cannot be reached")
    assert told.endswith("It had taken 2 changes of products; the next run goes on from there.")
    assert sorted(shop.products) == ["1", "2"]
    shop.lives = 100
    assert counts(bring(FIRST, service(shop.url))) == (1, 0, 0, 2)
    assert there(service(shop.url)) == wanted(FIRST)


def test_a_database_that_dies_half_way_has_nothing_of_it(bring, session, of_postgresql):
    target = table(of_postgresql)
    bring([product("0")], target)
    session.execute(Run.__table__.delete())
    with pytest.raises(TargetTrouble):
        bring([product("1"), product("2", "death")], target)
    told = failure(session)
    assert told.startswith("The database of the target failed: terminating connection")
    assert told.endswith("Nothing was written.")
    assert [one["number"] for one in there(target)] == ["0"]


def test_a_value_too_large_for_the_target_is_refused_by_itself(bring, of_postgresql):
    engine = create_engine(of_postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE items ALTER price TYPE numeric(3, 2)")
    engine.dispose()
    report = bring([product("1", price="99"), product("2")], table(of_postgresql))
    assert [row.reason for row in report.rejected] == [
        "The target refuses it: numeric field overflow."
    ]
    assert counts(report) == (1, 0, 0, 0)


class Picky(Plainly):
    def record(self, row):
        if row["name"] == "Tea":
            raise Rejected("tea is sold elsewhere")
        return super().record(row)


@pytest.mark.parametrize("kind", ["file", "rest"])
def test_a_strict_run_writes_nothing_where_a_row_is_rejected(bring, shop, tmp_path, kind):
    path = tmp_path / "products.csv"
    target = service(shop.url) if kind == "rest" else lambda: FileTarget(path, COLUMNS)
    with pytest.raises(HasRejectedRows):
        bring(FIRST, target, importer=Picky, options=Options(strict=True))
    assert not shop.products
    assert not path.exists()


def test_a_strict_run_that_the_target_refuses_is_rolled_back(bring, of_postgresql):
    with pytest.raises(HasRejectedRows):
        bring(
            [product("1"), product("2", "bad")], table(of_postgresql), options=Options(strict=True)
        )
    assert there(table(of_postgresql)) == []


def test_a_service_is_not_followed_to_another_machine(bring, shop):
    shop.says = json.dumps({"items": [], "next": "http://203.0.113.7/products"})
    with pytest.raises(TargetTrouble, match=r"goes on at 203\.0\.113\.7"):
        bring(FIRST, service(shop.url))


def test_a_creation_that_may_have_been_done_is_not_asked_for_again(bring, shop):
    shop.busy, shop.busy_with, shop.busy_for = 1, "502 Bad Gateway", ("POST",)
    with pytest.raises(TargetTrouble, match="answers 502"):
        bring(FIRST, service(shop.url), delete=False)


def test_it_tells_how_far_it_is_while_it_writes(bring, shop):
    class Slowly(Plainly):
        chunk = 1

    told = []
    bring(
        FIRST, service(shop.url), importer=Slowly, progress=lambda phase, rows: told.append(phase)
    )
    assert told.count("writing products") == 4
