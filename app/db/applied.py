"""Which migrations ran here, and from which text: one that was edited afterwards is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from alembic.script import Script
from sqlalchemy import Connection, inspect, text

TABLE = "migration_file"
_MAKE = f"""
CREATE TABLE IF NOT EXISTS {TABLE} (
  revision text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())
"""
_NOTE = f"""
INSERT INTO {TABLE} (revision, sha256) VALUES (:revision, :sha256)
    ON CONFLICT (revision) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()
"""  # noqa: S608


def note(*, ctx: Any, step: Any, heads: object, run_args: object) -> None:
    """Alembic's `on_version_apply`: keep the hash of what has just run, or forget it."""
    connection = ctx.connection
    connection.execute(text(_MAKE))
    if step.is_upgrade:
        told = {"revision": step.up_revision_id, "sha256": _hash(step.up_revision)}
        connection.execute(text(_NOTE), told)
    else:
        gone = {"revision": step.up_revision_id}
        connection.execute(text(f"DELETE FROM {TABLE} WHERE revision = :revision"), gone)  # noqa: S608


def edited(connection: Connection, scripts: Iterable[Script]) -> Iterator[str]:
    """The revisions whose files are no longer what ran here."""
    if not inspect(connection).has_table(TABLE):
        return
    rows = connection.execute(text(f"SELECT revision, sha256 FROM {TABLE}"))  # noqa: S608
    ran: dict[str, str] = {row.revision: row.sha256 for row in rows}
    for script in scripts:
        if ran.get(script.revision, _hash(script)) != _hash(script):
            yield script.revision


def _hash(script: Script) -> str:
    """Of the revision and of its SQL, whatever the line ends."""
    path = Path(script.path)
    files = [path, *sorted((path.parents[1] / "sql").glob(f"{script.revision}_*.sql"))]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
