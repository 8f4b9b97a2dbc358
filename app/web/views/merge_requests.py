"""Pages of merge requests: what people take for one, for those who may merge."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.models.merges import REQUEST_STATES, MergeRequest
from app.services import merge_facts, merging
from app.web.auth import allowed, this_user
from app.web.master import Choice, Column, Contains, Field, Form, Grid, MasterView
from app.web.master.lookup import view_of

TONES = {"open": "warn", "merged": "good", "declined": "quiet"}


def state_badge(asked):
    words = {"open": _("Open"), "merged": _("Merged"), "declined": _("Declined")}
    return TONES[asked.state], words[asked.state]


class MergeRequestView(MasterView):
    key, model, title, icon = "merge_requests", MergeRequest, _l("Merge request"), "merge"
    plural = _l("Merge requests")
    lead = _l("Records that somebody takes for one and may not merge themselves.")
    allow = frozenset({"list", "view", "edit", "delete"})
    grid = Grid(
        Column(MergeRequest.name, link=True, card="title", filter=Contains(shown=True)),
        Column(MergeRequest.requested_by, card="detail"),
        MergeRequest.requested_at,
        Column(MergeRequest.reason, card="detail"),
        Column(
            MergeRequest.state, state_badge, show="badge", card="state-cell",
            filter=Choice(words=REQUEST_STATES, shown=True),
        ),
        sort=MergeRequest.requested_at,
        descending=True,
    )  # fmt: skip
    form = Form(Field(MergeRequest.reason, lines=3))
    facts = ("name", "reason", "requested_by", "requested_at", "settled_by", "settled_at")
    pages = (("decline", "/<uuid:uuid>/decline", "decline", ("POST",), "edit", "edit"),)

    def state_of(self, record):
        return state_badge(record)

    def context(self, record):
        """Where the two are looked at; None when they are not there, or not for this person."""
        model = merge_facts.model_of(record.table_name)
        view = view_of(model) if model else None
        can = view is not None and view.merge is not None and allowed(f"{view.key}.merge")
        url = can and url_for(f"{view.key}.merge", keep=record.keep_uuid, remove=record.remove_uuid)
        return {"merge_url": url if record.state == "open" else None}

    def decline(self, uuid):
        """These two are not one."""
        merging.decline(self.session, self.get(uuid, lock=True), by=this_user())
        self.session.commit()
        flash(_("Declined."), "success")
        return redirect(self.url("view", uuid=uuid))
