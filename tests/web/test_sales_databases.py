"""Sales of older years are in databases of their own, and everything works on each alike."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.engine import make_url

from app import create_app
from app.db import binds, db, drift, migrate, unit_of_work
from app.models.sales import Transaction
from app.models.users import User
from app.services import rollups, sales, sales_databases, sales_partitions, users
from app.services.permissions import ensure_built_in_roles
from app.testing.pages import enter
from app.testing.samples import sample


@pytest.fixture
def config(server, own_database):
    """Databases of this test alone, with one more for the sales of 2019."""
    older = f"{make_url(own_database['db.url']).database}_2019"
    server._execute(f'CREATE DATABASE "{older}"')
    yield {
        **own_database,
        "trainwreck.archive.2019": server.url(older),
        "web.secret_key": "only-for-tests-0123456789abcdef0123456789",
    }
    server._execute(f'DROP DATABASE IF EXISTS "{older}" WITH (FORCE)')


@pytest.fixture
def app_of_two(config):
    app = create_app(config)
    app.testing = True
    with app.app_context():
        migrate.upgrade()
        yield app
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def an_old_sale(app_of_two):
    with unit_of_work() as session:
        sales_databases.choose(session, "2019")
        sales_partitions.make(session, date(2019, 5, 1), date(2019, 5, 1))
        sale = sample(session, Transaction, sold_on=date(2019, 5, 4), receipt_number="OLD-1")
        rollups.refresh(session)
        return sale.uuid


@pytest.fixture
def ann(app_of_two):
    with unit_of_work() as session:
        ensure_built_in_roles(session)
        user = users.create(session, "ann", by=None, name="Ann Lee")
        users.make_administrator(session, user, by=None)
        session.flush()
        key = user.uuid
    return enter(app_of_two, app_of_two.test_client(), db.session.get(User, key))


def test_migrations_run_for_all(app_of_two):
    assert migrate.databases() == ("core", "trainwreck", "tempmon", "trainwreck.2019")
    assert migrate.current("trainwreck.2019") == migrate.head("trainwreck")
    assert drift.differences("trainwreck.2019") == []


def test_each_database_has_its_own_sales(an_old_sale):
    with unit_of_work() as session:
        assert sales.find(session, receipt="OLD-1") == []
        sales_databases.choose(session, "2019")
        assert [one.uuid for one in sales.find(session, receipt="OLD-1")] == [an_old_sale]
        assert sales.by_day(session, date(2019, 5, 1), date(2019, 5, 31))[0].transactions == 1
        sales_databases.choose(session, None)
        assert sales.find(session, receipt="OLD-1") == []


def test_the_page_shows_the_chosen_database(an_old_sale, ann):
    assert "OLD-1" not in ann.get("/sales/").text
    page = ann.get("/sales/?database=2019").text
    assert f"/sales/{an_old_sale}?database=2019" in page
    assert "OLD-1" in ann.get(f"/sales/{an_old_sale}?database=2019").text
    assert ann.get(f"/sales/{an_old_sale}").status_code == 404
    assert "OLD-1" not in ann.get("/sales/?database=nonsense").text


def test_a_database_that_is_none_is_named(app_of_two):
    with unit_of_work() as session, pytest.raises(sales_databases.NoSuchDatabase, match="2019"):
        sales_databases.choose(session, "1999")


def test_the_command_takes_a_database(an_old_sale, config, storekeeper):
    told = storekeeper("sales", "--database", "2019", "partitions", "list", "--json", config=config)
    assert "2019-05-01" in [one["month"] for one in told.json]
    assert storekeeper("sales", "databases", "--json", config=config).json == ["2019"]
    answer = storekeeper("sales", "--database", "1999", "refresh", config=config)
    assert answer.code == 1
    assert "There is no sales database 1999" in answer.err


def test_a_name_that_no_address_could_have_is_refused(app_config):
    from app.config import Config, Settings
    from app.config.core import CORE_SETTINGS

    told = {"trainwreck.archive.a b": "postgresql://x/y"}
    with pytest.raises(binds.BadUrl, match="letters"):
        binds.archives(Settings(Config.of(told), CORE_SETTINGS))
