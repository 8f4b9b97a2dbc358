"""Files beside records: what may come in, where it is kept, and how it is found again.

The content lies in the data folder under its SHA-256, so the same file is kept once, and no name
that somebody gave ever becomes a path. A row that is deleted leaves the content until `prune`,
so that an undo finds it.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.db.versioning import versions_of
from app.errors import AppError
from app.models.notes import Attachment
from app.models.users import User
from app.services import notes

CHUNK = 2**16
LONGEST_NAME = 150
GRACE = 24 * 3600  # seconds; an upload whose row is not committed yet is no orphan
_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# By ending: the media type it is given out as, and how its content begins (none: plain text).
TYPES: dict[str, tuple[str, re.Pattern[bytes] | None]] = {
    "pdf": ("application/pdf", re.compile(rb"%PDF-")),
    "png": ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    "gif": ("image/gif", re.compile(rb"GIF8[79]a")),
    "webp": ("image/webp", re.compile(rb"RIFF....WEBP", re.S)),
    "heic": ("image/heic", re.compile(rb"....ftyp(heic|heix|mif1|msf1)", re.S)),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", re.compile(_ZIP)),
    "docx": (f"{_OFFICE}wordprocessingml.document", re.compile(_ZIP)),
    "ods": (f"{_OPEN}spreadsheet", re.compile(_ZIP)),
    "odt": (f"{_OPEN}text", re.compile(_ZIP)),
    "txt": ("text/plain", None),
    "csv": ("text/csv", None),
    "eml": ("message/rfc822", None),
}


class UnknownType(AppError):
    """Files of this kind are not kept."""

    def __init__(self) -> None:
        super().__init__(f"Files of this kind are not kept; known are {', '.join(TYPES)}.")


class NotWhatItSays(AppError):
    """The content of this file is not what its name says; save it again in its own program."""


class TooLarge(AppError):
    """This file is too large."""


class Empty(AppError):
    """This file is empty."""


class Lost(AppError):
    """The content of this file is not in the data folder; restore it from a backup."""


def attach(
    session: Session,
    record: Any,
    stream: BinaryIO,
    name: str,
    *,
    folder: Path,
    largest: int,
    by: User | None = None,
    description: str | None = None,
) -> Attachment:
    """Keep a file of at most `largest` bytes beside a record.

    Raises UnknownType, NotWhatItSays, TooLarge, Empty and NotAnnotated.
    """
    shown = tidy_name(name)
    media_type, begins = _type_of(shown)
    sha256, size = _keep(stream, home(folder), largest, begins)
    kept = Attachment(
        subject_table=str(record.__table__.name), subject_uuid=record.uuid, name=shown,
        media_type=media_type, size_bytes=size, sha256=sha256, created_by=by,
        description=(description or "").strip() or None,
    )  # fmt: skip
    notes.add(session, kept)
    return kept


def path_of(attachment: Attachment, folder: Path) -> Path:
    """Where the content is. Raises Lost when it is not there."""
    path = _place(home(folder), attachment.sha256)
    if not path.is_file():
        raise Lost
    return path


def home(folder: Path) -> Path:
    """The folder of all contents in the data folder."""
    return folder / "attachments"


def tidy_name(name: str) -> str:
    """A name as it is shown: the last part of a path, without what hides or misleads."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:10]}" if dot else plain[:LONGEST_NAME]


def prune(session: Session, folder: Path, *, now: float | None = None) -> int:
    """Delete contents that no attachment and no history names; returns how many.

    What came within a day is left: its row may not be committed yet.
    """
    versions = versions_of(Attachment)
    named = set(session.scalars(union(select(Attachment.sha256), select(versions.sha256))))
    before, count = (now or time.time()) - GRACE, 0
    for path in _contents(home(folder)):
        if path.name not in named and path.stat().st_mtime < before:
            path.unlink()
            count += 1
    return count


def _type_of(name: str) -> tuple[str, re.Pattern[bytes] | None]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in TYPES:
        raise UnknownType
    return TYPES[ending]


def _keep(
    stream: BinaryIO, folder: Path, largest: int, begins: re.Pattern[bytes] | None
) -> tuple[str, int]:
    """Write a content to its place, whole or not at all; its hash and size."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=folder, prefix=".", delete=False) as draft:
        try:
            while chunk := stream.read(CHUNK):
                if size == 0 and not _fits(chunk, begins):
                    raise NotWhatItSays
                size += len(chunk)
                if size > largest:
                    raise TooLarge(f"This file is larger than {largest // 2**20} MB.")
                if begins is None and b"\0" in chunk:
                    raise NotWhatItSays
                digest.update(chunk)
                draft.write(chunk)
            if not size:
                raise Empty
            draft.flush()
            os.fsync(draft.fileno())
            place = _place(folder, digest.hexdigest())
            place.parent.mkdir(exist_ok=True, mode=0o700)
            os.replace(draft.name, place)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft.name)
    return digest.hexdigest(), size


def _fits(head: bytes, begins: re.Pattern[bytes] | None) -> bool:
    return b"\0" not in head if begins is None else begins.match(head) is not None


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _contents(folder: Path) -> Iterator[Path]:
    for path in folder.glob("*/*"):
        if re.fullmatch(r"[0-9a-f]{64}", path.name):
            yield path
