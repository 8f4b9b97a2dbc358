"""Pages follow each other without a gap or a double, whatever the sort, and with empty values."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.models.products import Product
from app.web.master.page import COUNT_TO, page_of
from app.web.views.products import ProductView

GRID = ProductView.grid.bound(Product)
SIZES = [None, "1 oz", "2 oz", "2 oz", "", "Ü", "'; DROP TABLE product"]


@pytest.fixture
def shelf(session):
    """130 products, many with the same size, many with none."""
    session.add_all(
        Product(number=f"{n:03}", description=f"Thing {n % 7}", size=SIZES[n % len(SIZES)])
        for n in range(130)
    )
    session.flush()
    return session


def walk(session, step, **asked):
    """All numbers from one end to the other."""
    found, place = [], {"last": "1"} if step == "back" else {}
    while place is not None:
        assert len(found) < 1000, "the pages go in a circle"
        page = ask(session, **asked, **{key: str(value) for key, value in place.items()})
        numbers = [row.record.number for row in page.rows]
        found = numbers + found if step == "back" else found + numbers
        place = getattr(page, step)
    return found


def ask(session, **asked):
    return page_of(session, Product, GRID, MultiDict(asked))


@pytest.mark.parametrize(
    "sort", ["description", "-description", "size", "-size", "number", "-price", "brand"]
)
def test_forwards_and_backwards_see_every_row_once_in_one_order(shelf, sort):
    onwards = walk(shelf, "next", sort=sort, per="25")
    assert len(onwards) == len(set(onwards)) == 130
    assert walk(shelf, "back", sort=sort, per="25") == onwards


def test_a_filter_keeps_the_order_and_the_count(shelf):
    page = ask(shelf, description="thing 3", per="25")
    assert page.count.shown == sum(1 for n in range(130) if n % 7 == 3)
    assert walk(shelf, "next", description="thing 3", per="25", sort="-size") == walk(
        shelf, "back", description="thing 3", per="25", sort="-size"
    )


def test_the_place_is_told_from_first_to_last(shelf):
    first = ask(shelf, per="50")
    last = ask(shelf, per="50", last="1")
    assert (first.first, first.last, first.count.shown) == (1, 50, 130)
    assert (last.first, last.last) == (81, 130)
    assert first.back is None
    assert last.next is None


def test_many_rows_are_counted_only_so_far(session, monkeypatch):
    monkeypatch.setattr("app.web.master.page.COUNT_TO", 20)
    session.add_all(Product(number=str(n), description="Thing") for n in range(60))
    session.flush()
    page = ask(session, description="thing", per="25")
    assert page.count.number == 21
    assert len(page.rows) == 25
    assert COUNT_TO == 10_000


@given(
    st.dictionaries(
        st.sampled_from(["after", "before", "sort", "per", "from", "description", "price"]),
        st.text(max_size=40),
    )
)
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_any_address_is_answered(app, session, asked):
    with app.test_request_context():
        ask(session, **asked)
