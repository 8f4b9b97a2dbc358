"""Grids without their HTML: their pages and filters, as a request would get them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.testing.addresses import OF_EVERY_GRID
from app.web.master.page import Asked, page_of


def url_of(view: Any) -> str:
    return f"/{view.key.replace('_', '-')}/"


def page_at(app: Any, session: Any, view: Any, asked: dict[str, str]) -> Any:
    """The page of a grid as a request gets it, without its HTML."""
    with app.test_request_context(url_of(view)):
        return page_of(  # type: ignore[no-untyped-call]
            session, view.model, view.grid.bound(view.model), MultiDict(asked)
        )


def understood(
    app: Any, session: Any, view: Any, filter_: Any, asked: list[dict[str, str]]
) -> list[dict[str, str]]:
    """Which of these questions the filter understands; the database has answered each."""
    with app.test_request_context(url_of(view)):
        read = [(one, filter_.read(MultiDict(one), session)) for one in asked]
    found = [(one, a) for one, a in read if a is not None and a.where is not None]
    if found:
        session.execute(select(*(_any_record(view, active) for _, active in found)))
    return [one for one, _ in found]


def is_about(grid: Any, address: str) -> bool:
    """Whether a grid reads this address; one filter that it does not have is like another."""
    name = address[1:].partition("=")[0].partition(".")[0]
    return name in grid.filters() or f"?{name}" in OF_EVERY_GRID


def _any_record(view: Any, active: Any) -> Any:
    asked = Asked((active.where,), active.filter.joins)
    return asked.of(select(view.model.uuid)).exists()  # type: ignore[no-untyped-call]
