"""A web service that keeps records as JSON: listed by pages, changed one by one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any
from urllib.parse import quote

import httpx

from app.importing.cells import shown
from app.importing.errors import Rejected
from app.importing.targets.target import Record, Target, TargetTrouble

REFUSED = frozenset((400, 409, 413, 422))
UNDONE = frozenset((429, 503))
"""Busy, and nothing was done."""
BUSY = UNDONE | {502, 504}
LONGEST_WAIT = 60.0
MOST_PAGES = 100_000


class RestTarget(Target):
    """`RestTarget("https://shop.example/api", "/products", key="sku", headers={…})`.

    `GET path` lists, `POST path` creates, `PATCH path/KEY` changes, `DELETE path/KEY` deletes.
    What a service does otherwise is said by overriding a method. It has no transactions.
    """

    client: httpx.Client

    def __init__(
        self,
        url: str,
        path: str,
        *,
        key: str,
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
        tries: int = 4,
        wait: float = 0.5,
    ) -> None:
        self.url, self.path, self.key, self.headers = url, path, key, dict(headers or {})
        self.timeout, self.tries, self.wait = timeout, tries, wait

    def __enter__(self) -> RestTarget:
        self.client = httpx.Client(base_url=self.url, headers=self.headers, timeout=self.timeout)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def records(self, keys: Sequence[Any] | None) -> Iterable[Record]:
        url: str | None = self.path
        seen: set[str] = set()
        while url is not None:
            if url in seen or len(seen) > MOST_PAGES:
                raise TargetTrouble(f"The pages of {self.path} never end; {url} comes again.")
            seen.add(url)
            answer = self.ask("GET", url)
            yield from self.listed(answer)
            url = self.next_page(answer)

    def listed(self, answer: httpx.Response) -> Sequence[Record]:
        """The records of a page: a list, or what is under `items`, `results` or `data`."""
        found = self._json(answer)
        if isinstance(found, dict):
            found = next((found[n] for n in ("items", "results", "data") if n in found), None)
        if not isinstance(found, list):
            raise TargetTrouble(f"{self.path} answers without a list of records.")
        return found

    def next_page(self, answer: httpx.Response) -> str | None:
        """The address of the next page: a link (RFC 8288), or `next` in the document."""
        linked = answer.links.get("next", {}).get("url")
        document = self._json(answer)
        said = document.get("next") if isinstance(document, dict) else None
        if not (url := linked or said):
            return None
        following = answer.url.join(str(url))
        if (following.scheme, following.netloc) != (answer.url.scheme, answer.url.netloc):
            raise TargetTrouble(
                f"{self.path} goes on at {following.host}, which would be told our password."
            )
        return str(following)

    def address(self, record: Record) -> str:
        """Where one record is."""
        return f"{self.path.rstrip('/')}/{quote(str(record[self.key]), safe='')}"

    def create(self, record: Record) -> None:
        self.ask("POST", self.path, dict(record))

    def update(self, record: Record, changed: Sequence[str]) -> None:
        self.ask("PATCH", self.address(record), {name: record[name] for name in changed})

    def delete(self, record: Record) -> None:
        self.ask("DELETE", self.address(record))

    def ask(self, method: str, url: str, document: Any = None) -> httpx.Response:
        """An answer that is fine. Asks again where the service is busy; a creation is asked for
        again only where the service has said that it did nothing."""
        content = None if document is None else json.dumps(document, default=str)
        headers = {"Content-Type": "application/json"} if content else {}
        again = UNDONE if method == "POST" else BUSY
        for left in range(self.tries - 1, -1, -1):
            pause = self.wait * 2 ** (self.tries - 1 - left)
            try:
                answer = self.client.request(method, url, content=content, headers=headers)
            except httpx.TransportError as error:
                if method == "POST" or not left:
                    raise TargetTrouble(f"{self.url} cannot be reached: {error}.") from error
            else:
                if answer.status_code not in again or not left:
                    return self._fine(answer)
                pause = _asked_to_wait(answer) or pause
            time.sleep(min(pause, LONGEST_WAIT))
        raise TargetTrouble(f"{self.url} was not asked.")

    def _fine(self, answer: httpx.Response) -> httpx.Response:
        said = shown(" ".join(answer.text.split()), 200)
        if answer.status_code in REFUSED:
            raise Rejected(f"{answer.status_code} {said}".strip())
        if answer.status_code == httpx.codes.NOT_FOUND and answer.request.method == "DELETE":
            return answer  # somebody was quicker
        if not answer.is_success:
            raise TargetTrouble(f"{answer.request.url.path} answers {answer.status_code}: {said}")
        return answer

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return answer.json(parse_float=str)
        except ValueError as error:
            raise TargetTrouble(
                f"{answer.request.url.path} answers with something else than JSON: "
                f"{shown(answer.text, 60)}"
            ) from error


def _asked_to_wait(answer: httpx.Response) -> float | None:
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else None
