"""The sales databases: the current one, and older years that have one each.

`[trainwreck] archive.2019 = postgresql://…` names one. A session asks the one chosen for it, by
default the current one; so whatever reads or writes sales works on each of them alike.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.db import choose_database, db
from app.errors import AppError
from app.models.sales import BIND


class NoSuchDatabase(AppError):
    """There is no sales database of this name."""


def names() -> list[str]:
    """The names of the older ones, the newest year first; the current one has none."""
    found = (key.partition(".") for key in db.engines if key)
    return sorted((name for bind, dot, name in found if bind == BIND and dot), reverse=True)


def choose(session: Session, name: str | None) -> None:
    """Have a session ask the sales database of this name; None is the current one.

    Raises NoSuchDatabase.
    """
    if name is not None and name not in names():
        known = ", ".join(names()) or "none"
        raise NoSuchDatabase(f"There is no sales database {name}; configured are: {known}.")
    choose_database(session, BIND, name)
