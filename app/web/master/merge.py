"""Merging in the browser: choose two, see what it would do, then do it or ask for it."""

from dataclasses import dataclass

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.db.types import uuid_of
from app.db.unit_of_work import change_set_of
from app.errors import AppError
from app.services import merging
from app.web.auth import allowed, this_user
from app.web.master.fields import Free, RelatedField
from app.web.master.form import Form
from app.web.master.lookup import view_of
from app.web.saying import said

PAGES = (
    ("merge", "/merge", "merge_", ("GET",), "view", "view"),
    ("do_merge", "/merge", "do_merge", ("POST",), "merge", "view"),
    ("ask_merge", "/merge/ask", "ask_merge", ("POST",), "ask_merge", "view"),
)


@dataclass(frozen=True)
class Merge:
    """Records of a view may be merged: `Merge(fill=(Customer.notes,))`.

    `fill` are fields that the one that stays takes over where it has nothing. `add` are amounts of
    parts, such as `ProductInventory.on_hand`, that are added up where both have such a part.
    """

    fill: tuple = ()
    add: tuple = ()

    @property
    def names(self):
        return tuple(attribute.key for attribute in self.fill)

    @property
    def added(self):
        """The amounts as table.column."""
        return tuple(f"{one.class_.__table__.name}.{one.key}" for one in self.add)


def way_words():
    """What becomes of rows that cannot be kept twice."""
    return {
        "same": _l("the same as one it has; dropped"),
        "drop": _l("it has one of its own there, which stays; dropped"),
        "add": _l("it has one of its own there; added to it"),
        "unflag": _l("moves, and is not the first any more"),
        "renumber": _l("moves, and gets the next free number"),
        "loosen": _l("would refer to itself; emptied"),
        "blocked": _l("only one can stay, and others refer to both: change one of them first"),
    }


class MergePages:
    """The part of a master view that merges; it does so where the view declares `merge`."""

    @property
    def may_merge(self):
        """Whether this person may merge, or at least ask for it."""
        asks = (allowed(f"{self.key}.merge"), allowed(f"{self.key}.ask_merge"))
        return self.merge is not None and any(asks)

    def merge_(self):
        """The two side by side, and what merging them would do."""
        if not self.may_merge:
            abort(403)
        chosen = request.args.getlist("chosen")
        if chosen and len(set(chosen)) != 2:
            flash(_("Tick exactly two, then merge them."), "warning")
            return redirect(self.url("list"))
        if chosen:
            keep, remove = sorted(set(chosen))  # the older one stays, unless somebody swaps them
            return redirect(self.url("merge", keep=keep, remove=remove))
        if not request.args.get("keep"):
            return self._choose_other()
        return self._preview(*self._two(request.args))

    def do_merge(self):
        """Merge the two and go to the one that stays."""
        keep, remove = self._two(request.form)
        name, uuid = self.name_of(remove), keep.uuid
        try:
            merging.merge(
                self.session, keep=keep, remove=remove, by=this_user(),
                fill=self.merge.names, add=self.merge.added,
            )  # fmt: skip
        except AppError as error:
            self.session.rollback()
            return self._preview(*self._two(request.form), problem=said(error))
        number = change_set_of(self.session)
        undo = url_for("change_sets.undo", number=number) if self._may_undo(number) else None
        self.session.commit()
        flash({"text": _("“%(name)s” is merged into this one.", name=name), "undo_url": undo},
              "success")  # fmt: skip
        return redirect(self.url("view", uuid=uuid))

    def ask_merge(self):
        """Ask somebody who may."""
        keep, remove = self._two(request.form)
        reason = request.form.get("reason", "").replace("\0", "").strip()[:200] or None
        try:
            merging.request(self.session, keep=keep, remove=remove, by=this_user(), reason=reason)
        except AppError as error:
            self.session.rollback()
            return self._preview(*self._two(request.form), problem=said(error))
        self.session.commit()
        flash(_("Whoever may merge these two can see now that you ask for it."), "success")
        return redirect(self.url("view", uuid=keep.uuid))

    def _preview(self, keep, remove, problem=None):
        try:
            plan = merging.plan(
                self.session, keep=keep, remove=remove,
                fill=self.merge.names, add=self.merge.added,
            )  # fmt: skip
        except merging.MergeWithItself as error:
            flash(said(error), "warning")
            return redirect(self.url("merge", remove=remove.uuid))
        page = self.render(
            "merge", plan=plan, keep=keep, remove=remove, problem=problem, ways=way_words(),
            shown=self._shown, moving_url=self._moving_url,
            may=allowed(f"{self.key}.merge"), may_ask=allowed(f"{self.key}.ask_merge"),
        )  # fmt: skip
        return page, 422 if problem else 200

    def _choose_other(self):
        """Into which other record this one is to be merged."""
        remove = self.get(uuid_of(request.args.get("remove", "")) or abort(404))
        other = Free("other", label=self.title, kind=self._picker)
        ask = Form(other)
        form = ask.bind(self.model, request.args if "other" in request.args else None)
        if "other" in request.args and form.validate() and form["other"].data is not None:
            keep = form["other"].data
            if keep.uuid != remove.uuid:
                return redirect(self.url("merge", keep=keep.uuid, remove=remove.uuid))
            form["other"].errors = [_(str(merging.MergeWithItself()))]
        return self.render("merge_choose", record=remove, form=form, field=other)

    def _picker(self, **options):
        return RelatedField(self.model, **options)

    def _two(self, given):
        keep, remove = (uuid_of(given.get(name, "")) or abort(404) for name in ("keep", "remove"))
        return self.get(keep), self.get(remove)

    def _may_undo(self, number):
        return number is not None and allowed("change_sets.undo")

    def _shown(self, clash):
        """The names of rows, for those who may see them."""
        view = view_of(clash.model) if clash.model else None
        return clash.names if view is None or allowed(f"{view.key}.view") else ()

    def _moving_url(self, moving, record):
        """The grid of what moves."""
        from app.services.dependents import Dependents
        from app.web.master.jinja import url_of_dependents

        if moving.model is None:
            return None
        return url_of_dependents(Dependents(moving.model, moving.column, 1, False), record)
