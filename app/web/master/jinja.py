"""What the templates of master views call: names and addresses of things, words for history."""

from uuid import uuid4

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import inspect

from app.services import history
from app.web import formats
from app.web.auth import allowed
from app.web.formats import show
from app.web.icons import icon
from app.web.master.columns import format_of
from app.web.master.filters import VERBS
from app.web.master.grid import SIZES
from app.web.master.lookup import view_of
from app.web.master.page import Row
from app.web.master.words import inside, label_column, words
from app.web.schedules import duration

WORDED = frozenset({"word", "phone"})
ORIGIN_ICONS = {
    "import": "swap",
    "datasync": "swap",
    "batch": "stack",
    "cli": "terminal",
    "api": "link",
}


def init_master(app):
    """Give the templates their functions."""
    app.jinja_env.globals.update(
        difference=difference,
        form_token=lambda: uuid4().hex,
        duration=duration,
        last_name=last_name,
        model_words=model_words,
        named=named,
        origin_words=origin_words,
        state_words=state_words,
        touched=touched,
        touched_words=touched_words,
        act_words=act_words,
        undo_words=undo_words,
        url_of_change_set=url_of_change_set,
        part_name=part_name,
        part_words=part_words,
        sizes=SIZES,
        url_of_dependents=url_of_dependents,
        url_of_options=url_of_options,
        url_of_run=url_of_run,
        verbs=VERBS,
        who=who,
        words=words,
    )
    app.jinja_env.filters["inside"] = inside
    app.jinja_env.filters["words"] = words
    app.jinja_env.filters["as_row"] = lambda given: Row(given["record"], {}, None)


def who(change_set):
    """The initials, the sign, that stand for the author of a change set."""
    if change_set.origin == "sql":
        return "SQL"
    if change_set.origin in ORIGIN_ICONS:
        return icon(ORIGIN_ICONS[change_set.origin], 16)
    name = (change_set.actor or "?").split()
    return "".join(word[0] for word in (name[:1] + name[1:][-1:])).upper()


def origin_words(origin):
    return {
        "web": _("in the web app"),
        "import": _("by an import"),
        "batch": _("by a batch"),
        "datasync": _("by datasync"),
        "api": _("by the API"),
        "cli": _("on the command line"),
        "sql": _("directly in the database"),
    }[origin]


def difference(value, told):
    """The old or new value of a difference, for people."""
    if value is None or value == "":
        return _("nothing")
    form = format_of(told.column)
    if isinstance(value, str) and form not in (
        "word",
        "phone",
    ):  # a text, or the name of another record
        return value
    return show(value, form)


def named(step, told, value):
    """A value of a step of a revert; a key of another record becomes its name."""
    target = history.target_of(step.change.model, told.column)
    if target is None or value is None:
        return difference(value, told)
    from app.db import db

    record = db.session.get(target, value)
    return str(record) if record is not None else _("deleted")


def part_name(change):
    view = view_of(change.model)
    return str(view.title) if view else model_words(change.model)


def part_words(change):
    """What a part is called, from its recorded state: the kind and the value of a price."""
    return state_words(change.model, change.state) or part_name(change)


def state_words(model, state):
    """The same from any old state."""
    told = []
    told_names = {name for name, _column in history.recorded_columns(model)}
    for name, column in history.recorded_columns(model):
        value = getattr(state, name)
        if name == "kind" and "gtin" in told_names:
            continue
        says = name in {
            "kind",
            "price",
            "multiple",
            "gtin",
            "case_cost",
            "number",
            "address",
            "name",
            "permission",
            "subject",
            "code",
            "caption",
            "location",
        }
        if says and value is not None and not (name == "multiple" and value == 1):
            told.append(show(value, "code" if name == "gtin" else format_of(column)))
    return " ".join(told) or _linked_words(model, state)


def _linked_words(model, state):
    """What a row says that only links two records, or tells of days: the other record, the days."""
    from app.db import db

    told, parent = [], getattr(view_of(model), "parent", None)
    owner = parent and {column.key for column in getattr(model, parent).property.local_columns}
    for name, column in history.recorded_columns(model):
        value, target = getattr(state, name), history.target_of(model, column)
        if value is not None and target is not None and name not in (owner or ()):
            record = db.session.get(target, value)
            told.append(str(record) if record is not None else _("deleted"))
        elif value is not None and format_of(column) in {"day", "moment"}:
            told.append(show(value, format_of(column)))
    return " ".join(told[:2])


def touched(counts):
    """What a change set wrote, by table: “changed 3 products, 1 price”."""
    rows = [(model, sum(done.values())) for model, done in counts.items()]
    told = [f"{formats.count(n)} {inside(counted(model, n))}" for model, n in rows[:3]]
    return (
        _("changed %(what)s", what=", ".join(told)) if told else _("changed nothing that is left")
    )


def touched_words(counts):
    """The same as a sentence of its own."""
    return touched(counts).capitalize()


def act_words(act):
    return {"create": _("created"), "update": _("changed"), "delete": _("deleted")}[act]


def undo_words(act):
    """What an undo does to rows, from its own verb."""
    return {
        "create": _("come back"),
        "update": _("put back"),
        "delete": _("deleted again"),
    }[act]


def url_of_change_set(change_set):
    """The page of a change set; None for whom it is not."""
    may = allowed("change_sets.view")
    return url_for("change_sets.view", number=change_set.id) if may else None


def last_name(view, entries):
    """What a deleted record was called when last seen."""
    column = label_column(view.model)
    for entry in entries:
        for change in entry.changes:
            if not change.is_part and column is not None:
                return getattr(change.state, column.key, None)
    return None


def model_words(model):
    view = view_of(model)
    return str(view().plural_title) if view else words(model.__table__.name)


def counted(model, number):
    """Product for one, Products for more."""
    view = view_of(model)
    return str(view.title) if view and number == 1 else model_words(model)


def url_of_dependents(dependents, record):
    """The grid of what refers to a record, filtered by it."""
    view = view_of(dependents.model)
    if view is None or not allowed(f"{view.key}.list"):
        return None
    relation = next(
        (
            r.key
            for r in inspect(dependents.model).relationships
            if dependents.column in {c.key for c in r.local_columns} and not r.uselist
        ),
        None,
    )
    if relation is None or view().grid_here.column(relation) is None:
        return None
    return url_for(f"{view.key}.list", **{relation: str(record.uuid)})


def url_of_options(model):
    view = view_of(model)
    return url_for(f"{view.key}.options") if view and allowed(f"{view.key}.list") else None


def url_of_run(uuid):
    return url_for("runs.view", uuid=uuid) if allowed("runs.view") else None
