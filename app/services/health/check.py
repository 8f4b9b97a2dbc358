"""A check: one thing to look at, and what is answered: how it is, a fact, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, text

from app.config import Settings
from app.db import db
from app.plugins import Registry

STATES = ("good", "warn", "bad", "quiet")
LONGEST = timedelta(seconds=5)
LONGEST_QUERY = 4000  # milliseconds; less than a check may take, so that it can still tell


@dataclass(frozen=True)
class Verdict:
    """How it is: good, warn, bad, or quiet where there is nothing to look at.

    `fact` and `do` are sentences; what changes in them is `%(name)s` of `facts`, so that they can
    be translated.
    """

    state: str
    fact: str
    do: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fact_told(self) -> str:
        """The fact in English."""
        return self.fact % self.facts if self.facts else self.fact

    @property
    def do_told(self) -> str:
        """What to do, in English."""
        return self.do % self.facts if self.facts else self.do


def good(fact: str, /, **facts: Any) -> Verdict:
    """All is well."""
    return Verdict("good", fact, facts=facts)


def warn(fact: str, do: str, /, **facts: Any) -> Verdict:
    """It works, and somebody should look at it soon."""
    return Verdict("warn", fact, do, facts)


def bad(fact: str, do: str, /, **facts: Any) -> Verdict:
    """It does not work."""
    return Verdict("bad", fact, do, facts)


def quiet(fact: str, /, **facts: Any) -> Verdict:
    """There is nothing to look at here."""
    return Verdict("quiet", fact, facts=facts)


class Node:
    """What a check may ask: this node's settings, plugins and databases."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.settings: Settings = app.extensions["settings"]
        self.registry: Registry = app.extensions["storekeeper"]

    def setting(self, key: str) -> Any:
        """The value of a setting; None where no plugin declares it."""
        declared = self.registry.all("settings").get(key)
        return None if declared is None else self.settings[declared]

    @contextmanager
    def connect(self, bind: str = "core") -> Iterator[Connection]:
        """A connection that gives up before the check does; what it does is rolled back."""
        with engine(bind).connect() as connection:
            connection.execute(text(f"SET LOCAL statement_timeout = {LONGEST_QUERY}"))
            yield connection


@dataclass(frozen=True)
class Check:
    """Something that can be well or not.

    Check("shelf_printer", "Printer of shelf labels", printer_answers)

    `look` gets a Node, in an application context and a thread of its own, and returns a Verdict;
    what it raises counts as bad, and so does silence for longer than `longest`. While a check that
    it `needs` is bad, nothing can be said of this one. `ready`: this node can serve nobody while
    it is bad. `deep`: it is looked at only where somebody asks for everything. An incident `opens`
    while it is bad, unless another part says so already.
    """

    key: str
    title: str
    look: Callable[[Node], Verdict]
    needs: tuple[str, ...] = ()
    ready: bool = False
    deep: bool = False
    opens: bool = True
    longest: timedelta = LONGEST


def engine(bind: str) -> Engine:
    """The engine of a bind, with connections of its own."""
    found: Engine = db.engines[None if bind == "core" else bind].engine
    return found
