"""Imports by schedule: a person says when an import runs, of which file, and how."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.config.importing import IMPORT_FOLDER
from app.db import db
from app.errors import AppError
from app.importing.background import WORKS, in_folder
from app.importing.tables import every_handler
from app.models.jobs import ShopJob
from app.web.auth import allowed, requires
from app.web.import_columns import columns_in
from app.web.import_schedule_form import ScheduleForm, answers
from app.web.rights import may_import
from app.web.saying import said
from app.work import shop_jobs

pages = Blueprint("import_schedules", __name__, url_prefix="/imports")


class ImportScheduleView:
    """The door to the page below."""

    key, title, plural, icon = "import_schedules", _l("Schedule"), _l("Schedules"), "clock"

    @staticmethod
    def blueprint():
        return pages


@pages.route("/<key>/schedule", methods=["GET", "POST"], endpoint="edit")
@requires("imports.schedule")
def edit(key):
    """Plan an import, or plan it anew; it becomes a job, which is paused and deleted as others."""
    handler = every_handler(current_app.extensions["storekeeper"]).get(key) or abort(404)
    if not may_import(handler):
        abort(403)
    job = db.session.scalars(select(ShopJob).filter_by(key=handler.run_key())).one_or_none()
    form = ScheduleForm.of(handler, data=answers(job) if job else None)
    if form.validate_on_submit() and (planned := _planned(handler, form)):
        flash(_("It is planned."), "success")
        may_look = allowed("jobs.view")
        where = url_for("jobs.view", uuid=planned.uuid) if may_look else url_for("imports.list")
        return redirect(where, 303)
    page = render_template(
        "imports/schedule.html", handler=handler, form=form, job=job,
        without_folder="path" in form and _settings()[IMPORT_FOLDER] is None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _planned(handler, form):
    """The job; None, with the reason in the form, where it cannot be."""
    session = db.session()
    try:
        parameters = _parameters(handler, form)
        if parameters is None:
            return None
        registry, work = current_app.extensions["storekeeper"], WORKS[handler.direction]
        job = shop_jobs.plan_work(session, registry, work, parameters, cron=form.cron.data)
    except AppError as error:
        session.rollback()
        form.form_errors.append(said(error))
        return None
    session.commit()
    return job


def _parameters(handler, form):
    """What the run is told; None, with the reason in the form, for what does not go together."""
    path = form.path.data.strip() if "path" in form else None
    mapped = _mapping(handler, path, form.reading) if path else {}
    options = form.options(handler, **({"map": mapped} if mapped else {}))
    if options is None:
        return None
    asked = {"handler": handler.key, "path": path, "reading": form.reading.as_json(),
             "options": options.as_json(), "reason": form.reason.data}  # fmt: skip
    return {name: value for name, value in asked.items() if value}


def _mapping(handler, path, reading):
    """How the columns go of the file that is there now, by what was last said of such a file."""
    started = handler(_settings(), in_folder(_settings(), path), reading=reading)
    with started.open_source() as source:
        columns = columns_in(started, source)
    columns.propose(handler)
    if not columns.is_fine():
        raise AppError(_("%(problem)s Bring in the file by hand first, and say it there.",
                         problem=columns.errors[0]))  # fmt: skip
    return columns.said()


def _settings():
    return current_app.extensions["settings"]
