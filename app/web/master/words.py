"""Names of attributes, made into words for people."""

from flask_babel import gettext
from sqlalchemy import inspect
from sqlalchemy.orm import RelationshipProperty

from app.models.products import UNITS

# What people read in a list when one row stands for a record; the first that a model has.
LABELS = ("name", "description", "username", "number", "title", "key", "gtin", "address")


def words(name):
    """`food_stampable` is Food stampable; `starts_on` is Starts on."""
    return gettext(in_english(name))


def in_english(name):
    """The words before they are translated; app/web/messages.py finds them for translators."""
    if name in UNITS:
        return name
    return name.removesuffix("_uuid").replace("_", " ").capitalize()


def label_column(model):
    """The column by which people know a row of this model."""
    columns = inspect(model).columns
    found = next((name for name in LABELS if name in columns), None)
    return getattr(model, found) if found else None


def is_relation(attribute):
    """Whether a mapped attribute leads to another record, as Product.department does."""
    return isinstance(getattr(attribute, "property", None), RelationshipProperty)


def related_model(attribute):
    return attribute.property.mapper.class_


def foreign_key(attribute):
    """The column behind a relation: Product.department_uuid for Product.department."""
    (column,) = attribute.property.local_columns
    return getattr(attribute.class_, column.key)
