"""Imports in the background: a file that somebody gave, brought in by a worker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.config import Settings
from app.config.importing import IMPORT_FOLDER
from app.db import unit_of_work
from app.db.unit_of_work import Person
from app.errors import AppError
from app.importing.handler import FileHandler, ImportHandler
from app.importing.options import PLAIN, BadOptions, Options
from app.importing.sources import reading as reading_of
from app.importing.sources.reading import Reading
from app.importing.tables import every_handler
from app.models.files import StoredFile
from app.models.runs import Run
from app.plugins import Registry
from app.services import files, run_files
from app.work.deferring import defer
from app.work.running import Running
from app.work.work import Parameters, Work

KINDS = {"handler": str, "path": str, "file": str, "content": str, "reason": str,
         "reading": dict, "options": dict}  # fmt: skip
PLANNED = KINDS.keys() - {"file", "content"}
"""What is said of an import that is planned."""


class NoSuchImport(AppError):
    """There is no such import from a file; its plugin may have been removed."""


class FileNotKept(AppError):
    """The file of this import is not kept any more; bring it in once more."""


class NoSuchFile(AppError):
    """There is no file %(name)s in the folder for imports."""


class NoFolder(AppError):
    """No folder for imports is configured; set import.folder."""


class BadPlan(AppError):
    """An import by schedule is not planned so."""


def ask(
    session: Session,
    settings: Settings,
    handler: type[ImportHandler],
    *,
    by: Person | str,
    asked_by: Person | None = None,
    file: StoredFile | None = None,
    name: str = "file",
    path: str | None = None,
    encoding: str | None = None,
    reading: Reading = reading_of.PLAIN,
    dry_run: bool = False,
    options: Options = PLAIN,
    reason: str | None = None,
    key: str | None = None,
    again_of: UUID | None = None,
) -> Run:
    """Ask for a run of a handler; a kept file is one that people call `name`, and a `path` is that
    of one in the folder for imports.

    `reading` says how to read the file, where a person said it; `encoding` is short for its own.
    """
    parameters: dict[str, Any] = {"handler": handler.key, "options": options.as_json()}
    if file is not None:
        parameters |= {"file": name, "content": str(file.uuid)}
    said_of_file = replace(reading, encoding=encoding) if encoding else reading
    parameters |= {"path": path, "reading": said_of_file.as_json()}
    parameters["reason"] = reason or None
    said = {name: value for name, value in parameters.items() if value}
    work = WORKS[handler.direction]
    run = defer(
        session, work, said, by=by, asked_by=asked_by, title=handler.title, dry_run=dry_run,
        key=key, again_of=again_of,
    )  # fmt: skip
    if file is not None and not run.files:
        run_files.add_source(session, settings, run, name, file)
    return run


def _run(running: Running) -> None:
    given = running.parameters
    handler = every_handler(running.registry).get(given["handler"])
    if handler is None:
        raise NoSuchImport(f"There is no import {given['handler']!r}; was its plugin removed?")
    with _started(handler, running) as started, _keeping_rejects(running) as rejects:
        started.run(
            by=running.by,
            reason=given.get("reason"),
            dry_run=running.dry_run,
            options=Options.from_json(given.get("options", {})),
            running=running,
            rejects_to=rejects,
        )


@contextmanager
def _keeping_rejects(running: Running) -> Iterator[IO[str] | None]:
    """A file for the rejected rows of a file, kept with the run also where it fails for them."""
    if not running.parameters.keys() & {"content", "path"}:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="storekeeper-rejects-") as folder:
        path = Path(folder, "rows")
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                yield file
        finally:
            if _has_rows(path):
                _keep_rejects(running, path)


def _has_rows(path: Path) -> bool:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in islice(file, 2)) == 2


def _keep_rejects(running: Running, path: Path) -> None:
    with unit_of_work() as session:
        run = session.get_one(Run, running.run)
        given = running.parameters
        name = rejects_name(given.get("file") or Path(given["path"]).name)
        run_files.add_result(session, running.settings, run, name, path, "text/csv")


def rejects_name(name: str) -> str:
    """What the file with the rejected rows of a file is called."""
    stem, dot, _ = name.removesuffix(".gz").rpartition(".")
    return f"{stem if dot else name}-rejected.csv"


@contextmanager
def _started(handler: type[ImportHandler], running: Running) -> Iterator[ImportHandler]:
    given = running.parameters
    if not issubclass(handler, FileHandler):
        yield handler(running.settings)
        return
    reading = Reading.from_json(given.get("reading", {}))
    if "path" in given:
        path = in_folder(running.settings, given["path"])
        yield handler(running.settings, path, reading=reading)
        return
    if "content" not in given:
        raise FileNotKept
    with named(_content(running.settings, given), given["file"]) as path:
        yield handler(running.settings, path, reading=reading)


def in_folder(settings: Settings, name: str) -> Path:
    """A file that is there by now in the folder for imports. Raises NoFolder and NoSuchFile."""
    folder = settings[IMPORT_FOLDER]
    if folder is None:
        raise NoFolder
    path = (
        folder / name
    ).resolve()  # links that lead out of the folder are followed before we look
    if not path.is_relative_to(folder.resolve()):
        raise NoSuchFile("%(name)s is not in the folder for imports.", name=name)
    if not path.is_file():
        raise NoSuchFile(name=name)
    return path


def check_planned(handler: type[ImportHandler], parameters: Parameters) -> None:
    """Refuse (BadPlan and others) what no import by schedule may say, such as a file of a run."""
    if odd := sorted(parameters.keys() - PLANNED):
        raise BadPlan("An import by schedule has no %(names)s.", names=", ".join(odd))
    _check(parameters)
    if issubclass(handler, FileHandler) != ("path" in parameters):
        raise BadPlan("An import of a file needs its path, and others have none.")


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


def _planned(registry: Registry, parameters: Parameters) -> str | None:
    handler = every_handler(registry).get(parameters.get("handler", ""))
    return handler.title if handler else None


def _check(parameters: Parameters) -> None:
    for name in KINDS.keys() & parameters.keys():  # beside them are facts of an earlier run
        if not isinstance(parameters[name], KINDS[name]):
            raise BadOptions(f"{name} cannot be {parameters[name]!r}.")
    Reading.from_json(parameters.get("reading", {}))
    Options.from_json(parameters.get("options", {}))


IMPORT, EXPORT = (
    Work(kind, title, run=_run, kind=kind, check=_check, about=_about, lock=_lock, planned=_planned)
    for kind, title in (("import", "Import"), ("export", "Export"))
)
WORKS = {"import": IMPORT, "export": EXPORT}
