"""The master view: one class per table, its pages and permissions made from what it declares."""

from functools import cached_property
from typing import Any, ClassVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.db import db
from app.db.unit_of_work import change_set_of
from app.db.versioning import is_versioned
from app.errors import AppError
from app.services import dependents, history, merging
from app.web.auth import allowed
from app.web.master import problems
from app.web.master.annotations import Annotations
from app.web.master.download import Downloads
from app.web.master.filters import escape
from app.web.master.form import Form
from app.web.master.grid import Grid
from app.web.master.lookup import view_of, views
from app.web.master.merge import Merge, MergePages
from app.web.master.page import page_of
from app.web.master.parts import fact_of
from app.web.master.past import PastPages
from app.web.master.related import suggestions
from app.web.master.revert import RevertPage
from app.web.master.state import State, types_on
from app.web.master.uploads import sent
from app.web.master.words import label_text
from app.web.saying import said

SUGGESTIONS = 20


class MasterView(PastPages, RevertPage, MergePages, Downloads, Annotations):
    """Declare `key`, `model`, `title`, `grid` and `form`; the pages follow.

    `allow` says which of the pages exist. `parent` is the relation to the record whose part this
    is: its page is where people come from and go back to. `children` are rows shown on the page
    of a record. `pages` are more pages, as in routes.PAGES; `blame` says which field an AppError of
    `write` is about. `merge` lets people merge two records.
    """

    key: ClassVar[str]
    model: ClassVar[type[Any]]
    title: ClassVar[Any]
    plural: ClassVar[Any] = None
    icon: ClassVar[str] = "list"
    lead: ClassVar[Any] = None
    grid: ClassVar[Grid]
    form: ClassVar[Form] = Form()
    children: ClassVar[tuple] = ()
    parent: ClassVar[Any] = None
    facts: ClassVar[tuple] = ()
    facts_title: ClassVar[Any] = None
    pages: ClassVar[tuple] = ()
    blame: ClassVar[dict] = {}
    holds: ClassVar[tuple] = ()
    merge: ClassVar[Merge | None] = None
    allow: ClassVar[frozenset[str]] = frozenset({"list", "view", "create", "edit", "delete"})

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        # A mapped attribute is a descriptor and would ask the view for its mapper.
        cls.parent = getattr(cls.__dict__.get("parent", cls.parent), "key", cls.parent)

    # --- pages ---

    def list_(self):
        """The grid, or only its fragment for htmx."""
        part = "_grid" if request.headers.get("HX-Target") == "grid" else "list"
        with self.read_at() as (session, day):
            page = page_of(session, self.model, self.grid_here, request.args, base=self.base())
            answer = self.render(part, page=page, state=State(request.args), day=day)
        texts = {f.name for f in self.grid_here.filters().values() if f.kind == "text"}
        return answer, {"HX-Replace-Url": request.full_path} if types_on(request, texts) else {}

    def view_(self, uuid):
        record = self.get(uuid)
        entries = self._entries(uuid) if self.has_history else []
        return self.render("view", record=record, entries=entries, **self.context(record))

    def create(self):
        given = self.form.given(self.session, self.model, request.args)
        form = self.form.bind(self.model, None, **given)
        if request.method == "POST":
            form = self.form.bind(self.model, sent(request))
            if self.form.check(form) and (done := self._save(None, form)):
                return done
        return self.render("form", form=form, record=None), 422 if request.method == "POST" else 200

    def edit(self, uuid):
        # Lock first, look second: two people may press Save at once.
        record = self.get(uuid, lock=request.method == "POST")
        latest = self.latest(uuid)
        if request.method == "GET":
            form = self.form.bind(self.model, None, record)
            return self.render("form", form=form, record=record, latest=latest)
        form = self.form.bind(self.model, sent(request))
        fine = self.form.check(form)
        overtaken = self._overtaken(uuid, latest) if fine else []
        if fine and not overtaken and (done := self._save(record, form)):
            return done
        record = self.get(uuid)
        page = self.render("form", form=form, record=record, latest=latest, overtaken=overtaken)
        return page, 409 if overtaken else 422

    def delete(self, uuid):
        """Show what goes along and what forbids it, then delete."""
        record, problem = self.get(uuid), None
        if request.method == "POST":
            name, back = self.name_of(record), self._after_delete(record)
            try:
                self.remove(record)
            except AppError as error:
                self.session.rollback()
                record, problem = self.get(uuid), said(error)
            else:
                undo = self._undo(uuid)
                self.session.commit()
                flash({"text": _("“%(name)s” is deleted.", name=name), "undo_url": undo}, "success")
                return redirect(back)
        along = dependents.of(self.session, record)
        page = self.render("delete", record=record, dependents=along, problem=problem)
        return page, 422 if problem else 200

    def options(self):
        """Suggestions for a picker: the records whose name contains what was typed."""
        text = request.args.get(request.args.get("field", "q"), "").strip()
        label = label_text(self.model)
        query = select(self.model).order_by(self.model.uuid if label is None else label)
        query = query.limit(SUGGESTIONS)
        if text and label is not None:
            query = query.where(label.ilike(f"%{escape(text.replace(chr(0), ''))}%"))
        found = suggestions(self.session.scalars(query).all())
        return render_template("master/_options.html", records=found)

    # --- what a view may say otherwise ---

    def name_of(self, record):
        """What a record is called in the titles of its pages."""
        return str(record)

    def base(self):
        """A condition that every row of the grid meets."""

    def context(self, record):
        """More for the template of the record's page."""
        return {}

    def bulk_moves(self):
        """What can be done with the rows that are ticked; the page `handle_chosen` does it."""
        return ()

    def grid_links(self):
        """(title, address, icon) of more pages, offered above the grid."""
        return ()

    def before_save(self, record):
        """A last look at a record before it is written; raise AppError to refuse."""

    def write(self, record, form):
        """Put a form into a record (None: a new one) and return it; AppError refuses."""
        record = record or self.model()
        self.form.fill(form, record)
        self.session.add(record)
        self.before_save(record)
        return record

    def remove(self, record):
        """Delete a record; AppError refuses."""
        dependents.delete(self.session, record)

    def latest(self, uuid):
        """The change set that last wrote what the form holds."""
        if not self.holds:
            return history.latest(self.session, self.model, uuid)
        entries = history.of(self.session, self.model, uuid, limit=1)
        return entries[0].change_set.id if entries else None

    def facts_of(self, record):
        """What the page of a record tells: the fields of the form that are filled in."""
        names = self.facts or tuple(field.name for field in self.form.fields)
        found = [fact_of(self, record, name) for name in names]
        return [fact for fact in found if fact.text != ""]

    def state_of(self, record):
        """(tone, word) beside the title of a record; None when there is nothing to say."""
        active = getattr(record, "active", None)
        if active is None:
            return None
        return ("good", _("Active")) if active else ("quiet", _("Inactive"))

    # --- helpers for templates ---

    @property
    def session(self):
        return db.session()

    @property
    def plural_title(self):
        return str(self.plural or f"{self.title}s")

    @cached_property
    def grid_here(self):
        bound = self.grid.bound(self.model)
        return bound.where(lambda column: not column.permission or allowed(column.permission))

    @property
    def has_history(self):
        return is_versioned(self.model)

    @property
    def may_revert(self):
        """Whether this person may take changes back; False where they can only be made anew."""
        return self.has_history and self.may("edit")

    def may(self, act, record=None):
        """Whether this person may: at all, or with this record."""
        return act in self.allow and allowed(f"{self.key}.{act}")

    def url(self, page, **values):
        return url_for(f"{self.key}.{page}", **values)

    def url_of(self, record):
        """The page of any record, if it has one and this person may see it."""
        view = view_of(type(record))
        if view is None or "view" not in view.allow or not allowed(f"{view.key}.view"):
            return None
        return url_for(f"{view.key}.view", uuid=record.uuid)

    def parent_of(self, record):
        return getattr(record, self.parent) if self.parent and record else None

    def child_view(self, child):
        return views()[child.view]()

    def get(self, uuid, *, lock=False):
        # Others may refer to it meanwhile, as the scheduler does to a job that somebody edits.
        wanted = {"with_for_update": {"of": self.model, "key_share": True}} if lock else {}
        return self.session.get(self.model, uuid, **wanted) or self._gone(uuid)

    def render(self, name, /, **context):
        names = [f"{self.key}/{name}.html", f"master/{name}.html"]
        return render_template(names, view=self, **context)

    # --- inside ---

    def _gone(self, uuid):
        """There is no such record; one that was merged leads to the one that stayed."""
        table, endpoint = str(self.model.__table__.name), request.endpoint
        kept = merging.successor(self.session, table, uuid) if self.merge else None
        if kept is None or request.method != "GET" or "uuid" not in (request.view_args or {}):
            abort(404)
        flash(_("The record you asked for was merged into this one."), "info")
        abort(redirect(url_for(endpoint, **{**request.view_args, "uuid": kept})))

    def _save(self, record, form):
        """Write the form into the record and go to its page; None when something is wrong."""
        try:
            record = self.write(record, form)
            self.session.flush()
        except (AppError, DBAPIError) as error:
            self.session.rollback()
            problems.tell(error, form, self)
            return None
        changed = not self.has_history or change_set_of(self.session) is not None
        undo = self._undo(record.uuid)
        target = self._after_save(record)
        name = self.name_of(record)
        self.session.commit()
        if changed:
            flash({"text": _("“%(name)s” is saved.", name=name), "undo_url": undo}, "success")
        else:
            flash(_("Nothing was changed."), "info")
        return redirect(target)

    def _undo(self, uuid):
        """Where a POST takes back what this request has just written."""
        self.session.flush()
        number = change_set_of(self.session) if self.may_revert else None
        return self.url("revert", uuid=uuid, change_set=number) if number else None

    def _after_save(self, record):
        parent = self.parent_of(record)
        return (parent is not None and self.url_of(parent)) or self.url("view", uuid=record.uuid)

    def _after_delete(self, record):
        parent = self.parent_of(record)
        return (parent is not None and self.url_of(parent)) or self.url("list")
