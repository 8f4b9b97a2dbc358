"""Bringing a file in: the imports there are, with their last runs, and a form for each."""

from uuid import uuid4

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from app.config.core import WEB_MAX_UPLOAD
from app.db import db
from app.importing import background
from app.importing.options import Options
from app.models.runs import Run
from app.services import files
from app.web.auth import requires, this_user
from app.web.files import folder
from app.web.master.fields import plain_text
from app.web.master.uploads import UploadField, is_chosen
from app.web.rights import may_import, taken
from app.web.saying import said
from app.web.views.runs import TONES

pages = Blueprint("imports", __name__, url_prefix="/imports")
LAST = 12


class ImportView:
    """The door to the pages below; an import is code, so no master view fits."""

    key, title, plural, icon = "imports", _l("Import"), _l("Imports"), "upload"

    @staticmethod
    def blueprint():
        return pages


class ImportForm(FlaskForm):
    """A file and how to take it; `token` makes that two clicks ask once."""

    file = UploadField(_l("File"), [is_chosen], render_kw={"accept": ".csv,.txt,.tsv,.gz"})
    dry_run = BooleanField(
        _l("Only try it"), default=True,
        description=_l("Shows what would be created and changed, and writes nothing."),
    )  # fmt: skip
    strict = BooleanField(
        _l("All or nothing"),
        description=_l("Without this, rows that cannot be taken are left out and listed."),
    )
    encoding = StringField(
        _l("Encoding"), [Length(max=40), plain_text],
        description=_l("Found out when empty; such as cp1252 where letters look wrong."),
    )  # fmt: skip
    reason = StringField(
        _l("Why"), [Length(max=200), plain_text], description=_l("Kept in the history.")
    )
    token = HiddenField(default=lambda: uuid4().hex)


@pages.get("/", endpoint="list")
@requires("imports.list")
def list_():
    """Every import from a file that this person may run."""
    handlers = [one for one in _handlers().values() if may_import(one)]
    last = {one.key: _last_runs(one) for one in handlers}
    return render_template("imports/list.html", handlers=handlers, last=last)


@pages.route("/<key>", methods=["GET", "POST"], endpoint="ask")
@requires("imports.start")
def ask(key):
    """A form for a file; what is sent is kept, and a worker takes it from there."""
    handler = _handlers().get(key) or abort(404)
    if not may_import(handler):
        abort(403)
    form = ImportForm()
    if form.validate_on_submit():
        if run := _asked(handler, form):
            return redirect(url_for("runs.view", uuid=run.uuid), 303)
        status = 422
    else:
        status = 422 if form.is_submitted() else 200
    last = _last_runs(handler)
    columns = taken(handler).feed_type().columns
    page = render_template("imports/ask.html", handler=handler, form=form, last=last,
                           run_tones=TONES, columns=columns)  # fmt: skip
    return page, status


def _asked(handler, form):
    """The run; None, with the reason at the field, where the file cannot be kept."""
    session, settings = db.session(), current_app.extensions["settings"]
    sent, user = form.file.data, this_user()
    most = settings[WEB_MAX_UPLOAD] * files.MEGABYTE
    try:
        kept = files.keep(session, folder(), sent.stream, media_type="text/csv", most=most)
        run = background.ask(
            session, settings, handler, by=user, file=kept, name=sent.filename,
            encoding=form.encoding.data, dry_run=form.dry_run.data,
            options=Options(strict=form.strict.data), reason=form.reason.data,
            key=f"import:{user.uuid}:{form.token.data[:64]}",
        )  # fmt: skip
    except (files.NoContent, files.TooLarge) as error:
        session.rollback()
        form.file.errors = [said(error)]
        return None
    session.commit()
    return run


def _handlers():
    return background.file_handlers(current_app.extensions["storekeeper"])


def _last_runs(handler):
    """The newest runs, from a terminal or from here; newest first."""
    query = select(Run).where(Run.key == handler.run_key())
    return db.session.scalars(query.order_by(Run.asked_at.desc()).limit(LAST)).all()
