"""Appliances: their pictures."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from app.models.files import StoredFile
from app.models.tempmon import Appliance
from app.services import pictures


def put_picture(session: Session, appliance: Appliance, content: BinaryIO, *, folder: Path) -> None:
    """Let a picture show an appliance, in place of the one it had.

    Raises what app/services/pictures.py does.
    """
    large, small = (pictures.keep(session, folder, one) for one in pictures.draw(content))
    appliance.picture_uuid, appliance.thumbnail_uuid = large.uuid, small.uuid
    session.flush()


def take_picture_away(session: Session, appliance: Appliance) -> None:
    """Show an appliance without a picture."""
    appliance.picture_uuid = appliance.thumbnail_uuid = None
    session.flush()


def file_of(session: Session, appliance: Appliance, uuid: object) -> StoredFile | None:
    """The file of this uuid, if it is a picture of this appliance and is there."""
    if uuid not in (appliance.picture_uuid, appliance.thumbnail_uuid):
        return None
    return session.get(StoredFile, uuid)
