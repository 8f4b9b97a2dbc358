"""What a log line says: when, where and what, in which request or run, and never a secret.

`storekeeper.…` loggers of the standard library and of structlog give the same lines: for people
as text, for programs as one JSON document a line.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

from app.config.masking import MASK, masked_line

Event = MutableMapping[str, Any]

KNOWN = ("request_id", "user", "run", "change_set")
SHORTEST_SECRET = 6
"""A shorter secret would mask half of every line."""


def formatter(form: str, process: str, secrets: Iterable[str] = ()) -> logging.Formatter:
    """How lines look: `form` is text or json; `process` is what this process is."""
    hide = Masking(secrets)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _run,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared[:3],
            _run,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    where = f"{process}:{os.getpid()}"
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            _placed(where),
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            hide,
            _as_json if form == "json" else _as_text,
        ],
    )


class Masking:
    """Puts stars in the place of secrets, wherever in a line they stand."""

    def __init__(self, secrets: Iterable[str]) -> None:
        long = sorted({s for s in secrets if len(s) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long))) if long else None

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        return {name: self.hidden(value) for name, value in event.items()}

    def hidden(self, value: Any) -> Any:
        """A value as it may be logged."""
        if isinstance(value, str):
            known = self._known.sub(MASK, value) if self._known else value
            return masked_line(known)
        if isinstance(value, Mapping):
            return {name: self.hidden(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.hidden(one) for one in value]
        if value is None or isinstance(value, int | float):
            return value
        return self.hidden(str(value))


def _run(logger: Any, method: str, event: Event) -> Event:
    # Asked of what is loaded: a process that does no runs need not load how they are done.
    working = sys.modules.get("app.work.running")
    running = working.current.get() if working else None
    if running is not None:
        event.setdefault("run", str(running.run))
        if running.by is not None:
            event.setdefault("user", str(running.by))
    return event


def _placed(where: str) -> Callable[[Any, str, Event], Event]:
    def placed(logger: Any, method: str, event: Event) -> Event:
        record = event["_record"]
        at = datetime.fromtimestamp(record.created, UTC)
        event["time"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["process"] = where
        return event

    return placed


def _as_json(logger: Any, method: str, event: Event) -> str:
    first = {name: event.pop(name) for name in ("time", "level", "logger", "event", "process")}
    return json.dumps({**first, **event}, ensure_ascii=False, default=str)


def _as_text(logger: Any, method: str, event: Event) -> str:
    exception = event.pop("exception", None)
    time, where, level, name = (event.pop(n) for n in ("time", "process", "level", "logger"))
    line = f"{time} {where} {level.upper()} {name}: {event.pop('event')}"
    # What else a program said with it is for programs; people need what leads them on.
    if told := " ".join(f"{key}={event[key]}" for key in KNOWN if key in event):
        line += f" [{told}]"
    return f"{line}\n{exception}" if exception else line
