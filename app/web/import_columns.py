"""The columns of a file that was sent, with samples, and the fields that they go to."""

from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import current_app
from flask_babel import gettext as _

from app.db import db
from app.importing.background import FileNotKept, named
from app.importing.mapping import name_of, places
from app.importing.remembering import find
from app.importing.report import ADDED
from app.services import files
from app.web.files import folder
from app.web.master.words import words

SAMPLES, LONGEST, MOST = 3, 60, 300


@dataclass
class FileColumnChoice:
    """One column of the file; `field` is what it goes to, empty for nothing."""

    place: int
    name: str
    samples: list[str]
    field: str = ""
    error: str = ""

    @property
    def id(self):
        return f"column-{self.place}"


@dataclass
class Columns:
    """The header of a file, and what each column goes to."""

    header: tuple[str, ...]
    fields: tuple
    columns: list[FileColumnChoice]
    remembered: object = None
    errors: list[str] = field(default_factory=list)

    def take(self, form):
        """What a person chose in a form."""
        known = {one.name for one in self.fields}
        for column in self.columns:
            chosen = form.get(column.id, "")
            column.field = chosen if chosen in known else ""

    def propose(self, handler):
        """What the last person said of such a file, or else what the names say."""
        self.remembered = find(db.session(), handler.key, self.header)
        self.take_as(self.remembered.mapping if self.remembered else {})

    def take_as(self, said):
        """What was said of a file; of one with rejected rows, that of its source."""
        known = {one.name for one in self.fields}
        said = {name: at for name, at in said.items() if name in known}
        added = len(ADDED) if self.header[: len(ADDED)] == ADDED else 0
        for one, place in places(self.fields, self.header[added:], said).found.items():
            if place + added < len(self.columns):
                self.columns[place + added].field = one.name

    def is_fine(self):
        """Whether every needed field has a column, and none has two; else the errors say it."""
        for one in self.fields:
            there = [column for column in self.columns if column.field == one.name]
            for column in there[1:]:
                column.error = _("%(field)s comes from another column already.",
                                 field=words(one.name))  # fmt: skip
                self.errors.append(f"{column.name or column.place + 1}: {column.error}")
            if one.required and not there:
                self.errors.append(_("%(field)s is needed: say which column it is.",
                                     field=words(one.name)))  # fmt: skip
        return not self.errors

    def said(self):
        """What must be said beside the names, so that the import finds what was chosen."""
        said, every = {}, self.every()
        while wrong := self._differing(said):
            said |= {name: every[name] for name in wrong}
        return said

    def every(self):
        """All fields with their columns, as they are remembered."""
        chosen = {column.field: column.place for column in self.columns if column.field}
        return {
            one.name: name_of(self.header, chosen[one.name]) if one.name in chosen else ""
            for one in self.fields
        }

    def _differing(self, said):
        found = {one.name: at for one, at in places(self.fields, self.header, said).found.items()}
        chosen = {column.field: column.place for column in self.columns if column.field}
        names = (one.name for one in self.fields if one.name not in said)
        return [name for name in names if found.get(name) != chosen.get(name)]


def columns_of(handler, waiting):
    """Look into a file that was sent. Raises AppError where it cannot be read."""
    with opened(handler, waiting) as (started, source):
        return columns_in(started, source)


def columns_in(started, source):
    """Look into the source of a handler. Raises AppError where it cannot be read."""
    fields = tuple(started.feed_type().columns)
    rows = next(iter(source.chunks(lambda line, reason, row: None)), ([], []))[1]
    header = tuple(source.header)
    return Columns(header, fields, [
        FileColumnChoice(place, name, _samples(row[place] for row in rows))
        for place, name in enumerate(header[:MOST])
    ])  # fmt: skip


@contextmanager
def opened(handler, waiting):
    """The handler on the file, and the file as its source."""
    stored = waiting.stored(db.session())
    if stored is None:
        raise FileNotKept
    with named(files.path_of(folder(), stored), waiting.name) as path:
        started = handler(current_app.extensions["settings"], path, encoding=waiting.encoding)
        with started.open_source() as source:
            yield started, source


def _samples(cells):
    found = []
    for cell in cells:
        text = " ".join(cell.split())
        text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        if text and text not in found:
            found.append(text)
        if len(found) == SAMPLES:
            break
    return found
