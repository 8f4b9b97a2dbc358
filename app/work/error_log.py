"""Errors in the log open incidents: 500 errors with one cause are one incident, counted.

    error_log.watch(app)        # in a process that lives long, after its fork

Logging itself only puts a few words into a queue: it never waits, never fails, and what goes wrong
while an error is being reported is not reported again. A thread groups and writes.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.config.incidents import INCIDENTS_FROM_LOGS
from app.config.masking import masked
from app.work import incidents

log = logging.getLogger("storekeeper.incidents")

KEY = "log.error"
TOLD = {"told": True}
"""As `extra` of an error for which an incident opens anyway, with words of its own."""
NAME = "storekeeper-incidents"
WAITING, CAUSES = 1_000, 50
PAUSE, LONGEST_PAUSE, GOODBYE = 2.0, 60.0, 2.0  # seconds
FRAMES, LONGEST_WORDS = 12, 300
_THIRD_PARTY = ("site-packages", "dist-packages", str(Path(traceback.__file__).parent))


@dataclass(frozen=True)
class Cause:
    """What several errors have in common, and the words of the last one."""

    fingerprint: str
    title: str
    detail: str
    count: int = 1


def watch(app: Any, *, pause: float = PAUSE) -> IncidentHandler | None:
    """Let errors of this process open incidents, if `incidents.from_logs` is on.

    To be called in the process that works: threads do not outlive a fork. A second call takes the
    place of the first.
    """
    root = logging.getLogger()
    for old in [old for old in root.handlers if old.get_name() == NAME]:
        root.removeHandler(old)
        old.close()
    if not app.extensions["settings"][INCIDENTS_FROM_LOGS]:
        return None
    handler = IncidentHandler(app, pause=pause)
    root.addHandler(handler)
    return handler


class IncidentHandler(logging.Handler):
    """Takes errors from the log and reports them, in a thread of its own."""

    def __init__(self, app: Any, *, pause: float = PAUSE) -> None:
        super().__init__(logging.ERROR)
        self.set_name(NAME)
        self.app, self.pause, self.dropped = app, pause, 0
        self._queue: queue.Queue[Cause] = queue.Queue(WAITING)
        self._found: dict[str, Cause] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._mine, self._writing = threading.local(), threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Remember an error; what is too much is counted and dropped."""
        if getattr(self._mine, "reporting", False) or record.name == log.name:
            return
        if getattr(record, "told", False):
            return
        try:
            self._queue.put_nowait(cause_of(record))
            self._start()
        except queue.Full:
            self.dropped += 1
        except Exception:
            self.handleError(record)  # the rule of logging: it never breaks what it tells of

    def flush(self) -> None:
        """Write what waits, now and in this thread."""
        self._write()

    def close(self) -> None:
        """Write what waits, for at most two seconds, and end the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(GOODBYE)
        super().close()

    # -- the thread --

    def _start(self) -> None:
        if self._thread is None and not self._stop.is_set():
            with self.lock or threading.RLock():
                self._thread = threading.Thread(target=self._run, name=NAME, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        pause = self.pause
        while not self._stop.is_set():
            self._stop.wait(pause)
            pause = self.pause if self._write() else min(LONGEST_PAUSE, pause * 2)
        self._write()

    def _write(self) -> bool:
        with self._writing:
            self._gather()
            return self._report()

    def _gather(self) -> None:
        """Group what waits; of very many different causes only the first are told apart."""
        while True:
            try:
                new = self._queue.get_nowait()
            except queue.Empty:
                return
            key = new.fingerprint
            if key not in self._found and len(self._found) >= CAUSES:
                new = Cause("log:many", "Many different errors", "The log has all of them.")
                key = new.fingerprint
            known = self._found.get(key)
            count = new.count + (known.count if known else 0)
            self._found[key] = Cause(key, new.title, new.detail, count)

    def _report(self) -> bool:
        """Write what was found; False when the database is away, and it is kept for later."""
        self._mine.reporting = True
        try:
            with self.app.app_context():
                for key, cause in list(self._found.items()):
                    incidents.report_apart(
                        KEY, fingerprint=key, title=cause.title, detail=cause.detail,
                        count=cause.count,
                    )  # fmt: skip
                    del self._found[key]
        except Exception as error:
            # Here every error ends: one that left would end the thread and be seen by nobody.
            log.warning("An error could not be reported as an incident: %s", type(error).__name__)
            return False
        finally:
            self._mine.reporting = False
        return True


def cause_of(record: logging.LogRecord) -> Cause:
    """What an error is about: its type, the innermost place of our code, the logger.

    The words are those of the exception, cut and masked; what was in variables is left to the log.
    """
    error, trace = (record.exc_info or (None, None, None))[1:]
    if error is None:
        where = _short(f"{record.name}: {record.msg}")
        return Cause(f"log:{where}", _said(record), _head(record))
    place = _innermost(trace)
    kind = type(error).__qualname__
    words = _words_of(error)
    title = f"{kind} in {place}" + (f": {words}" if words else "")
    frames = [f"  {_place(frame)}:{line}" for frame, line in traceback.walk_tb(trace)][-FRAMES:]
    detail = "\n".join([_head(record), f"{kind}: {words}", *frames])
    return Cause(f"log:{record.name}:{kind}:{place}", _short(title), detail)


def _head(record: logging.LogRecord) -> str:
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))
    return f"{moment} UTC {record.name}: {_said(record)}"


def _said(record: logging.LogRecord) -> str:
    """The message; as it was meant, where it does not fit its arguments."""
    try:
        return _short(record.getMessage())
    except (TypeError, ValueError, KeyError):
        return _short(str(record.msg))


def _innermost(trace: TracebackType | None) -> str:
    """The last place of a traceback that is in our code, or in that of a project."""
    frames = [frame for frame, _ in traceback.walk_tb(trace)]
    ours = [f for f in frames if not any(part in f.f_code.co_filename for part in _THIRD_PARTY)]
    found = (ours or frames)[-1:]
    return _place(found[0]) if found else "?"


def _place(frame: Any) -> str:
    name = frame.f_globals.get("__name__") or Path(frame.f_code.co_filename).stem
    return f"{name}.{frame.f_code.co_qualname}"


def _words_of(error: BaseException) -> str:
    """The first line of what an exception says; of the database only that, not the values."""
    told = error.orig if isinstance(error, DBAPIError) else error
    return _short((str(told).strip().splitlines() or [""])[0])


def _short(text: str) -> str:
    return masked(text)[:LONGEST_WORDS]
