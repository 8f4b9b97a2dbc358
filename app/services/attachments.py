"""Files beside records: what may come in, and under which name.

Where their content lies, and how it is found and swept, is in app/services/files.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.notes import Attachment
from app.models.users import User
from app.services import files, notes

_ZIP = b"PK\x03\x04"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """What an ending stands for, and how such a content begins (none: plain text)."""

    media_type: str
    begins: re.Pattern[bytes] | None = None

    def fits(self, chunk: bytes, *, is_first: bool) -> bool:
        """Whether a content may have this in it."""
        if self.begins is None:
            return b"\0" not in chunk
        return not is_first or self.begins.match(chunk) is not None


_JPEG = Kind("image/jpeg", re.compile(rb"\xff\xd8\xff"))
KINDS: dict[str, Kind] = {
    "pdf": Kind("application/pdf", re.compile(rb"%PDF-")),
    "png": Kind("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": Kind("image/gif", re.compile(rb"GIF8[79]a")),
    "webp": Kind("image/webp", re.compile(rb"RIFF....WEBP", re.S)),
    "heic": Kind("image/heic", re.compile(rb"....ftyp(heic|heix|mif1|msf1)", re.S)),
    "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", re.compile(_ZIP)),
    "docx": Kind(f"{_OFFICE}wordprocessingml.document", re.compile(_ZIP)),
    "ods": Kind(f"{_OPEN}spreadsheet", re.compile(_ZIP)),
    "odt": Kind(f"{_OPEN}text", re.compile(_ZIP)),
    "txt": Kind("text/plain"),
    "csv": Kind("text/csv"),
    "eml": Kind("message/rfc822"),
}
"""By ending. HTML and SVG are none of them: they would run in a browser."""


class UnknownType(AppError):
    """Files of this kind are not kept; known are %(kinds)s."""

    def __init__(self) -> None:
        super().__init__(kinds=", ".join(KINDS))


class NotWhatItSays(AppError):
    """The content of this file is not what its name says; save it again in its own program."""


def attach(
    session: Session,
    record: Any,
    content: files.Readable,
    name: str,
    *,
    folder: Path,
    largest: int,
    by: User | None = None,
    description: str | None = None,
) -> Attachment:
    """Keep a file of at most `largest` bytes beside a record.

    `folder` is that of files. Raises UnknownType, NotWhatItSays, NotAnnotated, and what
    `files.keep` does.
    """
    shown = files.tidy_name(name)
    kind = _kind_of(shown)
    file = files.keep(
        session, folder, _Checked(content, kind), media_type=kind.media_type, most=largest
    )
    kept = Attachment(
        subject_table=str(record.__table__.name), subject_uuid=record.uuid, name=shown, file=file,
        created_by=by, description=(description or "").strip() or None,
    )  # fmt: skip
    notes.add(session, kept)
    return kept


def renamed(old: str, new: str) -> str:
    """Another name for an attachment, with an ending of the same kind.

    Raises UnknownType, NotWhatItSays.
    """
    shown = files.tidy_name(new)
    if _kind_of(shown) != _kind_of(old):
        raise NotWhatItSays
    return shown


@dataclass
class _Checked:
    """A content that is looked at while it is read."""

    content: files.Readable
    kind: Kind
    is_first: bool = True

    def read(self, size: int, /) -> bytes:
        chunk = self.content.read(size)
        if chunk and not self.kind.fits(chunk, is_first=self.is_first):
            raise NotWhatItSays
        self.is_first = False
        return chunk


def _kind_of(name: str) -> Kind:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in KINDS:
        raise UnknownType
    return KINDS[ending]
