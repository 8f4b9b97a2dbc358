"""What happened to a record, made ready for the template master/_events.html."""

from dataclasses import dataclass
from datetime import datetime

from app.web.master.words import words


@dataclass(frozen=True)
class Event:
    """One thing that happened: when, by whom, what."""

    at: datetime
    who: str
    initials: str
    what: str
    tone: str
    note: str | None


def events_of(rows, tones):
    """The rows of an event table; `tones` says the colour of each kind."""
    return [
        Event(
            row.happened_at, str(row.user or getattr(row, "by", None) or ""),
            row.user.initials if row.user else "",
            words(row.kind), tones.get(row.kind, "quiet"), row.note,
        )
        for row in rows
    ]  # fmt: skip
