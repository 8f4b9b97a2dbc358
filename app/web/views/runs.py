"""Pages of runs: what was imported, when, by whom, and what was left out."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app.models.runs import RUN_KINDS, RUN_STATES, RejectedRow, Run
from app.services import change_sets
from app.web.auth import allowed
from app.web.master import Choice, Column, Field, Form, Grid, MasterView

FEW = 10
TONES = {
    "waiting": "quiet",
    "running": "info",
    "succeeded": "good",
    "failed": "bad",
    "cancelled": "quiet",
    "lost": "bad",
}


def state_badge(run):
    from app.web.master.words import words

    return TONES[run.state], words(run.state)


class RunView(MasterView):
    key, model, title, icon = "runs", Run, _l("Run"), "play"
    plural = _l("Runs")
    lead = _l("Every import and every other long work leaves a run here, with what it did.")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(Run.asked_at, card="code"),
        Column(Run.title, link=True, card="title"),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(Run.state, hidden=True, filter=Choice(words=RUN_STATES)),
        Column(Run.kind, filter=Choice(words=RUN_KINDS)),
        Run.dry_run,
        Column(Run.user),
        Column(Run.by, hidden=True),
        Run.finished_at,
        sort=Run.asked_at,
        descending=True,
    )
    form = Form(
        Run.kind,
        Run.key,
        Run.dry_run,
        Run.user,
        Run.by,
        Run.asked_at,
        Run.started_at,
        Run.finished_at,
    )

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        """The counts by importer, and the first rows that were left out."""
        counts = dict(record.counts)
        rows = counts.pop("rows", {})
        left_out = select(RejectedRow).where(RejectedRow.run_uuid == record.uuid)
        ended = record.finished_at
        return {
            "read": rows.get("read"),
            "rejected": rows.get("rejected", 0),
            "change_sets": self._change_sets(record),
            "seconds": round((ended - record.started_at).total_seconds(), 1)
            if ended and record.started_at
            else None,
            "counts": [{"what": what, **done} for what, done in counts.items()],
            "rejected_rows": self.session.scalars(
                left_out.order_by(RejectedRow.line).limit(FEW)
            ).all(),
        }

    def _change_sets(self, run):
        if not allowed("change_sets.view"):
            return []
        return change_sets.page(self.session, run=run.uuid, limit=FEW)


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
