"""The fingerprint of a source: the names of its columns and the kinds of what stands in them.

A vendor who renames a column, drops one or puts words where numbers were sends a file that can
still be read; people hear of it before they wonder about the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.importing.cells import shown
from app.importing.report import Report
from app.models.runs import Run
from app.work import incidents

if TYPE_CHECKING:
    from app.importing.feed import Feed
    from app.importing.handler import ImportHandler
    from app.importing.sources.tabular import TabularSource

KEY = "import.schema"
SAMPLED = 2_000
"""So many rows are looked at."""
ENOUGH = 100
"""So many records say which names there are; of files the header says it."""
NAMED = 10
EMPTY = "empty"

Schema = Mapping[str, str]
_KINDS = (
    ("number", re.compile(r"[-+(]?[$€£]?\s*[0-9][0-9.,\s]*[)%-]?")),
    ("day", re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}")),
    ("moment", re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}[T ]+[0-9]{1,2}:[0-9]{2}.*")),
)


def schema_of(source: TabularSource) -> dict[str, str]:
    """Each column with the kind of its cells, by the first rows."""
    seen: list[set[str]] = [set() for _ in source.header]
    count = 0
    for _, rows in source.chunks(lambda line, reason, row: None):
        for found, cells in zip(seen, zip(*rows, strict=True), strict=True):
            found.update(cells)
        count += len(rows)
        if count >= SAMPLED:
            break
    return {name: kind_of(cells) for name, cells in zip(source.header, seen, strict=True) if name}


def schema_of_feeds(feeds: Iterable[tuple[Feed, Any]]) -> dict[str, Any]:
    """What all feeds of a run were made of, as one of its facts, where no file describes it."""
    found = {f"{feed.name}.{name}": kind for feed, _ in feeds for name, kind in feed.schema.items()}
    return {"schema": found} if found else {}


class RecordSchema:
    """The same for rows that are objects of a source: what the first of them hold, by name."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        self._count = 0

    def add(self, row: Any) -> None:
        """Look at a row, as long as there were few."""
        if self._count < SAMPLED:
            self._count += 1
            for name, value in _named(row):
                self._seen.setdefault(name, set()).add("" if value is None else str(value))

    def found(self) -> dict[str, str]:
        """Nothing after a few rows, which may leave out or all lack what others have."""
        if self._count < ENOUGH:
            return {}
        return {name: kind_of(cells) for name, cells in self._seen.items()}


def _named(row: Any) -> Iterable[tuple[str, Any]]:
    """The values of a row with their names: a dict, a row of SQL, or a plain object."""
    named = row if isinstance(row, Mapping) else getattr(row, "_mapping", None)
    if named is None:
        named = getattr(row, "__dict__", {})
    return ((name, value) for name, value in named.items() if str(name)[:1] != "_")


def kind_of(cells: Iterable[str]) -> str:
    """What all cells are that hold anything: number, day, moment, text or empty."""
    filled = [text for cell in cells if (text := cell.strip())]
    if not filled:
        return EMPTY
    for kind, pattern in _KINDS:
        if all(map(pattern.fullmatch, filled)):
            return kind
    return "text"


def differences(before: Schema, now: Schema) -> list[str]:
    """What is new, missing or of another kind, each as a sentence."""
    return [
        *_listed("New columns", [name for name in now if name not in before]),
        *_listed("Missing columns", [name for name in before if name not in now]),
        *_listed(
            "Columns that hold something else",
            [
                f"{name} ({before[name]}, now {kind})"
                for name, kind in now.items()
                if name in before and EMPTY not in (kind, before[name]) and kind != before[name]
            ],
        ),
    ]


def tell(session: Session, handler: ImportHandler, report: Report) -> None:
    """Note what changed since the last good run, and open an incident; or close it."""
    now = report.source.get("schema")
    if not now:
        return
    before = _before(session, handler, report)
    changes = differences(before, now) if before else []
    report.notes += changes
    if report.dry_run:
        return
    if changes:
        incidents.report(
            session, KEY, fingerprint=fingerprint(handler.key), severity="warning",
            title=f"The source of “{handler.title}” has changed",
            detail="\n".join(changes), link=f"/runs/{report.run}",
        )  # fmt: skip
    else:
        incidents.recover(session, fingerprint(handler.key))


def fingerprint(key: str) -> str:
    """The same for all runs of a handler."""
    return f"import-schema:{key}"


def _before(session: Session, handler: ImportHandler, report: Report) -> Schema | None:
    """The schema of the last run that succeeded."""
    query = (
        select(Run.parameters["schema"])
        .where(
            Run.key == handler.run_key(), Run.uuid != report.run, Run.state == "succeeded",
            Run.dry_run.is_(False), Run.parameters.has_key("schema"),
        )
        .order_by(Run.asked_at.desc(), Run.uuid.desc())
        .limit(1)
    )  # fmt: skip
    return session.scalar(query)


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        yield f"{what}: {', '.join(shown(name) for name in names[:NAMED])}{more}."
