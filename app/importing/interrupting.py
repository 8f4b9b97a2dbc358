"""Ctrl-C during a long statement: libpq does not hear it, so the server is told to stop."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from sqlalchemy import Connection


@contextmanager
def interruptible(connection: Connection) -> Iterator[None]:
    """Cancel the running statement when a signal comes; Python then raises what its handler says.

    Does nothing outside the main thread, where signals never arrive.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hears, tells = socket.socketpair()
    tells.setblocking(False)
    before = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    driver = connection.connection.driver_connection
    threading.Thread(target=_cancel_after, args=(hears, driver), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        tells.close()


def _cancel_after(hears: socket.socket, driver: Any) -> None:
    with hears:
        while number := hears.recv(1):  # nothing comes any more when the other end is closed
            if number[0] in (signal.SIGINT, signal.SIGTERM):
                with suppress(psycopg2.Error):
                    driver.cancel()
