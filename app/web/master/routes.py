"""The routes of a master view: each with its permission, by default refused."""

from flask import Blueprint

from app.web.master.download import PAGES as DOWNLOAD
from app.web.master.merge import PAGES as MERGE

REVERT = "/<uuid:uuid>/revert/<int(max=9223372036854775807):change_set>"
# page, address, method of the view, HTTP methods, the permission it needs, the page it belongs to
PAGES = (
    ("list", "/", "list_", ("GET",), "list", "list"),
    ("options", "/options", "options", ("GET",), "list", "list"),
    ("create", "/new", "create", ("GET", "POST"), "create", "create"),
    ("view", "/<uuid:uuid>", "view_", ("GET",), "view", "view"),
    ("edit", "/<uuid:uuid>/edit", "edit", ("GET", "POST"), "edit", "edit"),
    ("delete", "/<uuid:uuid>/delete", "delete", ("GET", "POST"), "delete", "delete"),
    ("history", "/<uuid:uuid>/history", "history_", ("GET",), "view", "view"),
    ("as_of", "/<uuid:uuid>/as-of", "as_of_", ("GET",), "view", "view"),
    ("timeline", "/<uuid:uuid>/timeline/<field>", "timeline_", ("GET",), "view", "view"),
    ("diff", "/<uuid:uuid>/diff", "diff_", ("GET",), "view", "view"),
    ("revert", REVERT, "revert", ("GET", "POST"), "edit", "edit"),
)
HISTORY = {"history", "as_of", "timeline", "diff", "revert"}


def blueprint(view):
    """A Flask blueprint with the pages that a view allows."""
    made = Blueprint(view.key, __name__, url_prefix=f"/{view.key.replace('_', '-')}")
    more = (*DOWNLOAD, *view.pages, *(MERGE if view.merge else ()))
    for page, rule, method, methods, permission, needs in (*PAGES, *more):
        if needs in view.allow and (page not in HISTORY or view.has_history.fget(view)):
            made.add_url_rule(
                rule, page, _handler(view, method, f"{view.key}.{permission}"), methods=methods
            )
    return made


def permissions(view):
    """The permissions of a view, one for each page it allows."""
    return [
        f"{view.key}.{act}"
        for act in ("list", "view", "create", "edit", "delete")
        if act in view.allow
    ]


def _handler(view, method, permission):
    def handle(**values):
        return getattr(view(), method)(**values)

    handle.permission = permission
    handle.__name__ = method
    return handle
