"""Heartbeats: a process that lives long says so, and says goodbye when it is stopped."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import text
from sqlalchemy.orm import Session

EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(seconds=45)
"""What has said nothing for so long is taken for dead."""
FORGOTTEN_AFTER = timedelta(days=1)

_BEAT = text("""
    INSERT INTO heartbeat AS h (kind, name, version) VALUES (:kind, :name, :version)
    ON CONFLICT (kind, name) DO UPDATE SET beat_at = now(), version = excluded.version
""")
# A dead one whose place another of its kind on its machine has taken is no news any more.
_FORGET = text("""
    DELETE FROM heartbeat
     WHERE beat_at < now() - make_interval(secs => :old)
        OR kind = :kind AND split_part(name, ':', 1) = :host AND name <> :name
           AND beat_at < now() - make_interval(secs => :silent)
""")
_LEAVE = text("DELETE FROM heartbeat WHERE kind = :kind AND name = :name")


def beat(session: Session, kind: str) -> None:
    """Say that this process lives; every ten seconds or so, in a transaction of its own."""
    facts = {"kind": kind, "name": name()}
    session.execute(_BEAT, {**facts, "version": program_version()})
    session.execute(
        _FORGET,
        {
            **facts,
            "host": socket.gethostname(),
            "old": FORGOTTEN_AFTER.total_seconds(),
            "silent": SILENT_AFTER.total_seconds(),
        },
    )


def leave(session: Session, kind: str) -> None:
    """Say that this process ends as it should; nobody will miss it."""
    session.execute(_LEAVE, {"kind": kind, "name": name()})


def name() -> str:
    """The machine and the process, as people read them."""
    return f"{socket.gethostname()}:{os.getpid()}"


@cache
def program_version() -> str:
    """The version of Storekeeper that runs here."""
    try:
        return version("storekeeper")
    except PackageNotFoundError:  # run from a copy that is not installed
        return "0"
