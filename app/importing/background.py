"""Imports in the background: a file that somebody gave, brought in by a worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.config import Settings
from app.db import unit_of_work
from app.db.unit_of_work import Person
from app.errors import AppError
from app.importing.handler import FileHandler, ImportHandler
from app.importing.options import PLAIN, Options
from app.models.files import StoredFile
from app.models.runs import Run
from app.services import files, run_files
from app.work.deferring import defer
from app.work.running import Running
from app.work.work import Parameters, Work


class NoSuchImport(AppError):
    """There is no such import from a file; its plugin may have been removed."""


class FileNotKept(AppError):
    """The file of this import is not kept any more; bring it in once more."""


def ask(
    session: Session,
    settings: Settings,
    handler: type[ImportHandler],
    *,
    by: Person | str,
    file: StoredFile | None = None,
    name: str = "file",
    encoding: str | None = None,
    dry_run: bool = False,
    options: Options = PLAIN,
    reason: str | None = None,
    key: str | None = None,
) -> Run:
    """Ask for a run of a handler; a kept file is one that people call `name`."""
    parameters: dict[str, Any] = {"handler": handler.key, "options": options.as_json()}
    if file is not None:
        parameters |= {"file": name, "content": str(file.uuid), "encoding": encoding or None}
    parameters["reason"] = reason or None
    said = {name: value for name, value in parameters.items() if value}
    work = WORKS[handler.direction]
    run = defer(session, work, said, by=by, title=handler.title, dry_run=dry_run, key=key)
    if file is not None and not run.files:
        run_files.add_source(session, settings, run, name, file)
    return run


def _run(running: Running) -> None:
    given = running.parameters
    handler: type[ImportHandler] | None = running.registry.all("importing").get(given["handler"])
    if handler is None:
        raise NoSuchImport(f"There is no import {given['handler']!r}; was its plugin removed?")
    with _started(handler, running) as started:
        started.run(
            by=running.by,
            reason=given.get("reason"),
            dry_run=running.dry_run,
            options=Options.from_json(given.get("options", {})),
            running=running,
        )


@contextmanager
def _started(handler: type[ImportHandler], running: Running) -> Iterator[ImportHandler]:
    given = running.parameters
    if not issubclass(handler, FileHandler):
        yield handler(running.settings)
        return
    if "content" not in given:
        raise FileNotKept
    with named(_content(running.settings, given), given["file"]) as path:
        yield handler(running.settings, path, encoding=given.get("encoding"))


@contextmanager
def named(content: Path, name: str) -> Iterator[Path]:
    """A kept content under the name that people gave it."""
    with tempfile.TemporaryDirectory(prefix="storekeeper-import-") as folder:
        path = Path(folder, files.tidy_name(name) or "file")
        path.symlink_to(content)
        yield path


def _content(settings: Settings, given: dict[str, Any]) -> Path:
    with unit_of_work() as session:
        file = session.get(StoredFile, UUID(given["content"]))
        if file is None:
            raise FileNotKept
        return files.path_of(files.folder_of(settings), file)


def _about(parameters: Parameters) -> str:
    return str(parameters["handler"])


def _lock(parameters: Parameters) -> str:
    return f"import:{parameters['handler']}"


def _check(parameters: Parameters) -> None:
    Options.from_json(parameters.get("options", {}))


IMPORT, EXPORT = (
    Work(kind, title, run=_run, kind=kind, check=_check, about=_about, lock=_lock)
    for kind, title in (("import", "Import"), ("export", "Export"))
)
WORKS = {"import": IMPORT, "export": EXPORT}
