"""Looking at all checks at once: each in a thread of its own, and none may hold up the others."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from app.services.health.check import Check, Node, Verdict, bad, quiet

log = logging.getLogger("storekeeper.health")


@dataclass(frozen=True)
class Looked:
    """A check with its verdict, and how long looking took; `broke`: it told no verdict itself."""

    check: Check
    verdict: Verdict
    seconds: float
    broke: bool = False

    @property
    def key(self) -> str:
        return self.check.key

    @property
    def state(self) -> str:
        return self.verdict.state


def look(
    app: Any, *, deep: bool = False, keys: Collection[str] | None = None, ready: bool = False
) -> list[Looked]:
    """The verdicts of all checks of this node, in the order of their declaration.

    With `keys` only these; with `ready` only those without which it can serve nobody.
    """
    declared: Iterable[Check] = app.extensions["storekeeper"].all("checks").values()
    wanted = [
        check
        for check in declared
        if (check.key in keys if keys is not None else deep or not check.deep)
        and (check.ready or not ready)
    ]
    seats = [_Seat(check, Node(app)) for check in wanted]
    for seat in seats:
        seat.thread.start()
    return _forgiven([seat.result() for seat in seats])


class Watch:
    """What was seen lately: looked at again when it is old, by one at a time."""

    def __init__(self, look: Callable[[], list[Looked]], keep: float) -> None:
        self._look, self._keep = look, keep
        self._lock = threading.Lock()
        self._seen: list[Looked] = []
        self._until = 0.0

    def seen(self) -> list[Looked]:
        """At most `keep` seconds old; a little older while another thread looks again."""
        if time.monotonic() >= self._until and self._lock.acquire(blocking=not self._seen):
            try:
                if time.monotonic() >= self._until:
                    self._seen = self._look()
                    self._until = time.monotonic() + self._keep
            finally:
                self._lock.release()
        return self._seen


class _Seat:
    """A check that is looked at, in a thread that ends with the process if it hangs."""

    def __init__(self, check: Check, node: Node) -> None:
        self.check, self.node = check, node
        self.began = time.monotonic()
        self.found: Looked | None = None
        self.thread = threading.Thread(target=self._work, name=f"check {check.key}", daemon=True)

    def result(self) -> Looked:
        longest = self.check.longest.total_seconds()
        self.thread.join(max(self.began + longest - time.monotonic(), 0))
        if self.found is not None:
            return self.found
        verdict = bad(
            "There was no answer within %(seconds)s seconds.",
            "See whether it hangs, or whether the network to it is slow.",
            seconds=f"{longest:g}",
        )
        return Looked(self.check, verdict, longest, broke=True)

    def _work(self) -> None:
        broke = False
        try:
            with self.node.app.app_context():
                verdict = self.check.look(self.node)
        except Exception as error:
            # Whatever breaks is the answer; the others go on.
            log.info("the check %s broke", self.check.key, exc_info=error)
            broke, verdict = True, _broken(error)
        self.found = Looked(self.check, verdict, time.monotonic() - self.began, broke)


def _broken(error: Exception) -> Verdict:
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return bad(
        "Looking failed: %(error)s",
        "The log of this process has the details.",
        error=words[0] if words else type(error).__name__,
    )


def _forgiven(found: list[Looked]) -> list[Looked]:
    """What broke only since another part is away is not a fault of its own."""
    away = {one.key for one in found if one.state == "bad"}
    return [
        Looked(one.check, quiet("Not known: a part that it needs does not work."), one.seconds)
        if one.broke and not away.isdisjoint(one.check.needs)
        else one
        for one in found
    ]
