"""Pages of problems in the data: the reports with their trend, and what each found."""

import csv
import io
from datetime import date
from decimal import Decimal

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.db import db
from app.db.types import uuid_of
from app.services import problems
from app.web.auth import allowed, requires, this_user
from app.web.formats import harmless, show
from app.web.master.lookup import views

PER_PAGE = 50
MOST_LINES = 100_000
STATES = {"open": _l("Open"), "new": _l("New"), "solved": _l("Solved")}
WIDTH, HEIGHT = 80, 24

pages = Blueprint("problems", __name__, url_prefix="/problems")


class ProblemView:
    """The door to the pages below."""

    key, title, plural, icon = "problems", _l("Problem"), _l("Problems in the data"), "alert"

    @staticmethod
    def blueprint():
        return pages


@pages.get("/", endpoint="list")
@requires("problems.list")
def list_():
    """Every report with what its last look found."""
    reports = _reports()
    trends = problems.trends(db.session(), list(reports))
    rows = [(one, trends[key][-1] if trends[key] else None, spark(trends[key]))
            for key, one in reports.items()]  # fmt: skip
    return render_template("problems/list.html", rows=rows)


@pages.get("/<key>", endpoint="view")
@requires("problems.view")
def view_(key):
    """What one report found, a page at a time."""
    report = _reports().get(key) or abort(404)
    state = request.args.get("state", "open")
    if state not in STATES:
        abort(404)
    looks = problems.trends(db.session(), [key])[key]
    last, after = looks[-1] if looks else None, uuid_of(request.args.get("after", ""))
    query = problems.findings(key, state=state, last=last, after=after)
    found = db.session.scalars(query.limit(PER_PAGE + 1)).all()
    shown = found[:PER_PAGE]
    return render_template(
        "problems/view.html", report=report, state=state, states=STATES, last=last, found=shown,
        next=shown[-1].uuid if len(found) > PER_PAGE else None, after=after,
        spark=spark(looks), told=told, url_of=_links(report),
    )  # fmt: skip


@pages.get("/<key>.csv", endpoint="csv")
@requires("problems.view")
def csv_(key):
    """What is open, as a file for a spreadsheet."""
    report = _reports().get(key) or abort(404)
    query = problems.findings(key, state="open", last=None).limit(MOST_LINES)
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(["name", *report.columns, "since"])
    for one in db.session.scalars(query):
        facts = [one.facts.get(name) for name in report.columns]
        lines.writerow(map(harmless, [one.name, *facts, one.first_seen_at.date()]))
    # The mark tells spreadsheets that it is UTF-8.
    answer = Response("\ufeff" + file.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{report.key}.csv"'
    return answer


@pages.post("/look", endpoint="look")
@requires("problems.look")
def look():
    """Ask a worker to look now, at all or at one."""
    key = request.form.get("report", "")
    if key and key not in _reports():
        abort(404)
    run = problems.ask(db.session(), by=this_user(), reports=[key] if key else [])
    db.session.commit()
    flash(_("A worker looks as soon as it can; the run tells how it goes."), "success")
    if allowed("runs.view"):
        return redirect(url_for("runs.view", uuid=run.uuid))
    return redirect(url_for("problems.view", key=key) if key else url_for("problems.list"))


def spark(looks):
    """The points of a small line of how many were found, for an SVG; none for a single look."""
    counts = [one.found for one in looks]
    if len(counts) < 2:
        return ""
    most = max(counts) or 1
    step = WIDTH / (len(counts) - 1)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - (HEIGHT - 4) * count / most:.1f}"
        for place, count in enumerate(counts)
    )


def told(value, kind):
    """A fact of a finding, as people read it; JSON knows neither days nor money."""
    if value is None:
        return "–"
    if kind == "day":
        value = date.fromisoformat(value)
    elif isinstance(value, int | float):
        value = Decimal(str(value))
    return show(value, kind)


def _links(report):
    view = views().get(report.link)
    if view is None or not allowed(f"{report.link}.view"):
        return lambda finding: None
    return lambda finding: url_for(f"{report.link}.view", uuid=finding.record_uuid)


def _reports():
    return current_app.extensions["storekeeper"].all("problem_reports")
