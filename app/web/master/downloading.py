"""What a worker does for a download: the grid, as the person who asked for it would see it."""

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app, g
from sqlalchemy import text

from app.db import unit_of_work
from app.errors import AppError
from app.models.runs import Run
from app.services import run_files
from app.web.auth import allowed
from app.web.master.download import TYPES
from app.web.master.download import write as write_rows
from app.web.master.lookup import views
from app.web.sessions import visitor


class MayNot(AppError):
    """The person who asked for this download may not have it any more."""


def write(running):
    """Write the file and keep it with the run."""
    given = running.parameters
    with TemporaryDirectory(prefix="storekeeper-download-") as folder:
        with _page(running, given["view"], given["query"]) as view:
            name = view.file_name(given["format"])
            path = Path(folder, name)
            with view.read_at() as (session, _day):
                session.execute(text("SELECT set_config('statement_timeout', '0', true)"))
                with running.watching(session.connection(bind_arguments={"mapper": view.model})):
                    running.counts = {"rows": {"written": _write(view, session, path, running)}}
        media_type = TYPES[given["format"]].partition(";")[0]
        with unit_of_work(by=running.by) as keeping:
            run = keeping.get_one(Run, running.run)
            run_files.add_result(keeping, running.settings, run, name, path, media_type)


def _write(view, session, path, running):
    def told(done, total):
        running.progress(done, total, "writing")
        session.expunge_all()  # what was written is not needed any more

    rows = view.all_rows(session, told)
    write_rows(path, rows, view.plural_title)
    return rows.written


@contextmanager
def _page(running, key, query):
    """The view, in a request like that of its page, by the person who asked."""
    with _app(key).test_request_context(f"/?{query}"):
        person = None if isinstance(running.by, str) else visitor(running.by.uuid)
        g._login_user = person
        if person is None or not (allowed(f"{key}.list") and allowed(f"{key}.export")):
            raise MayNot
        yield views()[key]()


def _app(key):
    """A worker has no pages until one is asked for."""
    here = current_app._get_current_object()
    return here if key in here.blueprints else here.extensions["with_pages"]()
