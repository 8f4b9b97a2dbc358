"""The contract of every view: who may see it, how it sorts, filters, pages, saves and refuses.

A project gets these tests by `from app.testing.views import *` in a test module. With
`of_plugin = "poser"` beside it they are about the views of that plugin only.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import uuid4

from sqlalchemy import event

from app.testing.addresses import ADDRESSES, TOKENS
from app.testing.downloads import is_formula, rows_of_csv, rows_of_workbook
from app.testing.grids import is_about, page_at, understood, url_of
from app.testing.pages import fields_of, names_of, token_of
from app.testing.samples import sample
from app.web.master.page import Order
from app.web.master.place import place_of

__all__ = [
    "pytest_generate_tests",
    "test_a_bad_form_comes_back_with_reasons",
    "test_a_grid_is_a_file_for_those_who_may",
    "test_a_new_form_takes_anything_from_its_address",
    "test_a_record_has_a_page_and_a_history",
    "test_an_empty_grid_says_so",
    "test_an_unknown_record_is_not_found",
    "test_any_address_of_a_grid_is_answered",
    "test_deleting_shows_first_what_it_does",
    "test_each_column_filters",
    "test_each_column_sorts_both_ways_and_pages",
    "test_nobody_is_sent_to_the_login",
    "test_saving_an_unchanged_form_changes_nothing",
    "test_suggestions_answer_to_anything",
    "test_the_fragment_is_only_the_grid",
    "test_the_number_of_queries_does_not_grow_with_the_rows",
    "test_without_permission_it_is_refused",
]

F = TypeVar("F", bound=Callable[..., Any])


def pytest_generate_tests(metafunc: Any) -> None:
    """One test for each view and page that exists."""
    if "view" not in metafunc.fixturenames:
        return
    from app.db.projects import load_models
    from app.plugins import Registry, load_plugins

    registry = Registry(load_plugins())
    load_models(registry)
    declared = registry.all("views", of=getattr(metafunc.module, "of_plugin", None))
    views = [view for view in declared.values() if hasattr(view, "model")]
    needs = getattr(metafunc.function, "needs", ())
    metafunc.parametrize(
        "view", [v for v in views if set(needs) <= set(v.allow)], ids=lambda view: view.key
    )


def needs(*pages: str) -> Callable[[F], F]:
    """A test only for the views that have these pages."""

    def mark(function: F) -> F:
        function.needs = pages  # type: ignore[attr-defined]
        return function

    return mark


@needs("list")
def test_nobody_is_sent_to_the_login(client: Any, view: Any) -> None:
    answer = client.get(url_of(view))
    assert answer.status_code in {302, 303}
    assert answer.location.startswith("/login")


@needs("list")
def test_without_permission_it_is_refused(session: Any, signed_in: Any, view: Any) -> None:
    record = sample(session, view.model)
    client = signed_in("nothing.at_all")
    for page, _ in _pages(view, record):
        assert client.get(page).status_code == 403, page


@needs("list")
def test_an_empty_grid_says_so(signed_in: Any, view: Any) -> None:
    answer = signed_in("*").get(url_of(view) + "?per=25")
    assert answer.status_code == 200
    assert 'id="grid"' in answer.text


@needs("list")
def test_the_fragment_is_only_the_grid(session: Any, signed_in: Any, view: Any) -> None:
    sample(session, view.model)
    answer = signed_in("*").get(url_of(view), headers={"HX-Request": "true", "HX-Target": "grid"})
    assert answer.text.lstrip().startswith('<section class="grid" id="grid"')


@needs("list")
def test_each_column_sorts_both_ways_and_pages(
    app: Any, session: Any, signed_in: Any, view: Any
) -> None:
    for _ in range(3):
        sample(session, view.model)
    names = [column.name for column in view.grid.bound(view.model).columns]
    for name in names:
        for sort in (name, f"-{name}"):
            page_at(app, session, view, {"sort": sort, "column": name, "per": "2"})
    answer = signed_in("*").get(url_of(view), query_string={"column": names})
    assert answer.status_code == 200
    assert "aria-sort" in answer.text


@needs("list")
def test_each_column_filters(app: Any, session: Any, signed_in: Any, view: Any) -> None:
    sample(session, view.model)
    tries = ("7", "2026-11-23", "x' OR '1'='1", "", "%")
    filters = view.grid.bound(view.model).filters()
    for name, filter_ in filters.items():
        asked = [
            {name: text, f"{name}.verb": verb, f"{name}.to": text}
            for verb in filter_.verbs
            for text in tries
        ]
        fine = understood(app, session, view, filter_, asked)
        page_at(app, session, view, fine[0] if fine else asked[0])
    client = signed_in("*")
    for text in tries[1:3]:
        asked_for = dict.fromkeys(filters, text)
        assert client.get(url_of(view), query_string=asked_for).status_code == 200


@needs("list")
def test_any_address_of_a_grid_is_answered(
    app: Any, session: Any, signed_in: Any, view: Any
) -> None:
    grid = view.grid.bound(view.model)
    tokens = [base64.urlsafe_b64encode(token.encode()).decode() for token in TOKENS]
    for column in [c for c in grid.columns if c.is_sortable][:3]:
        places = {
            place_of(token, Order(column, False)): token  # type: ignore[no-untyped-call]
            for token in tokens
        }
        for token in places.values():  # the same place is the same page
            page_at(app, session, view, {"after": token, "sort": column.name})
    for address in ADDRESSES:
        if is_about(grid, address):
            page_at(app, session, view, dict(parse_qsl(address[1:], keep_blank_values=True)))
    client = signed_in("*")
    for address in ADDRESSES[::8]:
        assert client.get(url_of(view) + address).status_code == 200, address


@needs("list")
def test_the_number_of_queries_does_not_grow_with_the_rows(
    app: Any, session: Any, signed_in: Any, view: Any
) -> None:
    client = signed_in("*")
    sample(session, view.model)
    client.get(url_of(view))
    few = _queries(session, lambda: client.get(url_of(view)))
    for _ in range(5):
        sample(session, view.model)
    many = _queries(session, lambda: client.get(url_of(view)))
    assert many <= few + 1  # rows without a sort value may be asked for on their own


@needs("list")
def test_a_grid_is_a_file_for_those_who_may(session: Any, signed_in: Any, view: Any) -> None:
    sample(session, view.model)
    refused = signed_in(f"{view.key}.list")
    address = f"{url_of(view)}download"
    assert refused.get(address).status_code == 403
    assert refused.post(address).status_code == 403
    assert f"{address}?format" not in refused.get(url_of(view)).text
    client = signed_in("*")
    names = [column.name for column in view.grid.bound(view.model).columns]
    for asked in ({}, {"column": names}):
        header, *rows = rows_of_csv(client.get(address, query_string=asked))
        workbook = client.get(address, query_string={**asked, "format": "xlsx"})
        assert rows_of_workbook(workbook) == [header, *rows]
        assert rows
        assert not [cell for row in rows for cell in row if is_formula(cell)]


@needs("view")
def test_a_record_has_a_page_and_a_history(session: Any, signed_in: Any, view: Any) -> None:
    record = sample(session, view.model)
    client = signed_in("*")
    assert client.get(f"{url_of(view)}{record.uuid}").status_code == 200
    history = client.get(f"{url_of(view)}{record.uuid}/history")
    assert history.status_code == (200 if view().has_history else 404)


@needs("view")
def test_an_unknown_record_is_not_found(signed_in: Any, view: Any) -> None:
    client = signed_in("*")
    for tail in ("", "/edit", "/delete", "/history", "/revert/1", "/revert/99999999999999999999"):
        assert client.get(f"{url_of(view)}{uuid4()}{tail}").status_code in {404, 405, 422}, tail
    assert client.get(f"{url_of(view)}not-a-uuid").status_code == 404


@needs("edit")
def test_saving_an_unchanged_form_changes_nothing(session: Any, signed_in: Any, view: Any) -> None:
    from app.services import history

    record = sample(session, view.model)
    client = signed_in("*")
    session.commit()
    before = history.latest(session, view.model, record.uuid)
    url = f"{url_of(view)}{record.uuid}/edit"
    answer = client.post(url, data=fields_of(client.get(url).text))
    assert answer.status_code in {302, 303}, answer.text
    assert history.latest(session, view.model, record.uuid) == before


@needs("create")
def test_a_new_form_takes_anything_from_its_address(signed_in: Any, view: Any) -> None:
    client = signed_in("*")
    names = names_of(client.get(f"{url_of(view)}new").text)
    for text in ("\0", "1e400", str(uuid4())):
        address = f"{url_of(view)}new"
        answer = client.get(address, query_string=dict.fromkeys(names, text))
        assert answer.status_code == 200, text


@needs("list")
def test_suggestions_answer_to_anything(session: Any, signed_in: Any, view: Any) -> None:
    sample(session, view.model)
    client = signed_in("*")
    for text in ("", "a", "%", "\0", "x" * 500):
        assert client.get(f"{url_of(view)}options", query_string={"q": text}).status_code == 200


@needs("create")
def test_a_bad_form_comes_back_with_reasons(signed_in: Any, view: Any) -> None:
    client = signed_in("*")
    url = f"{url_of(view)}new"
    page = client.get(url)
    assert page.status_code == 200
    token = token_of(page.text)
    for text in ("", "\0", "x" * 30_000, "1e400", "' OR 1=1 --<script>alert(1)</script>"):
        given = dict.fromkeys(names_of(page.text), text)
        answer = client.post(url, data={**given, "csrf_token": token})
        assert answer.status_code in {302, 422}, text
        assert "<script>alert(1)" not in answer.text
        if not text:
            assert answer.status_code == 422
            assert 'role="alert"' in answer.text


@needs("delete")
def test_deleting_shows_first_what_it_does(session: Any, signed_in: Any, view: Any) -> None:
    record = sample(session, view.model)
    client = signed_in("*")
    page = client.get(f"{url_of(view)}{record.uuid}/delete")
    assert page.status_code == 200
    assert session.get(view.model, record.uuid) is not None
    answer = client.post(page.request.path, data={"csrf_token": token_of(page.text)})
    assert answer.status_code in {302, 303}, answer.text
    session.expire_all()
    assert session.get(view.model, record.uuid) is None


def _pages(view: Any, record: Any) -> list[tuple[str, str]]:
    there = {
        "list": "",
        "create": "new",
        "view": f"{record.uuid}",
        "edit": f"{record.uuid}/edit",
        "delete": f"{record.uuid}/delete",
    }
    return [(url_of(view) + tail, page) for page, tail in there.items() if page in view.allow]


def _queries(session: Any, act: Any) -> int:
    connection = session.connection()
    seen: list[str] = []

    def count(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(connection.engine, "before_cursor_execute", count)
    try:
        act()
    finally:
        event.remove(connection.engine, "before_cursor_execute", count)
    return len(seen)
