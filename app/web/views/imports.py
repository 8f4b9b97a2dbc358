"""Imports in the web: those there are, a file to choose, its columns, and how to run it."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import StringField
from wtforms.validators import Length

from app.config.core import WEB_MAX_UPLOAD
from app.db import db
from app.errors import AppError
from app.importing import background
from app.importing.handler import FileHandler
from app.importing.options import Options
from app.importing.remembering import remember
from app.importing.tables import TableFile, every_handler
from app.models.runs import Run
from app.services import files
from app.web.auth import requires, this_user
from app.web.files import folder
from app.web.import_columns import columns_of
from app.web.import_options import OptionsForm
from app.web.master.fields import plain_text
from app.web.master.lookup import view_of
from app.web.master.uploads import UploadField, is_chosen
from app.web.rights import may_import, may_repeat, taken
from app.web.saying import said
from app.web.views.runs import TONES
from app.web.waiting_files import WaitingFile, waiting_file

pages = Blueprint("imports", __name__, url_prefix="/imports")
LAST = 12
ACCEPTED = ".csv,.txt,.tsv,.gz,.xlsx,.xlsm,.xls,.ods,.json,.jsonl,.ndjson,.xml,.edi,.x12"
"""Endings that a browser offers first; what a file is, its content tells."""


class ImportView:
    """The door to the pages below; an import is code, so no master view fits."""

    key, title, plural, icon = "imports", _l("Import"), _l("Imports"), "upload"

    @staticmethod
    def blueprint():
        return pages


class FileForm(FlaskForm):
    """A file, and what cannot be found out of it."""

    file = UploadField(_l("File"), [is_chosen], render_kw={"accept": ACCEPTED})
    encoding = StringField(
        _l("Encoding"), [Length(max=40), plain_text],
        description=_l("Found out when empty; such as cp1252 where letters look wrong."),
    )  # fmt: skip


@pages.get("/", endpoint="list")
@requires("imports.list")
def list_():
    """Every import that this person may run."""
    mine = [one for one in _handlers().values() if may_import(one)]
    handlers = [one for one in mine if not issubclass(one, TableFile)]
    tables = [(view_of(one.model), one.key) for one in mine if issubclass(one, TableFile)]
    tables.sort(key=lambda table: str(table[0].plural))
    last = {one.key: _last_runs(one) for one in handlers}
    return render_template("imports/list.html", handlers=handlers, last=last, tables=tables,
                           with_file=[one.key for one in handlers if _takes_file(one)])  # fmt: skip


@pages.route("/<key>", methods=["GET", "POST"], endpoint="ask")
@requires("imports.start")
def ask(key):
    """A form for a file, whose columns are looked at next; without a file, how to run it."""
    handler = _handler(key)
    if not _takes_file(handler):
        return _ask_options(handler)
    form = FileForm()
    if form.validate_on_submit() and (waiting := _kept(handler, form)):
        return redirect(url_for("imports.columns", key=key, token=waiting.token()), 303)
    columns = taken(handler).feed_type().columns
    page = render_template("imports/ask.html", handler=handler, form=form, columns=columns,
                           last=_last_runs(handler), run_tones=TONES)  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@pages.route("/<key>/columns/<token>", methods=["GET", "POST"], endpoint="columns")
@requires("imports.start")
def columns_(key, token):
    """What each column of the file goes to; what is said here is kept, and a worker begins."""
    handler, waiting = _handler(key), waiting_file(token)
    try:
        if waiting is None or waiting.handler != key:
            raise background.FileNotKept
        columns, form = columns_of(handler, waiting), OptionsForm.of(handler)
    except AppError as error:
        flash(said(error), "warning")
        return redirect(url_for("imports.ask", key=key), 303)
    columns.propose(handler)
    if form.is_submitted():
        columns.take(request.form)
        fine = columns.is_fine()
        if form.validate() and fine and (run := _asked(handler, form, waiting, columns)):
            return redirect(url_for("runs.view", uuid=run.uuid), 303)
    page = render_template("imports/columns.html", handler=handler, form=form, columns=columns,
                           waiting=waiting)  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@pages.post("/corrected/<uuid:uuid>", endpoint="corrected")
@requires("imports.start")
def corrected(uuid):
    """Rejected rows of a run, put right: brought in as the others were, and only those."""
    run = db.session.get(Run, uuid) or abort(404)
    handler = _handler(run.parameters.get("handler"))
    if not _takes_file(handler) or not may_repeat(run):
        abort(403)
    form = FileForm()
    if form.validate_on_submit() and (new := _ask_corrected(handler, run, form)):
        return redirect(url_for("runs.view", uuid=new.uuid), 303)
    flash(" ".join(form.file.errors) or _("Choose a file."), "danger")
    return redirect(url_for("runs.view", uuid=uuid), 303)


def _ask_options(handler):
    form = OptionsForm.of(handler)
    if form.validate_on_submit() and (run := _asked(handler, form)):
        return redirect(url_for("runs.view", uuid=run.uuid), 303)
    page = render_template("imports/options.html", handler=handler, form=form,
                           last=_last_runs(handler), run_tones=TONES)  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _kept(handler, form):
    """The file that was sent; None, with the reason at the field, where it cannot be taken."""
    session, sent = db.session(), form.file.data
    most = current_app.extensions["settings"][WEB_MAX_UPLOAD] * files.MEGABYTE
    try:
        kept = files.keep(session, folder(), sent.stream, media_type="text/csv", most=most)
        waiting = WaitingFile(
            handler.key, str(kept.uuid), files.tidy_name(sent.filename) or "file",
            form.encoding.data or None,
        )  # fmt: skip
        columns_of(handler, waiting)
    except AppError as error:
        session.rollback()
        form.file.errors = [said(error)]
        return None
    session.commit()
    return waiting


def _asked(handler, form, waiting=None, columns=None):
    """The run; None, with the reason in the form, where what was said does not go together."""
    session, user = db.session(), this_user()
    options = form.options(handler, **({"map": columns.said()} if columns else {}))
    if options is None:
        return None
    run = background.ask(
        session, current_app.extensions["settings"], handler, **form.whose(user), options=options,
        dry_run=form.dry_run.data, reason=form.reason.data,
        key=f"import:{user.uuid}:{form.token.data[:64]}", **_about(waiting),
    )  # fmt: skip
    if columns:
        remember(session, handler.key, columns.header, columns.every(), by=user)
    session.commit()
    return run


def _about(waiting):
    """What a run must know of its file."""
    if waiting is None:
        return {}
    stored = waiting.stored(db.session())
    return {"file": stored, "name": waiting.name, "encoding": waiting.encoding}


def _ask_corrected(handler, run, form):
    """The run of the corrected rows; None, with the reason in the form, where they do not fit."""
    session, user = db.session(), this_user()
    waiting = _kept(handler, form)
    if waiting is None:
        return None
    before = run.parameters.get("options", {})
    columns = columns_of(handler, waiting)
    columns.take_as(before.get("map", {}))
    if not columns.is_fine():
        form.file.errors = columns.errors
        return None
    # Only what was rejected is in this file: what is missing in it is no order to delete.
    kept = {name: before[name] for name in before.keys() - {"min_rows", "approve", "max_delete"}}
    options = Options.from_json({**kept, "map": columns.said(), "delete": False})
    new = background.ask(
        session, current_app.extensions["settings"], handler, by=user, options=options,
        dry_run=run.dry_run, reason=run.parameters.get("reason"), again_of=run.uuid,
        key=f"corrected:{user.uuid}:{run.uuid}:{waiting.file}", **_about(waiting),
    )  # fmt: skip
    session.commit()
    return new


def _handler(key):
    handler = _handlers().get(key) or abort(404)
    if not may_import(handler):
        abort(403)
    return handler


def _takes_file(handler):
    return issubclass(handler, FileHandler)


def _handlers():
    return every_handler(current_app.extensions["storekeeper"])


def _last_runs(handler):
    """The newest runs, from a terminal or from here; newest first."""
    query = select(Run).where(Run.key == handler.run_key())
    return db.session.scalars(query.order_by(Run.asked_at.desc()).limit(LAST)).all()
