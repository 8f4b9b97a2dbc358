"""Files by the hash of their content: kept once, found again, swept when nothing needs them.

The content is on disk before the row is written, so whoever sees a row finds its file; what a
crash leaves behind is a file without a row, which `sweep` takes away.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.config import Settings
from app.config.core import DATA_FOLDER
from app.db import Model
from app.db.versioning import is_versioned, versions_of
from app.errors import AppError
from app.models.files import NAMES_FILE, StoredFile

CHUNK = 2**18
MEGABYTE = 2**20
BREAKS = ("Zl", "Zp")  # of lines and paragraphs
LEFT_ALONE = timedelta(days=1)
"""What is younger may belong to somebody who has not committed yet."""


class TooLarge(AppError):
    """This file is larger than %(most)s MB."""


class NoContent(AppError):
    """This file is empty."""


class FileIsGone(AppError):
    """This file is missing on the disk of the server; ask who looks after it."""


class Readable(Protocol):
    """What a content is read from: a file, an upload, or something that looks at it meanwhile."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Swept:
    """How many rows, files and bytes a sweep took away."""

    rows: int
    files: int
    size: int


def folder_of(settings: Settings) -> Path:
    """Where the files of this node are."""
    return settings[DATA_FOLDER].resolve() / "files"


def keep(
    session: Session, folder: Path, content: Readable, *, media_type: str, most: int
) -> StoredFile:
    """Keep what a stream holds and return its row, the old one if it was kept before.

    Raises TooLarge when there are more than `most` bytes, NoContent when there are none.
    `media_type` is what the caller found out, not what a browser said.
    """
    draft, sha256, size = _written(folder, content, most)
    try:
        path = place(folder, sha256)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    values = {"sha256": sha256, "size": size, "media_type": media_type}
    # An old row is made young again, and ours until we commit: a sweep would take it away now.
    young = (
        insert(StoredFile)
        .values(values)
        .on_conflict_do_update(index_elements=[StoredFile.sha256], set_={"stored_at": func.now()})
    )
    session.execute(young)
    return session.scalars(select(StoredFile).where(StoredFile.sha256 == sha256)).one()


def path_of(folder: Path, file: StoredFile) -> Path:
    """Where the content of a file is. Raises FileIsGone."""
    path = place(folder, file.sha256)
    if not path.is_file():
        raise FileIsGone
    return path


def place(folder: Path, sha256: str) -> Path:
    """Where content of this hash belongs; by its first letters, so that no folder grows huge."""
    return folder / sha256[:2] / sha256


def tidy_name(name: str, *, longest: int = 120) -> str:
    """What a browser called a file, as people may read it: no folders, nothing that misleads.

    A long one loses its middle, so that its ending still tells what it is.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kinds = ((sign, unicodedata.category(sign)) for sign in last)
    shown = "".join(sign for sign, kind in kinds if kind[0] != "C" and kind not in BREAKS)
    shown = shown.strip(" .")
    return shown if len(shown) <= longest else f"{shown[: longest - 12]}…{shown[-11:]}"


def sweep(session: Session, folder: Path, *, now: datetime | None = None) -> Swept:
    """Take away the files to which no record refers, not even an old version of one."""
    before = (now or datetime.now(UTC)) - LEFT_ALONE
    unused = [~exists().where(column == StoredFile.uuid) for column in _references()]
    unused.append(StoredFile.uuid.not_in(_named_elsewhere(session)))
    rows = session.execute(
        delete(StoredFile).where(StoredFile.stored_at < before, *unused).returning(StoredFile.uuid)
    ).all()
    kept = set(session.scalars(select(StoredFile.sha256)))
    count, size = 0, 0
    for path in _contents(folder):
        told = path.stat()
        if path.name not in kept and told.st_mtime < before.timestamp():
            path.unlink()
            count, size = count + 1, size + told.st_size
    return Swept(len(rows), count, size)


def _written(folder: Path, content: Readable, most: int) -> tuple[Path, str, int]:
    """A draft with the content, its hash and size; nothing is left behind when it is refused."""
    drafts = folder / "drafts"
    drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = drafts / secrets.token_hex(16)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            while chunk := content.read(CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge(most=f"{most / MEGABYTE:g}")
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if not size:
            raise NoContent
    except BaseException:
        draft.unlink()
        raise
    return draft, digest.hexdigest(), size


def _references() -> Iterator[Any]:
    """Every column that names a stored file, of the tables and of their history."""
    table = StoredFile.__table__
    for mapper in Model.registry.mappers:
        for column in getattr(mapper.local_table, "columns", ()):
            if any(key.column.table is table for key in column.foreign_keys):
                yield column
                if is_versioned(mapper.class_):
                    yield versions_of(mapper.class_).__table__.c[column.name]


def _named_elsewhere(session: Session) -> set[UUID]:
    """The files that columns of other databases name, each asked in its own."""
    return {
        uuid
        for mapper in Model.registry.mappers
        for attribute in mapper.column_attrs
        if attribute.columns[0].info.items() >= NAMES_FILE.items()
        for uuid in session.scalars(
            select(attribute.class_attribute).where(attribute.class_attribute.is_not(None))
        )
    }


def _contents(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*/*") if path.is_file())
