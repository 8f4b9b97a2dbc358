"""The database: one `db` object, one `Model` base, one `unit_of_work`."""

from app.db import versioning as versioning  # before any model: it must see them being made
from app.db.base import Keyless, Model, db
from app.db.unit_of_work import Author, announce, choose_database, connection_to, unit_of_work

__all__ = [
    "Author",
    "Keyless",
    "Model",
    "announce",
    "choose_database",
    "connection_to",
    "db",
    "unit_of_work",
]
