"""Workbooks of Excel and LibreOffice, read by a process of its own with limits of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from app.importing.errors import BadSource
from app.importing.sources.digest import sha256_of
from app.importing.sources.reading import Reading
from app.importing.sources.spool import Spool, SpooledSource, find_header
from app.importing.sources.tabular import Known

CHILD = Path(__file__).with_name("workbook_child.py")
MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a workbook may cost; what costs more is taken for a bomb."""

    memory: int = 1_024
    """In megabytes."""
    seconds: int = 120
    disk: int = 4_096
    """In megabytes, of the text of its cells."""


@contextmanager
def open_workbook(
    path: Path, *, knows: Known, reading: Reading, limits: Limits, longest_cell: int
) -> Iterator[SpooledSource]:
    """The rows of one sheet. Raises BadSource for what is no workbook, or costs too much."""
    with Spool() as spool:
        _read_apart(path, reading.sheet, spool.file, limits)
        spool.file.seek(0)
        found = json.loads(spool.file.readline())
        start = spool.file.tell()
        spool.count = found["rows"]
        where = f"The sheet {found['sheet']} of {path.name}"
        line, header = find_header(spool.chunks(start), knows, where)
        facts = {"format": "workbook", "sheet": found["sheet"], "sha256": sha256_of(path)}
        yield SpooledSource(
            spool, name=f"the sheet {found['sheet']} of {path.name}", header=header, facts=facts,
            notes=list(_notes(found)), after=line, start=start, longest_cell=longest_cell,
        )  # fmt: skip


def _read_apart(path: Path, sheet: str | None, to: IO[bytes], limits: Limits) -> None:
    """Let a child write the cells; its name is its path, since it is to know nothing of us."""
    memory, disk = limits.memory * MEGABYTE, limits.disk * MEGABYTE
    command = [sys.executable, "-I", str(CHILD), str(path.absolute()), sheet or ""]
    command += [str(memory), str(limits.seconds), str(disk)]
    try:
        done = subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, stdout=to, stderr=subprocess.PIPE,
            timeout=limits.seconds * 2, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise BadSource(_too_slow(path, limits)) from error
    if done.returncode:
        raise BadSource(_why(path, sheet, done, limits))


def _why(
    path: Path, sheet: str | None, done: subprocess.CompletedProcess[bytes], limits: Limits
) -> str:
    last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
    if done.returncode == 3 and last:
        word, about = cast("tuple[str, str]", json.loads(last[0]))
        return _refusal(path, sheet, word, about)
    text = done.stderr.decode(errors="replace")
    if done.returncode in (-9, -24, 152, 137):
        return _too_slow(path, limits)
    if done.returncode == -25 or "File too large" in text:
        return f"The workbook {path.name} holds more than {limits.disk:,} MB of text."
    if done.returncode == -6 or "memory allocation" in text or "MemoryError" in text:
        return (
            f"The workbook {path.name} needs more than {limits.memory:,} MB of memory; save the "
            "sheet as CSV, or remove what is far below or beside the table."
        )
    return f"The workbook {path.name} is damaged and cannot be read; open it and save it again."


def _too_slow(path: Path, limits: Limits) -> str:
    return (
        f"The workbook {path.name} takes more than {limits.seconds} seconds to read; save the "
        "sheet as CSV."
    )


def _refusal(path: Path, sheet: str | None, word: str, about: str) -> str:
    sentences = {
        "password": f"The workbook {path.name} is protected by a password; save it without one.",
        "no sheet": f"The workbook {path.name} has no sheet {sheet}; it has: {about}.",
        "empty": f"The workbook {path.name} is empty: no sheet that can be seen holds anything.",
        "corrupt": f"The workbook {path.name} is damaged and cannot be read: {about.rstrip('.')}.",
    }
    return sentences[word]


def _notes(found: dict[str, Any]) -> Iterator[str]:
    if len(found["sheets"]) > 1:
        others = [name for name in found["sheets"] if name != found["sheet"]]
        yield f"The sheet {found['sheet']} was read; there are also: {', '.join(others)}."
    if found["merged"]:
        yield "Cells are merged; their value was taken for the first one, the others are empty."
    if found["errors"]:
        yield "Cells hold errors such as #N/A; they were taken as empty."
    if found["formulas"]:
        yield "Formulas hold no values; open the workbook and save it, or their cells are empty."
