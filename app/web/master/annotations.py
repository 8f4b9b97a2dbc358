"""Notes and attachments on the page of a record; their own pages are in app/web/views/notes.py."""

from app.services import notes
from app.web.auth import allowed


class Annotations:
    """The part of a master view that shows what was written about a record."""

    @property
    def is_annotated(self):
        """Whether rows of the model have notes and attachments."""
        return getattr(self.model, "__annotated__", False)

    def notes_of(self, record):
        """The notes about a record; None for those who may not see any."""
        may = self.is_annotated and allowed("notes.view")
        return notes.of(self.session, record) if may else None

    def attachments_of(self, record):
        """The files beside a record; None for those who may not see any."""
        may = self.is_annotated and allowed("attachments.view")
        return notes.attachments_of(self.session, record) if may else None
