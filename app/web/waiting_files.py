"""A file that was sent and waits until its person says what to do with it.

It is kept like all files; the address of the next page names it, signed, for its person alone.
A file that nobody comes back to is swept away after a day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from app.models.files import StoredFile
from app.web.auth import this_user

WAITS = 12 * 60 * 60
"""Seconds; less than the sweep of files leaves alone."""


@dataclass(frozen=True)
class WaitingFile:
    """What was sent, and what was said of it."""

    handler: str
    file: str
    name: str
    encoding: str | None = None
    again_of: str | None = None
    """The run whose rejected rows these are."""

    def token(self):
        """For the address of a page; good for whoever is signed in now."""
        return _signer().dumps({**asdict(self), "user": str(this_user().uuid)})

    def stored(self, session):
        """The kept file; None when it was swept away."""
        return session.get(StoredFile, UUID(self.file))


def waiting_file(token):
    """The file of a token; None for one that is too old, of somebody else, or none at all."""
    try:
        told = _signer().loads(token, max_age=WAITS)
    except BadData:
        return None
    user = told.pop("user")
    return WaitingFile(**told) if user == str(this_user().uuid) else None


def _signer():
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="storekeeper waiting file")
