"""The page that takes a change back: first what that would do, then doing it."""

from flask import abort, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from app.errors import AppError
from app.services import dependents, history, reverting
from app.web.auth import allowed
from app.web.master import problems
from app.web.master.lookup import view_of

# What a person must be allowed, to take back what somebody did.
REVERTING = {"create": "create", "update": "edit", "delete": "delete"}


class RevertPage:
    """The part of a master view that takes changes back."""

    def revert(self, uuid, change_set):
        """Show what reverting would change, then do it."""
        if not self.may_revert:
            abort(404)
        entry, problem = history.entry(self.session, self.model, uuid, change_set), None
        if request.method == "POST":
            try:
                steps = self.take_back(uuid, entry, only=_chosen())
            except (AppError, DBAPIError) as error:
                self.session.rollback()
                problem = problems.sentence(error, self.model)
            else:
                if not all(self._may_take(step) for step in steps):
                    abort(403)
                undo = self._undo(uuid)
                self.session.commit()
                flash({"text": _("Reverted."), "undo_url": undo}, "success")
                gone = self.session.get(self.model, uuid) is None
                return redirect(self.url("history" if gone else "view", uuid=uuid))
        record = self.session.get(self.model, uuid)
        steps = reverting.plan(self.session, entry)
        goes = record is not None and any(
            s.verb == "delete" and not s.change.is_part for s in steps
        )
        along = dependents.of(self.session, record) if goes else []
        page = self.render(
            "revert",
            record=record,
            uuid=uuid,
            entry=entry,
            steps=steps,
            problem=problem,
            dependents=along,
            choose=sum(len(step.differences) or 1 for step in steps) > 1,
            chosen=_chosen(),
        )
        return page, 422 if problem else 200

    def take_back(self, uuid, entry, *, only=None):
        """Revert an entry of the history, or of it what `only` names, and return the steps.

        AppError refuses.
        """
        return reverting.revert(self.session, entry, only=only)

    def _may_take(self, step):
        """Whether this person may do this step: a part has permissions of its own."""
        view = view_of(step.change.model) if step.change.is_part else None
        act = REVERTING[step.verb]
        return self.may(act) if view is None else allowed(f"{view.key}.{act}")


def _chosen():
    """The lines of the form that are ticked; None where there was nothing to choose."""
    return set(request.form.getlist("only")) if "choose" in request.form else None
