"""Wrong declarations of views, found at start: all of them at once, in words."""

from app.errors import AppError


class BadViews(AppError):
    """Some views are declared in a way that cannot work."""


def check_views(views):
    """Raise BadViews naming everything that is wrong."""
    keys = {view.key for view in views}
    found = [
        f"{view.__name__}: {fault}"
        for view in views
        if hasattr(view, "model")
        for fault in _faults(view, keys)
    ]
    if found:
        raise BadViews(f"{BadViews.__doc__} {'; '.join(found)}.")


def _faults(view, keys):
    try:
        yield from view.grid.bound(view.model).faults()
    except AppError as error:
        yield str(error)
    yield from view.form.faults(view.model)
    yield from (
        f"its child view {c.view!r} is unknown" for c in view.children if c.view not in keys
    )
    if view.merge:
        odd = [name for name in view.merge.names if not hasattr(view.model, name)]
        yield from (f"it has no {name!r} to fill in when merging" for name in odd)
    unknown = set(view.allow) - {"list", "view", "create", "edit", "delete"}
    yield from (f"it allows {act!r}, which is no page" for act in sorted(unknown))
