"""Records of a web API, page by page, asked for patiently and never taken by half.

api = RestSource("https://shop.example/api", headers={"Authorization": f"Bearer {token}"})
for record in api.records("products", paging=NextLink("next"), at="items"): ...
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from app.importing.errors import BadSource
from app.importing.sources.paging import NextLink, Paging, Request, inside

TRIES = 6
LONGEST_WAIT = 120.0
"""Seconds; a server that asks for more patience is given up."""
LARGEST_PAGE = 64 << 20
PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))


@dataclass
class RestSource:
    """One API. `per_second` is the most requests it may get; None means as many as come."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    per_second: float | None = None
    seconds: float = 60.0
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._next = 0.0
        self._client = httpx.Client(
            headers={"Accept": "application/json", **self.headers},
            timeout=self.seconds, transport=self.transport, follow_redirects=False,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._client.close()

    def records(
        self,
        path: str,
        *,
        paging: Paging | None = None,
        at: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """All records of all pages; `at` is the path to the list in a page, such as `data/items`.

        Raises BadSource when a page cannot be had, is no JSON, or came before.
        """
        paging = paging or NextLink()
        request: Request | None = paging.first(self._address(path), dict(params or {}))
        seen: set[bytes] = set()
        while request is not None:
            response = self.get(request.url, request.params)
            page = self._json(response)
            found = inside(page, at)
            if not isinstance(found, list):
                raise BadSource(
                    f"{response.url} has no list of records{f' at {at}' if at else ''}."
                )
            if found:
                self._note(seen, found, response)
            for record in found:
                if not isinstance(record, dict):
                    raise BadSource(f"{response.url} has a record that is no object.")
                yield record
            request = paging.next(request, response, page, len(found))
            self._require_ours(request)

    def get(self, url: str, params: Mapping[str, Any] | None = None) -> httpx.Response:
        """An answer that is fine; what may pass is asked again. Raises BadSource."""
        for tried in range(1, TRIES + 1):
            self._wait_for_turn()
            try:
                response = self._client.get(url, params=params or None)
            except (httpx.TransportError, httpx.DecodingError) as error:
                why, wait = f"{type(error).__name__}: {error}".rstrip(".: "), 2.0**tried / 2
            else:
                if response.status_code not in PASSING:
                    return self._fine(response)
                why, wait = _status(response), _patience(response, 2.0**tried / 2)
            if tried == TRIES or wait > LONGEST_WAIT:
                break
            self.sleep(wait)
        tries = f", also when asked {tried} times" if tried > 1 else ""
        raise BadSource(f"{_bare(url)} cannot be read{tries}: {why}. Nothing was written.")

    def _fine(self, response: httpx.Response) -> httpx.Response:
        if response.status_code in (401, 403):
            raise BadSource(
                f"{_bare(response.url)} refuses us ({_status(response)}); is the key right?"
            )
        if response.is_redirect:
            raise BadSource(f"{_bare(response.url)} sends us elsewhere ({_status(response)}).")
        if response.is_error:
            raise BadSource(f"{_bare(response.url)} cannot be read: {_status(response)}.")
        if len(response.content) > LARGEST_PAGE:
            raise BadSource(
                f"{_bare(response.url)} gives more than {LARGEST_PAGE >> 20} MB at once."
            )
        return response

    def _json(self, response: httpx.Response) -> Any:
        try:
            return response.json(parse_float=str)  # no digit of a price is lost
        except ValueError as error:
            kind = response.headers.get("content-type", "no type").partition(";")[0]
            begin = response.text.lstrip()[:15].lower()
            looks = "a web page" if begin.startswith(("<!doctype", "<html")) else kind
            raise BadSource(f"{_bare(response.url)} gives {looks} and no JSON.") from error

    def _note(self, seen: set[bytes], found: list[Any], response: httpx.Response) -> None:
        digest = sha256(json.dumps(found).encode()).digest()
        if digest in seen:
            raise BadSource(
                f"{_bare(response.url)} gives a page for the second time; nothing was written."
            )
        seen.add(digest)

    def _require_ours(self, request: Request | None) -> None:
        """A link to the next page must not carry our key to somebody else."""
        if request and urlsplit(request.url)[:2] != urlsplit(self.url)[:2]:
            raise BadSource(f"{_bare(self.url)} names a next page elsewhere: {_bare(request.url)}.")

    def _wait_for_turn(self) -> None:
        if self.per_second:
            if (wait := self._next - self.clock()) > 0:
                self.sleep(wait)
            self._next = max(self._next, self.clock()) + 1 / self.per_second

    def _address(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path.lstrip('/')}"


def _patience(response: httpx.Response, otherwise: float) -> float:
    """Seconds to wait, as Retry-After says them or a moment (RFC 9110 10.2.3)."""
    said = response.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return otherwise


def _status(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()


def _bare(url: httpx.URL | str) -> str:
    """The address without what may be secret in its query."""
    return str(url).partition("?")[0]
