"""What a person may ask a worker to do."""

from pathlib import Path

from flask import current_app

from app.db import db
from app.errors import AppError
from app.importing import background
from app.importing.choosing import chosen
from app.importing.creating import with_creators
from app.importing.handler import FileHandler
from app.importing.options import PLAIN, Options
from app.importing.tables import TableFile, every_handler
from app.services import permissions
from app.web.auth import allowed, this_user
from app.web.master.lookup import view_of
from app.work.plans import NotActive
from app.work.work import UnknownWork, find


def may_repeat(run):
    """Whether this person may ask for the same; that somebody else might is not enough."""
    if run.queue is None or not allowed("runs.start"):
        return False
    registry = current_app.extensions["storekeeper"]
    if "handler" in run.parameters:
        handler = every_handler(registry).get(run.parameters.get("handler"))
        return handler is not None and may_import(handler)
    try:
        work = find(registry, run.key)
    except UnknownWork:
        return False
    return work.again and allowed(work.permission)


def may_import(handler):
    """Whoever may create and edit by hand what an import writes may import it.

    A table that nobody creates and edits by hand is brought in by those at the server only.
    """
    if not allowed("imports.start"):
        return False
    if issubclass(handler, TableFile):  # it writes that table only, and creates nothing it names
        view = view_of(handler.model)
        return _is_kept_by_hand(view) and all(
            _is_granted(view, verb) for verb in ("create", "edit")
        )
    writing = with_creators(taken(handler).chosen(), PLAIN)
    views = [view_of(importer.model) for importer in writing if importer.model]
    needed = [(view, verb) for view in views if view for verb in ("create", "edit")]
    return all(_is_granted(view, verb) for view, verb in needed)


def _is_kept_by_hand(view):
    return view is not None and {"create", "edit"} <= view.allow


def taken(handler):
    """The import as it would be of some file; only then it knows its importers."""
    settings = current_app.extensions["settings"]
    takes_file = issubclass(handler, FileHandler)
    return handler(settings, Path("file")) if takes_file else handler(settings)


def _is_granted(view, verb):
    """A page that a view does not have asks for no permission."""
    return verb not in view.allow or allowed(f"{view.key}.{verb}")


class NotYours(AppError):
    """This plans an import that you may not run, or another one than before."""


class NotAsOthers(AppError):
    """You may not let this run as %(user)s; those may who may edit that user."""


class NotByProgram(AppError):
    """The history of what an import writes is turned off on the command line only."""


class NotApproved(AppError):
    """You may not approve what a run withheld."""


def may_run_as_others():
    """Whether this person may let something run as another user."""
    return allowed("users.edit")


def require_run_as(user):
    """Let nobody run anything as a user whom they may not edit. Raises NotAsOthers, NotActive."""
    if user is None or user.uuid == this_user().uuid:
        return
    if not user.active:
        raise NotActive(user=user)
    try:
        if not may_run_as_others():
            raise permissions.BeyondYou
        permissions.require_power_over_user(db.session(), user, by=this_user())
    except permissions.BeyondYou as error:
        raise NotAsOthers(user=user) from error


def require_options(options):
    """Refuse what a person may not say of an import from afar. Raises NotApproved and others."""
    if not options.versioning:
        raise NotByProgram
    if options.approve is not None and not allowed("runs.approve"):
        raise NotApproved


def require_import(job):
    """Let nobody plan or begin an import that they may not run. Raises NotYours and others."""
    given, handlers = job.parameters or {}, every_handler(current_app.extensions["storekeeper"])
    handler = handlers.get(str(given.get("handler")))
    if handler is None or handler.run_key() != job.key or not may_import(handler):
        raise NotYours
    background.check_planned(handler, given)
    options = Options.from_json(given.get("options", {}))
    require_options(options)
    chosen(taken(handler).chosen(), options)
