"""One run of a handler at a time, by a lock of the transaction itself: a killed one frees it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.importing.errors import AlreadyRunning

LOCKS = 7_041_777
"""The first half of our advisory locks; the second is made from the key of the handler."""


def take_lock(connection: Connection, key: str) -> None:
    """Take the lock of a handler for this transaction. Raises AlreadyRunning."""
    free = connection.scalar(
        text("SELECT pg_try_advisory_xact_lock(:ours, hashtext(:key))"),
        {"ours": LOCKS, "key": key},
    )
    if not free:
        raise AlreadyRunning(f"The import {key} is running already; wait until it has ended.")
