"""The seat of the leader: a lock of a database session, so that only one scheduler decides.

A leader that is killed loses it at once. One that hangs, or was stopped, is unseated by those who
stand by; when it goes on, it finds its connection closed and stands by itself.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("storekeeper.scheduler")

SEAT = {"space": 7041778, "seat": 2}
EVERY, AGAIN, SILENT = 0.25, 0.5, 1.3  # seconds; so silent, a leader counts as hanging

_TAKE = text("SELECT pg_try_advisory_lock(:space, :seat)")
# A leader whose machine vanished is noticed by the server within seconds, not hours.
_BEGIN = text(
    "SELECT set_config('application_name', :name, false),"
    " set_config('tcp_keepalives_idle', '2', false),"
    " set_config('tcp_keepalives_interval', '1', false),"
    " set_config('tcp_keepalives_count', '3', false),"
    " set_config('statement_timeout', '2s', false)"
)
_UNSEAT = text("""
    SELECT pg_terminate_backend(a.pid)
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
       AND l.classid = :space AND l.objid = :seat
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND a.state = 'idle'
       AND a.state_change < clock_timestamp() - make_interval(secs => :silent)
""")


class Seat:
    """A connection of its own, by which a scheduler leads or stands by.

    A thread sees to it, so that long work of the leader does not look as if it hung.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_taken = False
        self.changed = threading.Event()
        """Set when the seat was taken or lost."""
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._sit, name="seat", daemon=True)

    def __enter__(self) -> Seat:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._left.set()
        self._thread.join(timeout=1)

    def _sit(self) -> None:
        while not self._left.is_set():
            try:
                self._hold()
            except SQLAlchemyError as error:
                log.warning("The scheduler lost its connection, trying again: %s", error)
            self._say(False)
            self._left.wait(AGAIN)

    def _hold(self) -> None:
        """Have a connection, and try to take the seat with it, until it breaks or we leave."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.execute(_BEGIN, {"name": f"scheduler {os.getpid()}"})
                while not self._left.wait(EVERY):
                    self._say(self._take(connection))
            finally:
                # Closed, not given back to the pool, where it would keep the lock.
                connection.invalidate()

    def _take(self, connection: Connection) -> bool:
        """Take the seat if it is free, or say that we still sit; unseat one that hangs."""
        if self.is_taken:
            connection.execute(text("SELECT 1"))
            return True
        if connection.scalar(_TAKE, SEAT):
            return True
        if connection.scalar(_UNSEAT, {**SEAT, "silent": SILENT}):
            log.warning("The scheduler that led hangs; its seat is taken.")
            return bool(connection.scalar(_TAKE, SEAT))
        return False

    def _say(self, taken: bool) -> None:
        if taken != self.is_taken:
            self.is_taken = taken
            self.changed.set()
