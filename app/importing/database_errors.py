"""What the database says when it cannot go on, in one sentence for people."""

from __future__ import annotations

from typing import Any

import psycopg2
from psycopg2 import errors
from sqlalchemy.exc import DBAPIError

from app.importing.errors import DatabaseTrouble

DatabaseError = (psycopg2.Error, DBAPIError)

_SENTENCES: tuple[tuple[type[psycopg2.Error] | tuple[type[psycopg2.Error], ...], str], ...] = (
    (errors.DiskFull, "The disk of the database is full. Nothing was written."),
    (errors.OutOfMemory, "The database has no memory left. Nothing was written."),
    (errors.AdminShutdown, "The database went away in the middle. Nothing was written."),
    (errors.QueryCanceled, "The database stopped the work. Nothing was written."),
    (
        (errors.DeadlockDetected, errors.SerializationFailure, errors.LockNotAvailable),
        "Somebody else was writing the same things. Nothing was written; start it again.",
    ),
    (
        errors.UniqueViolation,
        "Something is there twice ({detail}); perhaps somebody created it at the same moment. "
        "Nothing was written; start it again.",
    ),
    (
        errors.ForeignKeyViolation,
        "Something cannot be deleted, since it is still used ({detail}). Nothing was written.",
    ),
    (errors.InsufficientPrivilege, "The database does not allow this ({detail})."),
    (errors.ReadOnlySqlTransaction, "The database is read-only; is it a replica?"),
    (
        (errors.IntegrityError, errors.DataError),
        "The database refused the data ({detail}). Nothing was written.",
    ),
    (
        (errors.OperationalError, psycopg2.InterfaceError),
        "The database went away in the middle. Nothing was written.",
    ),
)


def in_words(error: BaseException) -> DatabaseTrouble:
    """The sentence for an error of psycopg2 or SQLAlchemy; its details go to the log."""
    original: Any = error.orig if isinstance(error, DBAPIError) else error
    for types, sentence in _SENTENCES:
        if isinstance(original, types):
            return DatabaseTrouble(sentence.format(detail=_detail(original)))
    return DatabaseTrouble(f"The database refused the work ({_detail(original)}).")


def _detail(error: Any) -> str:
    diagnosis = getattr(error, "diag", None)
    text = getattr(diagnosis, "message_detail", None) or str(error) or type(error).__name__
    return text.strip().splitlines()[0].rstrip(".")[:300]
