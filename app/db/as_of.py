"""The whole database as of a moment, for any query: old states stand in for the tables.

A query that runs in a session `at` a change set finds, under the name of each table with a history,
a common table expression of the states that were in force then. What has no history is as it is
now. Nothing can be written through such a session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Engine, event, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session

from app.db.versioning import ChangeSet, versioned_models, versions_of

_OPTION = "storekeeper_as_of"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_QUOTE = _DIALECT.identifier_preparer.quote
_WITH = re.compile(r"WITH( RECURSIVE)?\b", re.IGNORECASE)
_TODAY = re.compile(r"\bCURRENT_DATE\b", re.IGNORECASE)


@dataclass(frozen=True)
class Then:
    """After which change set, and what day it was."""

    change_set: int
    day: date


def then(session: Session, moment: datetime, day: date) -> Then:
    """The last change set that was begun at a moment; 0 when there was none yet."""
    last = select(func.max(ChangeSet.id)).where(ChangeSet.issued_at <= moment)
    return Then(session.scalar(last) or 0, day)


@contextmanager
def session_at(session: Session, then: Then) -> Iterator[Session]:
    """A session of its own in which every table with a history is as it was then."""
    with Session(
        session.connection(), autoflush=False, join_transaction_mode="rollback_only"
    ) as past:

        @event.listens_for(past, "do_orm_execute")
        def look_back(state: ORMExecuteState) -> None:
            state.update_execution_options(**{_OPTION: then})

        @event.listens_for(past, "before_flush")
        def refuse(*_: Any) -> None:
            raise RuntimeError("The past cannot be written.")

        yield past


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _look_back(
    connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """Put the tables of then before a statement that asks for them."""
    then = context.execution_options.get(_OPTION) if context is not None else None
    return (_as_of(statement, then) if then else statement), parameters


def _as_of(statement: str, then: Then) -> str:
    tables, named = _tables()
    statement = _TODAY.sub(f"DATE '{then.day:%Y-%m-%d}'", statement.strip())
    used = sorted({found.strip('"') for found in named.findall(statement)})
    if not used:
        return statement
    states = ", ".join(f"{_QUOTE(name)} AS NOT MATERIALIZED ({tables[name]})" for name in used)
    states = states.replace(":then", str(int(then.change_set)))
    begun = _WITH.match(statement)
    if begun:
        return f"{begun[0]} {states}, {statement[begun.end() :]}"
    return f"WITH {states} {statement}"


@cache
def _tables() -> tuple[dict[str, str], re.Pattern[str]]:
    """The states of each table with a history, and a pattern that finds the tables' names."""
    found = {model.__table__.name: _states(model) for model in versioned_models()}
    names = "|".join(sorted(map(re.escape, found), key=len, reverse=True))
    return found, re.compile(rf'(?<![\w.])(?:"(?:{names})"|(?:{names}))(?!\w)')


def _states(model: type[Any]) -> str:
    kept = versions_of(model).__table__.columns
    columns = ", ".join(
        _QUOTE(column.name)
        if column.name in kept
        else f"NULL::{column.type.compile(_DIALECT)} AS {_QUOTE(column.name)}"
        for column in model.__table__.columns
    )
    version = _QUOTE(versions_of(model).__table__.name)
    return (
        f"SELECT {columns} FROM {version} WHERE transaction_id <= :then"  # noqa: S608
        " AND (end_transaction_id IS NULL OR end_transaction_id > :then) AND operation_type <> 2"
    )
