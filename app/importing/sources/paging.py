"""How web APIs tell that there is more: a link, a number of the page, a cursor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin

import httpx


@dataclass(frozen=True)
class Request:
    """One page to ask for."""

    url: str
    params: Mapping[str, Any]


class Paging(Protocol):
    """A style of paging."""

    def first(self, url: str, params: Mapping[str, Any]) -> Request:
        """The first page."""

    def next(
        self, request: Request, response: httpx.Response, page: Any, count: int
    ) -> Request | None:
        """The page after one that had so many records; None after the last."""


@dataclass(frozen=True)
class NextLink:
    """The next page is a link: in the page at a path, or in the header Link (RFC 8288)."""

    at: str = "next"

    def first(self, url: str, params: Mapping[str, Any]) -> Request:
        return Request(url, params)

    def next(
        self, request: Request, response: httpx.Response, page: Any, count: int
    ) -> Request | None:
        link = inside(page, self.at) or response.links.get("next", {}).get("url")
        return Request(urljoin(str(response.url), link), {}) if isinstance(link, str) else None


@dataclass(frozen=True)
class PageNumber:
    """Pages are counted, and an empty one ends them.

    One that is not full ends nothing: servers give fewer records than they are asked for.
    """

    size: int
    param: str = "page"
    size_param: str = "per_page"
    start: int = 1

    def first(self, url: str, params: Mapping[str, Any]) -> Request:
        return Request(url, {**params, self.param: self.start, self.size_param: self.size})

    def next(
        self, request: Request, response: httpx.Response, page: Any, count: int
    ) -> Request | None:
        if not count:
            return None
        return Request(request.url, {**request.params, self.param: request.params[self.param] + 1})


@dataclass(frozen=True)
class Cursor:
    """A page says by which cursor the next one is asked for; none, null or empty ends it."""

    at: str = "next_cursor"
    param: str = "cursor"

    def first(self, url: str, params: Mapping[str, Any]) -> Request:
        return Request(url, params)

    def next(
        self, request: Request, response: httpx.Response, page: Any, count: int
    ) -> Request | None:
        cursor = inside(page, self.at)
        return Request(request.url, {**request.params, self.param: cursor}) if cursor else None


def inside(page: Any, path: str) -> Any:
    """What stands at a path such as `meta/next`; None where there is nothing."""
    for name in filter(None, path.split("/")):
        page = page.get(name) if isinstance(page, dict) else None
    return page
