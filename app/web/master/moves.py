"""Moves: what people do to a record beside editing it, such as to order or to close it.

class UpgradeView(Moves, MasterView):
    def moves_of(self, record): return [Move("again", _("Try again"), "refresh")]
    def make_move(self, record, key, note): upgrades.again(self.session, record)

The record's page offers them with a box for a note; each is one POST.
"""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from app.errors import AppError
from app.web.master import problems

LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Move:
    """One thing to do with a record now: its key, its words, and how it is drawn."""

    key: str
    title: Any
    icon: str = "arrow-right"
    tone: str = ""
    """primary, danger, or nothing."""


class Moves:
    """For a view: declare `moves_of` and `make_move`. `notes` says whether a note is asked for.

    Whoever may edit may move.
    """

    pages = (("move", "/<uuid:uuid>/move", "move", ("POST",), "edit", "edit"),)
    notes = True

    def moves_of(self, record):
        """What can be done now, the likeliest first."""
        return []

    def make_move(self, record, key, note):
        """Do it; AppError refuses. May return what to tell the person."""

    def move(self, uuid):
        record = self.get(uuid)
        key = request.form.get("move", "")
        if key not in {move.key for move in self.moves_of(record)}:
            flash(_("Somebody else was faster; look at how it is now."), "warning")
            return redirect(self.url("view", uuid=uuid), 303)
        note = request.form.get("note", "").replace("\0", "").strip()[:LONGEST_NOTE]
        try:
            told = self.make_move(record, key, note)
            self.session.flush()
        except (AppError, DBAPIError) as error:
            self.session.rollback()
            flash(problems.sentence(error, self.model), "danger")
        else:
            self.session.commit()
            flash(told or _("It is done."), "success")
        return redirect(self.url("view", uuid=uuid), 303)

    def offered(self, record):
        """The moves that this person sees."""
        return self.moves_of(record) if self.may("edit", record) else []
