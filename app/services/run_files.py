"""Files of runs: what they were given and what they made, kept until it expires."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.config import Settings
from app.config.work import WORK_KEEP_FILES
from app.models.files import StoredFile
from app.models.runs import Run, RunFile
from app.services import files

LARGEST_RESULT = 4 * 2**30
"""In bytes; more than any shop has, so that a run gone wild does not fill the disk."""


def add_result(
    session: Session,
    settings: Settings,
    run: Run,
    name: str,
    content: bytes | Path,
    media_type: str,
) -> RunFile:
    """Keep a file that a run made; it is there as soon as the caller commits."""
    folder = files.folder_of(settings)
    told = {"media_type": media_type, "most": LARGEST_RESULT}
    if isinstance(content, Path):
        with content.open("rb") as stream:
            file = files.keep(session, folder, stream, **told)  # type: ignore[arg-type]
    else:
        file = files.keep(session, folder, BytesIO(content), **told)  # type: ignore[arg-type]
    return _added(session, settings, run, name, file, "result")


def add_source(
    session: Session, settings: Settings, run: Run, name: str, file: StoredFile
) -> RunFile:
    """Note which kept file a run reads."""
    return _added(session, settings, run, name, file, "source")


def expire(session: Session, *, now: datetime | None = None) -> int:
    """Let go of what has expired; a sweep of the files then takes the content away."""
    ended = RunFile.expires_at < (now or datetime.now(UTC))
    return len(session.execute(delete(RunFile).where(ended).returning(RunFile.uuid)).all())


def _added(
    session: Session, settings: Settings, run: Run, name: str, file: StoredFile, role: str
) -> RunFile:
    added = RunFile(
        run_uuid=run.uuid,
        role=role,
        name=files.tidy_name(name) or "file",
        file_uuid=file.uuid,
        expires_at=datetime.now(UTC) + settings[WORK_KEEP_FILES],
    )
    session.add(added)
    session.flush()
    return added
