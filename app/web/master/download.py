"""The rows of a grid as a file: exactly the columns, filters and order that are on the screen."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from flask import Response, flash, redirect, request
from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import Text

from app.importing.downloads import DOWNLOAD
from app.importing.targets.writers import csv_lines, write_workbook
from app.web.auth import this_user
from app.web.master.all_rows import AllRows
from app.web.master.columns import NUMBERS
from app.web.master.page import COUNT_TO
from app.web.master.state import State
from app.work.deferring import defer

PAGES = (
    ("grid_download", "/download", "grid_download", ("GET",), "export", "list"),
    ("ask_download", "/download", "ask_download", ("POST",), "export", "list"),
)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORBIDDEN = "[]:*?/\\'"
"""What the name of a sheet may not have."""


class Downloads:
    """The part of a master view that makes files of its grid."""

    def grid_download(self):
        """A file at once; where there are too many rows for that, the way to ask for one."""
        kind = self._kind()
        with self.read_at() as (session, _day):
            rows = self.all_rows(session)
            if rows.count.is_capped:
                return self._too_many()
            # Whole before it is sent: what breaks off half-way would look like all there is.
            with TemporaryDirectory(prefix="storekeeper-download-") as folder:
                path = Path(folder, self.file_name(kind))
                write(path, rows, self.plural_title)
                return self._answer(path.read_bytes(), kind)

    def ask_download(self):
        """Ask a worker for the file; people fetch it from the page of the run."""
        said = {"view": self.key, "format": self._kind(), "query": request.query_string.decode()}
        title = _("%(what)s to a file", what=self.plural_title)
        key = f"download:{this_user().uuid}:{request.form.get('token', uuid4().hex)[:64]}"
        run = defer(self.session, DOWNLOAD, said, by=this_user(), title=title, key=key)
        self.session.commit()
        return redirect(f"/runs/{run.uuid}", 303)

    def all_rows(self, session, told=None):
        """The rows of the grid that the address of this request asks for."""
        asked = request.args
        return AllRows(session, self.model, self.grid_here, asked, base=self.base(), told=told)

    def _kind(self):
        asked = request.args.get("format", "csv")
        return asked if asked in TYPES else "csv"

    def _too_many(self):
        flash(_("There are more than %(number)s rows; ask for the file under “Download”.",
                number=f"{COUNT_TO:,}"), "info")  # fmt: skip
        return redirect(State(request.args).url(self.url("list"), format=None))

    def _answer(self, content, kind):
        answer = Response(content, content_type=TYPES[kind])
        answer.headers["Content-Disposition"] = f'attachment; filename="{self.file_name(kind)}"'
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def file_name(self, kind):
        """What the file is called: the table and the day."""
        today = datetime.now(get_timezone()).date()
        return f"{self.key.replace('_', '-')}-{today.isoformat()}.{kind}"


def write(path, rows, title):
    """Write rows into a file, CSV or a workbook after its name."""
    columns = [column for column in rows.shown if column.format != "picture"]
    titles = [column.title for column in columns]
    values = _values(columns, rows)
    if path.suffix == ".xlsx":
        name = "".join(sign for sign in title if sign not in FORBIDDEN) or "1"
        write_workbook(path, name, titles, [Text()] * len(columns), values)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(csv_lines(titles, [Text()] * len(columns), values))


def _values(columns, rows):
    for row in rows:
        yield [_value(column, row) for column in columns]


def _value(column, row):
    """Numbers and days as programs know them, all else as people read it."""
    value = column.of(row)
    is_number = isinstance(value, int | Decimal) and column.format in NUMBERS
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return value if is_day or is_number else column.text(row) or None
