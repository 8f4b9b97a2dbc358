"""The trigger records what was written, whoever wrote it, once for each object and change set."""

import threading

import pytest
from sqlalchemy import select, text

from app.db import db, unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import ChangeSet, versioned_models, versions_of
from app.models.products import Product
from app.models.users import User


def versions(session, number="1"):
    model = versions_of(Product)
    query = select(model).where(model.number == number).order_by(model.transaction_id)
    return [
        (v.operation_type, v.description, v.end_transaction_id is None)
        for v in session.scalars(query)
    ]


@pytest.fixture
def milk(session):
    with unit_of_work(by="ann", origin="web") as work:
        work.add(Product(number="1", description="Milk"))
    return session.scalars(select(Product)).one()


def test_several_writes_in_one_change_set_are_one_version(session):
    with unit_of_work() as work:
        milk = Product(number="1", description="Milk")
        work.add(milk)
        work.flush()
        milk.description = "Whole milk"
        work.flush()
        work.execute(text("UPDATE product SET size = '1 gal'"))
    assert versions(session) == [(0, "Whole milk", True)]


def test_an_update_closes_the_version_before_it(session, milk):
    with unit_of_work() as work:
        work.execute(text("UPDATE product SET description = 'Whole milk'"))
    assert versions(session) == [(0, "Milk", False), (1, "Whole milk", True)]


def test_a_second_update_in_a_change_set_folds_into_the_first(session, milk):
    with unit_of_work() as work:
        work.execute(text("UPDATE product SET description = 'Whole milk'"))
        work.execute(text("UPDATE product SET description = 'Fresh milk'"))
    assert versions(session) == [(0, "Milk", False), (1, "Fresh milk", True)]


def test_pages_of_every_version_table_have_room_for_the_end_of_their_versions(session):
    query = text("SELECT reloptions FROM pg_class WHERE relname = :name")
    tables = [versions_of(model).__table__.name for model in versioned_models()]
    found = {name: session.scalar(query, {"name": name}) for name in tables}
    assert {name for name, told in found.items() if told != ["fillfactor=50"]} == set()


def test_an_update_that_changes_nothing_leaves_no_trace(session, milk):
    with unit_of_work() as work:
        work.execute(text("UPDATE product SET description = description"))
        assert change_set_of(work) is None
    assert versions(session) == [(0, "Milk", True)]


def test_created_and_deleted_in_one_change_set_never_was(session):
    with unit_of_work() as work:
        work.execute(text("INSERT INTO product (number, description) VALUES ('1', 'Milk')"))
        work.execute(text("DELETE FROM product"))
    assert versions(session) == []


def test_deleted_and_created_again_in_one_change_set_is_an_update(session, milk):
    with unit_of_work() as work:
        work.execute(text("DELETE FROM product"))
        work.add(Product(uuid=milk.uuid, number="1", description="Oat milk"))
    assert versions(session) == [(0, "Milk", False), (1, "Oat milk", True)]


def test_changed_and_deleted_in_one_change_set_is_remembered_as_it_was_before(session, milk):
    with unit_of_work() as work:
        work.execute(text("UPDATE product SET description = 'Sour milk'"))
        work.execute(text("DELETE FROM product"))
    assert versions(session) == [(0, "Milk", False), (2, "Milk", True)]


def test_changed_without_history_and_then_deleted_is_remembered_as_it_was_last(session, milk):
    with unit_of_work(versioning=False) as work:
        work.execute(text("UPDATE product SET description = 'Sour milk'"))
    with unit_of_work() as work:
        work.execute(text("DELETE FROM product"))
    assert versions(session) == [(0, "Milk", False), (2, "Sour milk", True)]


def test_what_was_deleted_may_come_back_later(session, milk):
    with unit_of_work() as work:
        work.execute(text("DELETE FROM product"))
    with unit_of_work() as work:
        work.add(Product(uuid=milk.uuid, number="1", description="Milk"))
    assert versions(session) == [(0, "Milk", False), (2, "Milk", False), (0, "Milk", True)]


def test_a_key_that_changes_is_a_deletion_and_a_creation(session, milk):
    with unit_of_work() as work:
        work.execute(text("UPDATE product SET uuid = uuidv7()"))
    kinds = sorted(kind for kind, _, is_open in versions(session) if is_open)
    assert kinds == [0, 2]


def test_truncate_is_recorded_too(session, milk):
    with unit_of_work() as work:
        work.execute(text("TRUNCATE product CASCADE"))
    assert versions(session)[-1] == (2, "Milk", True)


def test_copy_is_recorded_too(session):
    import io

    with unit_of_work(origin="import") as work:
        raw = work.connection().connection.cursor()
        raw.copy_expert("COPY product (number, description) FROM STDIN", io.StringIO("1\tMilk\n"))
    assert versions(session) == [(0, "Milk", True)]


def test_nothing_is_recorded_while_it_is_off_and_old_history_stays(session, milk):
    with unit_of_work(versioning=False) as work:
        work.execute(text("UPDATE product SET description = 'Secret'"))
    assert versions(session) == [(0, "Milk", True)]


def test_a_dry_run_leaves_no_trace(session):
    with unit_of_work(dry_run=True) as work:
        work.add(Product(number="1", description="Milk"))
        work.flush()
        assert change_set_of(work) is not None
    assert versions(session) == []
    assert session.scalars(select(Product)).all() == []


def test_who_when_why_and_from_where_are_kept(session, milk):
    change_set = session.scalars(select(ChangeSet).order_by(ChangeSet.id.desc()).limit(1)).one()
    assert (change_set.actor, change_set.origin, change_set.database_role) == (
        "ann",
        "web",
        "postgres",
    )
    assert change_set.issued_at.tzinfo is not None


def test_somebody_in_psql_is_known_by_the_database_role(session, milk):
    session.rollback()
    session.execute(
        text("SELECT set_config('sk.author', '', true), set_config('sk.change_set', '', true)")
    )
    session.execute(text("UPDATE product SET size = '1 gal'"))
    change_set = session.get(ChangeSet, change_set_of(session))
    assert (change_set.origin, change_set.actor) == ("sql", "postgres")


def test_a_change_set_left_behind_by_another_transaction_is_not_believed(session, milk):
    session.execute(text("SELECT set_config('sk.change_set', '1:424242', true)"))
    session.execute(text("UPDATE product SET size = '1 gal'"))
    assert change_set_of(session) != 424242


def test_secrets_have_no_history(session):
    with unit_of_work() as work:
        work.add(User(username="ann", password_hash="$argon2id$secret", session_key="key"))
    columns = versions_of(User).__table__.columns.keys()
    assert not {"password_hash", "session_key", "last_login_at"} & set(columns)


def test_a_change_of_a_secret_alone_is_no_change(session):
    with unit_of_work() as work:
        work.add(User(username="ann"))
    with unit_of_work() as work:
        work.execute(text("UPDATE \"user\" SET password_hash = 'x'"))
        assert change_set_of(work) is None


def test_eight_writers_at_once_leave_one_unbroken_chain(own_database):
    """Real threads and real commits: each version ends where the next begins."""
    from app import create_app

    app = create_app(own_database, web=False)
    with app.app_context(), unit_of_work() as work:
        work.add(Product(number="1", description="0"))

    def write():
        with app.app_context():
            for _ in range(10):
                with unit_of_work() as work:
                    work.execute(text("UPDATE product SET description = description::int + 1"))

    threads = [threading.Thread(target=write) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    with app.app_context():
        with unit_of_work() as work:
            rows = sorted(
                work.scalars(select(versions_of(Product))), key=lambda row: int(row.description)
            )
            assert [row.description for row in rows] == [str(count) for count in range(81)]
            ends = [row.end_transaction_id for row in rows]
            assert ends == [row.transaction_id for row in rows[1:]] + [None]
        for engine in db.engines.values():
            engine.dispose()
