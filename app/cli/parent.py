"""A program under `storekeeper run` ends when its supervisor does, even when that is killed."""

from __future__ import annotations

import os
import signal
import threading


def follow_parent() -> None:
    """Ask this process to stop when its standard input ends; only where a supervisor started it."""
    if os.environ.get("STOREKEEPER_SUPERVISED") == "1":
        threading.Thread(target=_follow, name="parent", daemon=True).start()


def _follow() -> None:
    while os.read(0, 1024):  # not by sys.stdin, whose lock Python wants at its end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
