"""Pages of runs: what waits, runs and ran; live progress, log, files, cancel and run again."""

from datetime import UTC, datetime, timedelta

from flask import (
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.errors import AppError
from app.importing.background import rejects_name
from app.models.runs import RUN_KINDS, RUN_STATES, RejectedRow, Run, RunFile, RunLogLine
from app.services import change_sets, import_changes, rejections
from app.web.auth import allowed, this_user
from app.web.files import send
from app.web.formats import duration
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView
from app.web.rights import may_repeat
from app.web.saying import said
from app.web.views.import_changes import file_of
from app.work import deferring
from app.work import runs as work_runs

FEW, LINES = 10, 200
DEAF_AFTER = timedelta(seconds=15)
"""Whatever has not stopped so long after it was asked to does not look whether it should."""
TONES = {
    "waiting": "quiet",
    "running": "info",
    "succeeded": "good",
    "failed": "bad",
    "cancelled": "quiet",
    "lost": "bad",
}
ONE = "/<uuid:uuid>"
NOTHING = dict.fromkeys(("created", "updated", "unchanged", "deleted", "rejected", "withheld"), 0)


def state_badge(run):
    from app.web.master.words import words

    if run.is_unfinished and run.cancel_asked_at:
        return "warn", _("Stopping")
    return TONES[run.state], words(run.state)


class RunView(MasterView):
    key, model, title, icon = "runs", Run, _l("Run"), "play"
    plural = _l("Runs")
    lead = _l("Every import and every other long work leaves a run here, with what it did.")
    allow = frozenset({"list", "view"})
    pages = (
        ("live", f"{ONE}/live", "live", ("GET",), "view", "view"),
        ("log", f"{ONE}/log", "log", ("GET",), "view", "view"),
        ("cancel", f"{ONE}/cancel", "cancel", ("POST",), "cancel", "view"),
        ("approve", f"{ONE}/approve", "approve", ("POST",), "approve", "view"),
        ("again", f"{ONE}/again", "again", ("POST",), "start", "view"),
        ("changes", f"{ONE}/changes.csv", "changes", ("GET",), "view", "view"),
        ("file", f"{ONE}/files/<uuid:file>", "file_", ("GET",), "view", "view"),
    )
    grid = Grid(
        Column(Run.asked_at, card="code"),
        Column(Run.title, link=True, card="title", filter=Contains(shown=True)),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Run.state, hidden=True, filter=Choice(shown=True, words=RUN_STATES)),
        Column(Run.kind, filter=Choice(words=RUN_KINDS)),
        Column(Run.key, hidden=True, filter=Contains()),
        Run.dry_run,
        Column(Run.user),
        Column(Run.by, hidden=True),
        Column("took_", lambda run: took(run), label=_l("Time"), card="detail"),
        Column(Run.finished_at, hidden=True),
        sort=Run.asked_at,
        descending=True,
    )
    form = Form(
        Run.kind, Run.dry_run, Run.user, Run.by, Run.asked_by, Run.asked_at, Run.started_at,
        Run.finished_at, Run.attempt, Run.again_of, Run.worker,
    )  # fmt: skip

    def state_of(self, record):
        return state_badge(record)

    def facts_of(self, record):
        shown = super().facts_of(record)
        return [fact for fact in shown if fact.text not in ("", "–", "—", "0")]

    def context(self, record):
        """The counts by importer, the first rows that were left out, files, and how far it is."""
        counts = dict(record.counts)
        rows, phases = counts.pop("rows", {}), counts.pop("phases", {})
        kept = self._files(record) if self._may_fetch(record) else []
        return {
            "read": rows.get("read"),
            "rejected": rows.get("rejected", 0),
            "change_sets": self._change_sets(record),
            "took": took(record) if record.finished_at else None,
            "counts": [{"what": what, **NOTHING, **done} for what, done in counts.items()
                       if isinstance(done, dict)],
            "reasons": rejections.reasons(self.session, record.uuid, limit=FEW),
            "phases": phases,
            "rate": rate(record, rows.get("read")),
            "files": kept,
            "rejects": rejects_among(kept, record),
            "may_correct": may_repeat(record) and record.parameters.keys() & {"content", "path"},
            "changes": import_changes.summary(self.session, record.uuid),
            "may_approve": allowed("runs.approve") and may_repeat(record),
            "may_again": may_repeat(record),
            **self._live(record),
        }  # fmt: skip

    def live(self, uuid):
        """How far it is, asked for every second; when it has ended the page is loaded anew."""
        record = self.get(uuid)
        answer = make_response(
            render_template("runs/_live.html", view=self, record=record, **self._live(record))
        )
        if not record.is_unfinished:
            answer.headers["HX-Refresh"] = "true"
        return answer

    def log(self, uuid):
        """All that it said, as plain text."""
        record = self.get(uuid)
        query = select(RunLogLine).where(RunLogLine.run_uuid == record.uuid)
        lines = self.session.scalars(query.order_by(RunLogLine.uuid))
        text = "".join(f"{one.at.isoformat()} {one.level}: {one.line}\n" for one in lines)
        return text, {"Content-Type": "text/plain; charset=utf-8"}

    def cancel(self, uuid):
        """Cancel what waits, ask what runs to stop."""
        record = self.get(uuid)
        state = work_runs.ask_to_stop(self.session, record.uuid, by=str(this_user()))
        self.session.commit()
        told = {
            "cancelled": (_("It is cancelled."), "success"),
            "running": (_("It is asked to stop; nothing of it will be written."), "success"),
        }
        flash(*told.get(state, (_("It had ended already."), "warning")))
        return redirect(self.url("view", uuid=uuid), 303)

    def approve(self, uuid):
        """Ask for the same once more, which then makes what this run withheld and no more."""
        options = {**self.get(uuid).parameters.get("options", {}), "approve": str(uuid)}
        return self._repeat(uuid, more={"options": options})

    def again(self, uuid):
        """Ask for the same once more, or to write what was tried; who presses twice asks once."""
        return self._repeat(uuid, write=bool(request.form.get("write")))

    def _repeat(self, uuid, *, write=False, more=None):
        record, user = self.get(uuid), this_user()
        if not may_repeat(record):
            abort(403)
        token = request.form.get("token", "")[:64]
        key = f"again:{user.uuid}:{uuid}:{token}" if token else None
        registry = current_app.extensions["storekeeper"]
        try:
            new = deferring.repeat(
                self.session, registry, record, by=user, key=key,
                dry_run=record.dry_run and not write, more=more,
            )  # fmt: skip
        except AppError as error:
            self.session.rollback()
            flash(said(error), "danger")
            return redirect(self.url("view", uuid=uuid), 303)
        self.session.commit()
        return redirect(self.url("view", uuid=new.uuid), 303)

    def file_(self, uuid, file):
        """A file that it read or made, for whoever asked for it."""
        record = self.get(uuid)
        kept = self.session.get(RunFile, file)
        if kept is None or kept.run_uuid != record.uuid or kept.expires_at < datetime.now(UTC):
            abort(404)
        if not self._may_fetch(record):
            abort(403)
        return send(kept.file, name=kept.name, cached=False)

    def changes(self, uuid):
        """What it changed, tried or withheld, field by field, as a file for a spreadsheet."""
        record = self.get(uuid)
        if not allowed("import_changes.list"):
            abort(403)
        answer = Response(
            stream_with_context(file_of(self.session, record.uuid)),
            content_type="text/csv; charset=utf-8",
        )
        answer.headers["Content-Disposition"] = f'attachment; filename="changes-{uuid}.csv"'
        return answer

    def _live(self, run):
        query = select(RunLogLine).where(RunLogLine.run_uuid == run.uuid)
        newest = self.session.scalars(query.order_by(RunLogLine.uuid.desc()).limit(LINES)).all()
        asked = run.cancel_asked_at
        return {
            "log": newest[::-1], "pace": Pace(run), "may_cancel": allowed("runs.cancel"),
            "does_not_hear": asked is not None and datetime.now(UTC) - asked > DEAF_AFTER,
        }  # fmt: skip

    def _may_fetch(self, run):
        mine = this_user().uuid in (run.user_uuid, run.asked_by_uuid)
        return mine or allowed("runs.files")

    def _files(self, run):
        now = datetime.now(UTC)
        found = self.session.scalars(select(RunFile).filter_by(run_uuid=run.uuid)).all()
        return sorted((one for one in found if one.expires_at > now), key=lambda one: one.role)

    def _change_sets(self, run):
        if not allowed("change_sets.view"):
            return []
        return change_sets.page(self.session, run=run.uuid, limit=FEW)


class Pace:
    """How far a run is, how fast, and how long it will take, as far as that is known."""

    def __init__(self, run):
        progress = run.progress
        self.done, self.total, self.phase = (
            (progress.done, progress.total, progress.phase) if progress else (None, None, None)
        )
        self.rate = self.left = None
        if run.state == "running" and run.started_at and self.done:
            seconds = max((datetime.now(UTC) - run.started_at).total_seconds(), 0.1)
            self.rate = self.done / seconds
            if self.total and self.total > self.done:
                self.left = (self.total - self.done) / self.rate

    @property
    def is_known(self):
        return bool(self.total and self.done is not None and self.done < self.total)


def took(run):
    """How long it took, or has taken until now, in words; empty before it began."""
    if run.started_at is None:
        return ""
    ended = run.finished_at or datetime.now(UTC)
    return duration(max((ended - run.started_at).total_seconds(), 0))


def rate(run, rows):
    """Rows a second; None where that says nothing."""
    if not rows or run.started_at is None or run.finished_at is None:
        return None
    return rows / max((run.finished_at - run.started_at).total_seconds(), 0.01)


def rejects_among(files, run):
    """The file with the rows that were left out."""
    name = rejects_name(run.parameters.get("file", ""))
    return next((one for one in files if one.role == "result" and one.name == name), None)


class RejectedRowView(MasterView):
    key, model, title, icon = "rejected_rows", RejectedRow, _l("Rejected row"), "alert"
    plural = _l("Rejected rows")
    parent = RejectedRow.run
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(RejectedRow.line, link=True, card="title"),
        Column(RejectedRow.reason, card="detail"),
        Column(RejectedRow.content, hidden=True),
        Column(RejectedRow.run),
        sort=RejectedRow.line,
    )
    form = Form(
        RejectedRow.run, RejectedRow.line, RejectedRow.reason, Field(RejectedRow.content, lines=4)
    )

    def name_of(self, record):
        return _("Line %(line)s of %(run)s", line=record.line, run=record.run)
