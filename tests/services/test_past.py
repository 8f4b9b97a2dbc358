"""An object as it was: at a moment, field by field, and two states side by side."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.db import db, unit_of_work
from app.db.unit_of_work import change_set_of
from app.db.versioning import versions_of
from app.models.products import Product, ProductPrice
from app.services import history, past, reverting, undoing

START = datetime(2026, 11, 1, tzinfo=UTC)


def day(number):
    return START + timedelta(days=number)


def change(statement, *, on):
    """One change set, on a day of November."""
    with unit_of_work(by="bob") as work:
        work.execute(text(statement))
        number = change_set_of(work)
        moment = {"at": day(on), "id": number}
        work.execute(text("UPDATE transaction SET issued_at = :at WHERE id = :id"), moment)
    return number


@pytest.fixture
def milk(session):
    change(
        "INSERT INTO product (number, description) VALUES ('1', 'Milk');"
        "INSERT INTO product_price (product_uuid, price) SELECT uuid, 2 FROM product",
        on=1,
    )
    change("UPDATE product SET size = '1 gal'; UPDATE product_price SET price = 3", on=3)
    change("DELETE FROM product_price", on=5)
    return session.scalar(select(Product.uuid))  # fmt: skip


@pytest.mark.parametrize(
    ("on", "size", "prices"), [(2, None, [2]), (4, "1 gal", [3]), (6, "1 gal", [])]
)
def test_an_object_is_seen_as_of_a_moment_with_its_parts(session, milk, on, size, prices):
    then = past.as_of(session, Product, milk, day(on))
    assert then.state.size == size
    assert [part.price for part in then.parts[ProductPrice]] == prices


def test_before_it_was_created_it_was_not_there(session, milk):
    then = past.as_of(session, Product, milk, day(0))
    assert (then.state, then.is_known) == (None, True)


def test_before_anything_was_recorded_nothing_is_known(session):
    with unit_of_work(versioning=False) as work:
        work.execute(text("INSERT INTO product (number, description) VALUES ('1', 'Milk')"))
    change("UPDATE product SET size = '1 gal'", on=3)
    uuid = session.scalar(select(Product.uuid))
    assert not past.as_of(session, Product, uuid, day(1)).is_known


def test_a_deleted_object_is_seen_before_and_not_after(session, milk):
    change("DELETE FROM product", on=7)
    assert past.as_of(session, Product, milk, day(6)).state is not None
    assert past.as_of(session, Product, milk, day(8)).state is None


def test_a_timeline_has_each_value_with_its_days(session, milk):
    change("UPDATE product SET notes = 'x'", on=4)
    told = [(s.value, s.start, s.end) for s in past.timeline(session, Product, milk, "size")]
    assert told == [("1 gal", day(3), None), (None, day(1), day(3))]


def test_the_timeline_of_what_was_deleted_ends(session, milk):
    price = session.scalar(select(versions_of(ProductPrice).uuid).limit(1))
    told = past.timeline(session, ProductPrice, price, "price")
    assert [(s.value, s.end) for s in told] == [(Decimal(3), day(5)), (Decimal(2), day(3))]


def test_a_field_without_history_has_no_timeline(session, milk):
    with pytest.raises(past.NoSuchField):
        past.timeline(session, Product, milk, "password_hash")


def test_any_two_states_are_compared_with_their_parts(session, milk):
    numbers = [entry.change_set.id for entry in history.of(session, Product, milk)][::-1]
    changes = past.diff(session, Product, milk, numbers[0], numbers[2])
    assert [(c.model, c.operation) for c in changes] == [
        (Product, "update"), (ProductPrice, "delete")
    ]  # fmt: skip
    assert past.diff(session, Product, milk, numbers[1], numbers[1]) == ()


@pytest.fixture
def overtaken(own_database):
    """Change set A gets its number first and writes the product last; B writes it in between."""
    from app import create_app

    app = create_app(own_database, web=False)
    with app.app_context():
        with unit_of_work() as work:
            work.add(Product(number="1", description="old"))
            work.add(Product(number="2", description="other"))
        with unit_of_work(by="A") as first:
            first.execute(text("UPDATE product SET description = 'A' WHERE number = '2'"))
            a = change_set_of(first)
            with unit_of_work(by="B") as second:
                second.execute(text("UPDATE product SET description = 'B' WHERE number = '1'"))
                b = change_set_of(second)
            first.execute(text("UPDATE product SET description = 'A' WHERE number = '1'"))
        assert a < b
        with unit_of_work() as work:
            yield work, work.scalar(select(Product.uuid).where(Product.number == "1")), a, b
        for engine in db.engines.values():
            engine.dispose()


def test_change_sets_that_ran_at_once_are_told_in_the_order_of_their_writes(overtaken):
    session, milk, a, b = overtaken
    entries = history.of(session, Product, milk)
    assert [entry.change_set.id for entry in entries[:2]] == [a, b]
    told = [entry.changes[0].differences[0] for entry in entries[:2]]
    assert [(d.old, d.new) for d in told] == [("B", "A"), ("old", "B")]
    spans = past.timeline(session, Product, milk, "description")
    assert [span.value for span in spans] == ["A", "B", "old"]
    assert history.latest(session, Product, milk) == a


def test_as_of_a_moment_between_them_is_one_state_and_the_right_one(overtaken):
    session, milk, a, b = overtaken
    begun = {e.change_set.id: e.change_set.issued_at for e in history.of(session, Product, milk)}
    assert past.as_of(session, Product, milk, begun[a]).state.description == "old"
    assert past.as_of(session, Product, milk, begun[b]).state.description == "A"


def test_reverting_and_undoing_the_later_one_leads_to_the_earlier_one(overtaken):
    session, milk, a, b = overtaken
    (step,) = reverting.plan(session, history.entry(session, Product, milk, a))
    assert [(d.old, d.new) for d in step.differences] == [("A", "B")]
    undoing.undo(session, a)
    assert session.get(Product, milk).description == "B"
    undoing.undo(session, b)
    assert session.get(Product, milk).description == "old"
