"""Which views this app has, by their key and by their model."""

from flask import current_app


def views():
    """Every view of this app, by key."""
    return current_app.extensions["storekeeper"].all("views")


def view_of(model):
    """The view of a model; None when it has none."""
    by_model = current_app.extensions.get("storekeeper.views_by_model")
    if by_model is None:
        by_model = {view.model: view for view in views().values() if hasattr(view, "model")}
        current_app.extensions["storekeeper.views_by_model"] = by_model
    return by_model.get(model)


def view_of_table(name):
    """The view of a table, by its name; None when it has none."""
    tables = {view.model.__tablename__: view for view in views().values() if hasattr(view, "model")}
    return tables.get(name)
