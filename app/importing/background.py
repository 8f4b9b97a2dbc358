"""Imports in the background: a file that somebody gave, brought in by a worker."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.config import Settings
from app.db import unit_of_work
from app.db.unit_of_work import Person
from app.errors import AppError
from app.importing.handler import FileHandler, ImportHandler
from app.models.files import StoredFile
from app.models.runs import Run
from app.plugins import Registry
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
    handler: type[FileHandler],
    file: StoredFile,
    name: str,
    *,
    by: Person,
    encoding: str | None = None,
    dry_run: bool = False,
    strict: bool = False,
    reason: str | None = None,
    key: str | None = None,
) -> Run:
    """Ask for the import of a kept file that people call `name`."""
    parameters = {
        "handler": handler.key,
        "file": name,
        "content": str(file.uuid),
        "encoding": encoding or None,
        "strict": strict,
        "reason": reason or None,
    }
    run = defer(session, IMPORT, parameters, by=by, title=handler.title, dry_run=dry_run, key=key)
    if not run.files:
        run_files.add_source(session, settings, run, name, file)
    return run


def file_handlers(registry: Registry) -> dict[str, type[FileHandler]]:
    """The imports that take a file, by key."""
    every: dict[str, type[ImportHandler]] = registry.all("importing")
    return {key: one for key, one in every.items() if issubclass(one, FileHandler)}


def _import(running: Running) -> None:
    given = running.parameters
    handler = file_handlers(running.registry).get(given["handler"])
    if handler is None:
        raise NoSuchImport(f"There is no import {given['handler']!r}; was its plugin removed?")
    with tempfile.TemporaryDirectory(prefix="storekeeper-import-") as folder:
        path = Path(folder, files.tidy_name(given["file"]) or "file")
        path.symlink_to(_content(running.settings, given))
        started = handler(running.settings, path, encoding=given.get("encoding"))
        started.run(
            by=running.by,
            reason=given.get("reason"),
            dry_run=running.dry_run,
            strict=bool(given.get("strict")),
            running=running,
        )


def _content(settings: Settings, given: dict[str, Any]) -> Path:
    with unit_of_work() as session:
        file = session.get(StoredFile, UUID(given["content"]))
        if file is None:
            raise FileNotKept
        return files.path_of(files.folder_of(settings), file)


def _lock(parameters: Parameters) -> str:
    return f"import:{parameters['handler']}"


IMPORT = Work("import", "Import of a file", run=_import, kind="import", lock=_lock)
