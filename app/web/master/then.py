"""What the templates of the past call: old values and old rows, as people read them."""

from app.db import db
from app.services import history
from app.web.formats import show
from app.web.master.columns import format_of


def init_then(app):
    """Give the templates their functions."""
    app.jinja_env.globals.update(
        fact_then=fact_then, shown_columns=shown_columns, states_shown=states_shown
    )


def fact_then(value, column):
    """An old value; that of a reference is a name already."""
    return show(value) if isinstance(value, str) else show(value, format_of(column))


def shown_columns(model, owner, states):
    """The recorded columns in which any of these rows says something, without the owner's key."""
    return [
        column
        for name, column in history.recorded_columns(model)
        if history.target_of(model, column) is not owner
        and any(getattr(state, name) not in (None, "") for state in states)
    ]


def states_shown(model, columns, states):
    """The rows as texts, other records by name."""
    names = {}
    for column in columns:
        target = history.target_of(model, column)
        keys = {getattr(state, column.key) for state in states} - {None}
        if target is not None and keys:
            names |= history.names_of(db.session(), target, keys)
    return [
        [fact_then(names.get(value, value), column)
         for column in columns for value in (getattr(state, column.key),)]
        for state in states
    ]  # fmt: skip
