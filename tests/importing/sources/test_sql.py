"""Other databases, by their address: rows are streamed, and troubles are sentences."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager

import pytest

from app.config.setting import Setting
from app.importing.errors import BadSource
from app.importing.handler import ImportHandler
from app.importing.sources.sql import Database, SourceLost, SqlSource
from tests.importing.till import VendorImporter, vendors

OLD = Setting("old.url", "", "The old system", secret=True)


@pytest.fixture
def old(tmp_path):
    """The address of a SQLite database with ten thousand customers."""
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE customers (number INTEGER, name TEXT)")
        many = [(n, f"Customer {n}") for n in range(10_000)]
        connection.executemany("INSERT INTO customers VALUES (?, ?)", many)
    connection.close()
    return f"sqlite:///{path}"


def test_rows_of_a_query_go_by_attribute(old):
    query = "SELECT * FROM customers WHERE number >= :start ORDER BY number"
    with SqlSource(OLD, query).open({OLD: old}, start=9_998) as rows:
        assert [(row.number, row.name) for row in rows] == [
            (9_998, "Customer 9998"), (9_999, "Customer 9999")
        ]  # fmt: skip


def test_postgresql_streams_by_a_cursor_of_the_server(own_database):
    url = own_database["db.url"]
    with Database.open(url, name="the old system") as database:
        rows = database.rows("SELECT n FROM generate_series(1, 5000000) n")
        assert [next(rows).n, next(rows).n] == [1, 2]
        cursors = "SELECT count(*) AS open FROM pg_cursors WHERE name <> ''"
        assert database.connection.exec_driver_sql(cursors).scalar() == 1
        rows.close()


def test_nothing_configured_is_one_sentence():
    with (
        pytest.raises(BadSource, match=r"set old\.url"),
        SqlSource(OLD, "SELECT 1").open({OLD: ""}),
    ):
        pass


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("what secret", "is none; it is written like"),
        ("klingon://u:secret@host/x", "is none; it is written like"),
        ("mysql://u:secret@127.0.0.1:1/x", "cannot be reached"),
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be reached"),
    ],
)
def test_an_address_that_is_wrong_is_one_sentence_without_its_password(url, says):
    with pytest.raises(BadSource, match=says) as caught, Database.open(url, name="the old system"):
        pass
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.__cause__)


def test_a_query_that_is_wrong_is_one_sentence(old):
    with (
        Database.open(old, name="the old system") as database,
        pytest.raises(BadSource, match="The old system cannot be read: no such table: nowhere"),
    ):
        list(database.rows("SELECT * FROM nowhere"))


def test_a_source_that_breaks_off_is_one_sentence(own_database):
    query = "SELECT 1 / (100000 - n) AS n FROM generate_series(1, 200000) n"
    with Database.open(own_database["db.url"], name="the old system") as database:
        rows = database.rows(query)
        with pytest.raises(SourceLost, match="broke off, and nothing was written: division by"):
            list(rows)


class VendorsOfOld(VendorImporter):
    delete = True

    def rows(self, keys=None):
        yield from self.source

    def record(self, row):
        return {"number": str(row.n), "name": "Farm", "lead_time_days": None}


class FromOld(ImportHandler):
    key, title, importers = "old", "From the old system", (VendorsOfOld,)
    query = "SELECT n FROM generate_series(1, 5) n"

    @contextmanager
    def open_source(self):
        with Database.open(self.url, name="the old system") as database:
            yield database.rows(self.query)


def test_nothing_is_deleted_because_a_database_broke_off(app, session, own_database):
    def run(query):
        handler = FromOld(app.extensions["settings"])
        handler.url, handler.query = own_database["db.url"], query
        return handler.run()

    run(FromOld.query)
    with pytest.raises(SourceLost, match="broke off, and nothing was written"):
        run("SELECT 3 / (10000 - n) AS n FROM generate_series(9990, 20000) n")
    assert len(vendors(session)) == 5
