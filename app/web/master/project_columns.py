"""Columns that projects add to our tables: on the pages of those tables, without a word more."""

from sqlalchemy import Boolean, Date, DateTime, Integer, Numeric, SmallInteger, String, inspect

from app.web.master.columns import Column

TYPED = (Boolean, Date, DateTime, Integer, Numeric, SmallInteger, String)
"""What a form can ask for."""


def show_project_columns(views):
    """Show in grid and form what these views do not name themselves, as the last of all.

    A view that names one says where it stands and how it looks, and nothing is done about it.
    """
    for view in views:
        if hasattr(view, "model"):
            for name in _names(view.model):
                _show(view, name)


def _names(model):
    """The attributes of projects; of a key to another record, the relation that follows it."""
    mapper = inspect(model)
    for column in mapper.local_table.columns:
        if "project" in column.info:
            name = mapper.get_property_by_column(column).key
            followed = (r.key for r in mapper.relationships if r.local_columns == {column})
            name = next(followed, None) if column.foreign_keys else name
            if name is not None:
                yield name


def _show(view, name):
    attribute = getattr(view.model, name)
    if view.grid.column(name) is None:
        view.grid = view.grid.plus(Column(attribute))
    if _is_asked_for(attribute) and name not in {field.name for field in view.form.fields}:
        view.form = view.form.plus(attribute)
    if view.facts and name not in view.facts:
        view.facts = (*view.facts, name)


def _is_asked_for(attribute):
    column = getattr(attribute.property, "columns", [None])[0]
    if column is None:  # a relation
        return True
    return column.computed is None and isinstance(column.type, TYPED)
