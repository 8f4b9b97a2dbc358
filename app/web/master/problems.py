"""What the database refuses, in words for the person who filled in the form."""

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, UniqueConstraint, inspect
from sqlalchemy.exc import DataError, IntegrityError

from app.db import Model
from app.errors import AppError
from app.web.master.words import inside, words
from app.web.saying import said

ENDINGS = {
    "_positive": lambda: _("This must be more than zero."),
    "_not_negative": lambda: _("This must not be negative."),
    "good_min_below_good_max": lambda: _("The lowest good temperature must be below the highest."),
    "critical_min_below_critical_max": lambda: _("The critical limits are the wrong way round."),
    "_outside_good": lambda: _("A critical limit must lie outside the good temperatures."),
    "_plausible": lambda: _("This is more than can be true."),
    "_up_to_half_a_day": lambda: _("This must be between 1 and 720 minutes."),
    "_a_share": lambda: _("Write a percentage from 0 to 100."),
    "_one_discount": lambda: _("Give the discount as an amount or as a percentage, not as both."),
    "_discount_given": lambda: _("These days need a discount; give one, or take them away."),
    "_within_cost": lambda: _("The discount must not be more than the case costs."),
    "_in_range": lambda: _("This number is out of range."),
    "_pack_size_given": lambda: _("Say how many are in the pack."),
    "_unit_another": lambda: _("A product cannot be a pack of itself."),
    "_unit_no_pack": lambda: _("A pack is of a single product, not of another pack."),
    "_default_pack_of_unit": lambda: _("Name the product of which this is the usual pack."),
    "_default_pack": lambda: _("Its unit has a usual pack already; change that first."),
    "_above_point": lambda: _("Order until there are at least as many as when you order."),
    "_member_of_somebody": lambda: _("Choose a person or a customer; a membership is of somebody."),
    "_of_somebody": lambda: _("Say for whom it is."),
    "_case_size_told": lambda: _("Say how many units are in a case."),
    "_known": lambda: _("This is none of the words allowed here."),
    "_span_overlap": lambda: _("These days overlap with another span."),
    "_shift_overlap": lambda: _("This overlaps with another shift of the same person."),
    "_overlap": lambda: _("These days overlap with another price of the same kind."),
    "_after_start": lambda: _("The last day must not come before the first."),
    "_after_it_begins": lambda: _("It must end after it begins."),
    "_withdrew_after_joining": lambda: _("Nobody withdraws before they joined."),
    "_while_full_time": lambda: _("Only who works full time has a day since when."),
    "_primary": lambda: _("There is already a primary one; change that first."),
    "_preferred": lambda: _("There is already a preferred one; change that first."),
    "_named": lambda: _("Give at least one name."),
    "_iso_3166": lambda: _("Write the country as two capital letters, such as US."),
}


def tell(error, form, view):
    """Say in a form what was refused, at the field it is about; raises what is none of ours."""
    if isinstance(error, AppError):
        place = next((name for kind, name in view.blame.items() if isinstance(error, kind)), None)
        told = place, said(error)
    else:
        told = explain(error, view.model, {field.name for field in view.form.fields})
    if told is None:
        raise error
    place, sentence = told
    if place in form:
        form[place].errors = [*form[place].errors, sentence]
    else:
        form.form_errors.append(sentence)


def sentence(error, model):
    """What went wrong, where no field is to blame; raises the error when it is a fault of ours."""
    if isinstance(error, AppError):
        return said(error)
    if getattr(getattr(error.orig, "diag", None), "sqlstate", None) == "23503":  # foreign key
        return _("Something that this needs is gone, or something else needs what would go.")
    told = explain(error, _model_of(error) or model, set())
    if told is None:
        raise error
    return told[1]


def explain(error, model, names):
    """(field or None, sentence) for an error of the database; None when it is none of ours.

    `names` are the fields of the form; a sentence about something else belongs to the whole form.
    """
    if isinstance(error, DataError):
        return None, _("One of these values does not fit what the database can keep.")
    if not isinstance(error, IntegrityError):
        return None
    diagnosis = error.orig.diag
    constraint = diagnosis.constraint_name or ""
    if diagnosis.sqlstate == "23502":  # not null
        return _place(_key(model, diagnosis.column_name), names), _("This is needed.")
    if diagnosis.sqlstate == "23503":  # foreign key
        return None, _("What this refers to was deleted meanwhile; choose again.")
    columns = _columns(model, constraint)
    place = _place(columns[0] if columns else "", names)
    for ending, sentence in ENDINGS.items():
        if constraint.endswith(ending):
            return place, sentence()
    if diagnosis.sqlstate == "23505":  # unique
        what = " + ".join(words(column) for column in columns) or constraint
        return place, _("There is already one with this %(what)s.", what=inside(what))
    return place, _("The database refuses this (%(constraint)s).", constraint=constraint)


def _model_of(error):
    """The model of the table that refuses; a part has rules of its own."""
    name = getattr(getattr(error.orig, "diag", None), "table_name", None)
    mappers = (m for m in Model.registry.mappers if m.local_table.name == name)
    return next((mapper.class_ for mapper in mappers), None)


def _key(model, name):
    """The attribute of a column, which for one of a project has no prefix."""
    columns = inspect(model).local_table.columns
    return next((column.key for column in columns if column.name == name), None)


def _columns(model, name):
    table = inspect(model).local_table
    for constraint in table.constraints:
        if constraint.name == name and isinstance(constraint, UniqueConstraint):
            return [column.key for column in constraint.columns]
        if constraint.name == name and isinstance(constraint, CheckConstraint):
            text = str(constraint.sqltext)
            return [column.key for column in table.columns if column.name in text][:1]
    for index in table.indexes:
        if index.name == name:
            mentioned = " ".join(str(expression) for expression in index.expressions)
            return [column.key for column in table.columns if column.name in mentioned]
    return []


def _place(column, names):
    tidy = (column or "").removesuffix("_uuid")
    return tidy if tidy in names else column if column in names else None
