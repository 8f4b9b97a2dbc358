"""Settings that people keep in the database, seen by every process within two seconds."""

from __future__ import annotations

import logging
import select
import threading
import time
from contextlib import closing
from typing import Any

from sqlalchemy import select as query
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import db
from app.models.settings import StoredSetting

log = logging.getLogger("storekeeper.settings")

POLL_SECONDS = 1.0
CHANNEL = "storekeeper_settings"


def save(session: Session, key: str, value: str) -> StoredSetting:
    """Keep a value in the database; the caller has parsed it by its `Setting`."""
    stored = session.scalars(query(StoredSetting).filter_by(key=key)).one_or_none()
    if stored is None:
        stored = StoredSetting(key=key, value=value)
        session.add(stored)
    else:
        stored.value = value
    session.flush()
    return stored


def forget(session: Session, key: str) -> None:
    """Go back to the value of the files, or the default."""
    stored = session.scalars(query(StoredSetting).filter_by(key=key)).one_or_none()
    if stored is not None:
        session.delete(stored)
        session.flush()


class SettingsInDatabase:
    """The stored values, read whole at most once a second, and at once after a notification.

    The table is small and read seldom. While the database is away the last known values hold.
    """

    def __init__(self) -> None:
        self._app: Any = None
        self._values: dict[str, str] = {}
        self._fresh_until = 0.0

    def watch(self, app: Any) -> None:
        """Read through this app's engine from now on."""
        self._app = app

    def get(self, key: str) -> str | None:
        if time.monotonic() >= self._fresh_until:
            self._read()
        return self._values.get(key)

    def expire(self) -> None:
        """Read again at the next question."""
        self._fresh_until = 0.0

    def listen(self) -> threading.Thread:
        """Follow notifications in a thread of its own, for processes that live long."""
        thread = threading.Thread(target=self._follow, name="settings", daemon=True)
        thread.start()
        return thread

    def _read(self) -> None:
        if self._app is None:  # asked before the database is known: files and defaults answer
            return
        self._fresh_until = time.monotonic() + POLL_SECONDS
        try:
            with self._app.app_context(), db.session.session_factory() as session:
                rows = session.execute(query(StoredSetting.key, StoredSetting.value)).all()
        except SQLAlchemyError as error:
            log.warning("The stored settings could not be read; the last known hold: %s", error)
            return
        self._values = {row.key: row.value for row in rows}

    def _follow(self) -> None:
        while True:
            try:
                with self._app.app_context():
                    raw = db.engines[None].raw_connection()
                raw.detach()  # it lives as long as the process
                with closing(raw):
                    self._wait_on(raw.driver_connection)
            except Exception as error:
                # Polling goes on meanwhile; a thread that dies would go unnoticed.
                log.warning("Notifications of settings stopped, trying again: %s", error)
                time.sleep(POLL_SECONDS)

    def _wait_on(self, connection: Any) -> None:
        connection.autocommit = True
        connection.cursor().execute(f"LISTEN {CHANNEL}")
        while True:
            select.select([connection], [], [])
            connection.poll()
            connection.notifies.clear()
            self.expire()
