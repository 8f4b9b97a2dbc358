"""Checks of this machine: its disk, its folders, and whether backups come."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.config.core import BACKUP_FOLDER, BACKUP_OLDEST, DATA_FOLDER
from app.services import files
from app.services.health.check import Node, Verdict, bad, good, quiet, warn

LITTLE, ALMOST_NONE = 1_000_000_000, 200_000_000


def disk(node: Node) -> Verdict:
    """How much room there is where the data folder is."""
    space = shutil.disk_usage(_there(node.settings[DATA_FOLDER].resolve()))
    facts = {"free": f"{space.free / 1e9:.1f}", "total": f"{space.total / 1e9:.0f}"}
    if space.free < LITTLE:
        verdict = bad if space.free < ALMOST_NONE else warn
        return verdict("%(free)s GB of %(total)s GB are free.", "Make room on this disk.", **facts)
    return good("%(free)s GB of %(total)s GB are free.", **facts)


def folders(node: Node) -> Verdict:
    """Whether files can be written where they belong."""
    data = node.settings[DATA_FOLDER].resolve()
    for folder in (data, _there(files.folder_of(node.settings))):
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"1")
        except OSError as error:
            return bad(
                "Nothing can be written to %(folder)s: %(error)s.",
                "See whether the folder is there and belongs to the user of this program.",
                folder=folder,
                error=error.strerror or str(error),
            )
    return good("Files can be written to %(folder)s.", folder=data)


def backups(node: Node) -> Verdict:
    """How old the newest file of the backup folder is."""
    folder = node.settings[BACKUP_FOLDER]
    if folder is None:
        return quiet("Nobody told where backups go.")
    do = "See whether the backup runs, and where it writes to; [backup] folder says where we look."
    try:
        ages = [path.stat().st_mtime for path in folder.iterdir() if path.is_file()]
    except OSError as error:
        return bad("%(folder)s cannot be read: %(error)s.", do, folder=folder, error=error.strerror)
    if not ages:
        return bad("There is no backup in %(folder)s.", do, folder=folder)
    age = datetime.now(UTC) - datetime.fromtimestamp(max(ages), UTC)
    verdict = bad if age > node.settings[BACKUP_OLDEST] else good
    fact = "The newest backup is %(hours)s hours old."
    hours = round(age / timedelta(hours=1), 1)
    return verdict(fact, do, hours=hours) if verdict is bad else good(fact, hours=hours)


def _there(folder: Path) -> Path:
    """The folder, or the nearest above it that is there: it is made when it is needed."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
