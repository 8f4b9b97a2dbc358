"""What can go wrong with an import, in words for the person who started it."""

from __future__ import annotations

from app.errors import AppError


class BadDeclaration(AppError):
    """An importer or handler is declared in a way that cannot work."""


class BadSource(AppError):
    """The source cannot be read as what it should be."""


class AlreadyRunning(AppError):
    """This import is running already; wait until it has ended."""


class HasRejectedRows(AppError):
    """Some rows were rejected, and in strict mode that stops the import."""


class DatabaseTrouble(AppError):
    """The database could not do its part; nothing was written."""


class Rejected(Exception):
    """One row cannot be taken; the text says why. The others go on."""


class Refused(Rejected):
    """A cell that spoils its whole file, since it shows that digits are lost everywhere."""


class StoppedByHand(AppError):
    """The import was stopped by somebody in the web; nothing of it was written."""
