"""Names of attributes, made into words for people."""

from flask_babel import get_locale, gettext
from sqlalchemy import Text, cast, inspect
from sqlalchemy.orm import RelationshipProperty

from app.models.units import UNITS

# What people read in a list when one row stands for a record; the first that a model has.
LABELS = (
    "name",
    "description",
    "username",
    "number",
    "title",
    "key",
    "gtin",
    "address",
    "abbreviation",
    "code",
)

AS_WRITTEN = {unit: unit for unit in UNITS} | {
    "upc_a": "UPC-A", "upc_e": "UPC-E", "ean_8": "EAN-8", "ean_13": "EAN-13",
    "gtin_14": "GTIN-14", "gtin": "GTIN", "plu": "PLU", "tpr": "TPR", "html": "HTML",
    "zpl": "ZPL", "epl": "EPL",
}  # fmt: skip
NOUNS_ARE_CAPITAL = {"de", "lb"}


def words(name):
    """`food_stampable` is Food stampable; `starts_on` is Starts on."""
    return gettext(in_english(name))


def in_english(name):
    """The words before they are translated; app/web/messages.py finds them for translators."""
    if name in AS_WRITTEN:
        return AS_WRITTEN[name]
    return name.removesuffix("_uuid").replace("_", " ").capitalize()


def inside(text):
    """A title in the middle of a sentence: New product, but Artikel anlegen."""
    keeps = get_locale() is not None and get_locale().language in NOUNS_ARE_CAPITAL
    return str(text) if keeps else str(text).lower()


def label_column(model):
    """The column by which people know a row of this model."""
    columns = inspect(model).columns
    found = next((name for name in LABELS if name in columns), None)
    return getattr(model, found) if found else None


def label_text(model):
    """The same as a text, to compare with what a person typed."""
    label = label_column(model)
    return label if label is None or isinstance(label.type, Text) else cast(label, Text)


def is_relation(attribute):
    """Whether a mapped attribute leads to another record, as Product.department does."""
    return isinstance(getattr(attribute, "property", None), RelationshipProperty)


def related_model(attribute):
    return attribute.property.mapper.class_


def foreign_key(attribute):
    """The column behind a relation: Product.department_uuid for Product.department."""
    (column,) = attribute.property.local_columns
    return getattr(attribute.class_, attribute.parent.get_property_by_column(column).key)
