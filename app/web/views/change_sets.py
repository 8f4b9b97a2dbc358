"""Pages of change sets: who changed what, all that one of them touched, and its undo."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.db import db
from app.db.types import uuid_of
from app.db.versioning import ORIGINS, ChangeSet
from app.models.users import Role, RolePermission, User, UserRole
from app.services import change_sets, undo_work, undoing
from app.services.permissions import EVERYTHING
from app.services.undo_plan import Plan
from app.web.auth import allowed, requires, this_user
from app.web.master.lookup import view_of
from app.web.master.words import label_column
from app.work.deferring import defer

PER_PAGE = 50
NUMBER = "<int(max=9223372036854775807):number>"
# What a person must be allowed, to take back what a change set did to the rows of a view.
RIGHTS = {"create": "create", "update": "edit", "delete": "delete"}
DOORS = (User, Role, UserRole, RolePermission)

pages = Blueprint("change_sets", __name__, url_prefix="/change-sets")


class ChangeSetView:
    """The door to the pages below; they are about many tables, so no master view fits."""

    key, title, plural, icon = "change_sets", _l("Change set"), _l("Change sets"), "history"

    @staticmethod
    def blueprint():
        return pages


@pages.get("/", endpoint="list")
@requires("change_sets.list")
def list_():
    """The newest change sets, filtered by what the address asks."""
    asked = {name: request.args.get(name, "").strip()[:200].replace("\0", "") for name in
             ("who", "origin", "run", "from", "to")}  # fmt: skip
    found = change_sets.page(
        db.session(), who=asked["who"], origin=asked["origin"], run=uuid_of(asked["run"]),
        since=_start(asked["from"]), until=_start(asked["to"], days=1),
        before=_number(request.args.get("before")), limit=PER_PAGE + 1,
    )  # fmt: skip
    shown = found[:PER_PAGE]
    counts = change_sets.counts(db.session(), [one.id for one in shown])
    older = shown[-1].id if len(found) > PER_PAGE else None
    given = {name: value for name, value in asked.items() if value}
    return render_template(
        "change_sets/list.html", found=shown, counts=counts, asked=given, older=older,
        origins=ORIGINS,
    )  # fmt: skip


@pages.get(f"/{NUMBER}", endpoint="view")
@requires("change_sets.view")
def view_(number):
    """One change set: who, when and why, and what it touched, table by table."""
    change_set, session = _change_set(number), db.session()
    counts = change_sets.counts(session, [number])[number]
    models = {str(model.__table__.name): model for model in counts if may_see(model)}
    model = models.get(request.args.get("table"), next(iter(models.values()), None))
    after = uuid_of(request.args.get("after", ""))
    found = (
        change_sets.objects(session, number, model, after=after, limit=PER_PAGE + 1)
        if model is not None
        else []
    )
    shown = found[:PER_PAGE]
    return render_template(
        "change_sets/view.html", change_set=change_set, counts=counts, model=model, changes=shown,
        owners=change_sets.owners(session, shown), names=_names(shown), url_of=url_of,
        next=shown[-1].uuid if len(found) > PER_PAGE else None, after=after, may_see=may_see,
    )  # fmt: skip


@pages.route(f"/{NUMBER}/undo", methods=["GET", "POST"], endpoint="undo")
@requires("change_sets.undo")
def undo(number):
    """Show what undoing would do, then do it, then show what was left out."""
    change_set, session = _change_set(number), db.session()
    overrule = request.values.get("overrule") == "yes"
    if request.method == "POST":
        if run := _undone_later(session, number, overrule=overrule):
            return redirect(url_for("runs.view", uuid=run.uuid), 303)
        report = undoing.undo(session, number, by=this_user(), overrule=overrule)
        if not may_undo(report.plan):
            abort(403)
        session.commit()
        rows = report.plan.count
        flash(_("Undone: %(rows)s rows are as they were before.", rows=rows), "success")
        return redirect(url_for("change_sets.undo", number=number, done=report.change_set_id))
    plan = undoing.plan(session, number, overrule=overrule)
    done = session.get(ChangeSet, _number(request.args.get("done")) or 0)
    return render_template(
        "change_sets/undo.html", change_set=change_set, plan=plan, overrule=overrule, done=done,
        may=may_undo(plan), url_of=url_of, reasons=REASONS, may_see=may_see,
    )  # fmt: skip


def _undone_later(session, number, *, overrule):
    """The run that undoes a large change set; None where this page can do it at once."""
    plan = undoing.plan(session, number, overrule=overrule)
    if plan.count < undo_work.LARGE:
        return None
    if not may_undo(plan):
        abort(403)
    given = {"change_set": number, "overrule": overrule}
    title = _("Undo of change set %(number)s", number=number)
    token = request.form.get("token", "")[:64]
    key = f"undo:{this_user().uuid}:{number}:{token}" if token else None
    run = defer(session, undo_work.UNDO, given, by=this_user(), title=title, key=key)
    session.commit()
    return run


REASONS = {
    "changed": _l("Changed since"),
    "joined": _l("Others refer to it since"),
    "in_use": _l("In use"),
    "gone": _l("Deleted since"),
    "unknown": _l("Nothing recorded before"),
    "missing": _l("What it refers to is gone"),
    "taken": _l("Its number or days belong to another by now"),
    "done": _l("Is already as it was"),
}


def may_see(model):
    """Whether this person may see rows of a model; those of no view only who may do everything."""
    view = view_of(model)
    return allowed(f"{view.key}.view") if view else current_user.permissions is EVERYTHING


def may_undo(plan: Plan):
    """Whether this person might do by hand all that an undo would do."""
    if current_user.permissions is EVERYTHING:
        return True
    for table in plan.tables:
        view = view_of(table.model)
        if table.acts and (view is None or table.model in DOORS):
            return False
        if table.acts and not all(RIGHTS[act] in view.allow and allowed(f"{view.key}.{RIGHTS[act]}")
                   for act in table.acts):  # fmt: skip
            return False
    return True


def url_of(model, uuid):
    """The history of any row, which is there also when the row is not."""
    view = view_of(model)
    there = view is not None and "view" in view.allow and allowed(f"{view.key}.view")
    return url_for(f"{view.key}.history", uuid=uuid) if there else None


def _names(changes):
    found = {}
    for change in changes:
        label = label_column(change.model)
        if label is not None:
            found[change.uuid] = getattr(change.state, label.key, None)
    return found


def _change_set(number):
    return db.session.get(ChangeSet, number) or abort(404)


def _number(text):
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _start(text, *, days=0):
    """The moment when a day begins in the shop; None for what is no day."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), tzinfo=get_timezone())
    except (ValueError, OverflowError):
        return None
