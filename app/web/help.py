"""The "?" of pages and fields: the help that the shop has written, and the way to write it."""

from flask import g

from app.db import db
from app.services import help_texts
from app.web.auth import allowed
from app.web.markdown import markdown


def init_help(app):
    """Give the templates their functions."""
    app.jinja_env.filters["markdown"] = markdown
    app.jinja_env.globals.update(help_of=help_of, help_of_field=help_of_field)


def help_of(view):
    """(help or None, whether this person may write it) for the pages of a view."""
    may_write = allowed("page_helps.edit")
    return help_texts.of_page(db.session(), view.key), may_write


def help_of_field(view, name):
    """The help of a field, or None; all of a page are asked for at once."""
    known = g.setdefault("field_helps", {})
    if view.key not in known:
        known[view.key] = help_texts.of_fields(db.session(), view.key)
    return known[view.key].get(name)
