"""Who writes, and why: said once at the start of a database transaction."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from uuid import UUID

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

from app.db.base import db

log = logging.getLogger("storekeeper.history")

Origin = Literal["web", "import", "batch", "datasync", "api", "cli", "sql"]


class Person(Protocol):
    """Whoever can be named as the author of a change; a `User` is one."""

    @property
    def uuid(self) -> UUID: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Author:
    """What a change set remembers about the writer.

    `by` is a user or, when no user is known, a name. `really` is the person behind a user who
    acts as somebody else. With `versioning=False` nothing of this unit of work is recorded. By
    `request_id` the log tells more.
    """

    by: Person | str | None = None
    origin: Origin = "cli"
    reason: str | None = None
    run: UUID | None = None
    really: Person | None = None
    remote_address: str | None = None
    versioning: bool = True
    request_id: str | None = None

    def as_json(self) -> str:
        known = isinstance(self.by, str) or self.by is None
        facts = {
            "origin": self.origin,
            "actor": None if self.by is None else str(self.by),
            "actor_uuid": None if known else str(self.by.uuid),  # type: ignore[union-attr]
            "real_actor": None if self.really is None else str(self.really),
            "real_actor_uuid": None if self.really is None else str(self.really.uuid),
            "reason": self.reason,
            "run_uuid": None if self.run is None else str(self.run),
            "remote_address": self.remote_address,
            "request_id": self.request_id,
        }
        return json.dumps({name: fact for name, fact in facts.items() if fact is not None})

    def told(self) -> dict[str, str]:
        """What the log tells with a change set, beside what it knows of a request."""
        facts = {"origin": self.origin, "reason": self.reason, "run": self.run, "user": self.by}
        return {name: str(fact) for name, fact in facts.items() if fact is not None}


def announce(session: Session, author: Author) -> None:
    """Sign everything this session writes from its next transaction on."""
    session.info["author"] = author


@contextmanager
def unit_of_work(
    *,
    by: Person | str | None = None,
    origin: Origin = "cli",
    reason: str | None = None,
    run: UUID | None = None,
    dry_run: bool = False,
    versioning: bool = True,
    really: Person | None = None,
) -> Iterator[Session]:
    """Yield a session of its own; commit at the end, or roll back on error or dry run.

    All that is written in it becomes one change set. Needs an application context.
    """
    with db.session.session_factory() as session:
        announce(session, Author(by, origin, reason, run, really, versioning=versioning))
        yield session
        if dry_run:
            session.rollback()
        else:
            session.commit()


def connection_to(session: Session, bind: str) -> Connection:
    """The connection by which a session reaches one of the databases, inside its transaction."""
    name = session.info.get("databases", {}).get(bind)
    key = None if bind == "core" else f"{bind}.{name}" if name else bind
    return session.connection(bind_arguments={"bind": db.engines[key]})


def choose_database(session: Session, bind: str, name: str | None) -> None:
    """Let a session ask, instead of the database of a bind, that of this name; None: its own."""
    databases = {**session.info.get("databases", {}), bind: name}
    chosen = {bind: name for bind, name in databases.items() if name}
    if chosen != session.info.get("databases", {}):
        session.expunge_all()  # the same keys may mean other rows there
        session.info["databases"] = chosen


def change_set_of(session: Session) -> int | None:
    """The id of the change set of the running transaction; None while nothing was written."""
    number: int | None = session.scalar(_CURRENT)
    return number


def say_reason(session: Session, reason: str, *, by: Person | str | None = None) -> None:
    """Tell why the running transaction writes; what was told at its start is kept behind it.

    `by` is taken where nobody was announced.
    """
    session.execute(_SAY_REASON, {"reason": reason, "author": Author(by).as_json()})


_SAY_REASON = text(
    "WITH said AS (SELECT coalesce(nullif(current_setting('sk.author', true), ''), :author)::jsonb"
    "  AS author),"
    " told AS (SELECT concat_ws(': ', :reason, nullif(author->>'reason', '')) AS reason FROM said),"
    " kept AS (UPDATE transaction t SET reason = told.reason FROM told"
    "  WHERE t.id = current_change_set_id())"
    " SELECT set_config('sk.author', (author || jsonb_build_object('reason', reason))::text, true)"
    " FROM said, told"
)
_SAY = text(
    "SELECT set_config('sk.author', :author, true), set_config('sk.versioning', :versioning, true),"
    " set_config('sk.change_set', '', true)"
)


@event.listens_for(FlaskSession, "after_begin")
def _say_who(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    author: Any = session.info.get("author")
    if transaction.nested or author is None:
        return
    on = author.versioning and connection.get_execution_options().get("versioning", True)
    connection.execute(_SAY, {"author": author.as_json(), "versioning": "on" if on else "off"})
    if on and log.isEnabledFor(logging.INFO) and connection.engine is db.engines[None].engine:
        session.info["recorded"] = connection


@event.listens_for(FlaskSession, "before_commit")
def _know_change_set(session: Session) -> None:
    # Asked before, since the number is the transaction's own; told after, since it may yet fail.
    connection: Any = session.info.get("recorded")
    if connection is None or connection.closed or session.in_nested_transaction():
        return
    session.flush()
    if number := connection.scalar(_CURRENT):
        session.info["change_set"] = {"change_set": number, **session.info["author"].told()}


@event.listens_for(FlaskSession, "after_commit")
def _tell_change_set(session: Session) -> None:
    if not session.in_nested_transaction() and (told := session.info.pop("change_set", None)):
        log.info("change set %s was committed", told["change_set"], extra=told)


_CURRENT = text("SELECT current_change_set_id()")
