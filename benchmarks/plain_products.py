"""Products alone, ten columns: what every peer can bring, by Storekeeper and by hand.

The import by hand is COPY and one statement for each kind of change. It writes to the same table
with the same history trigger, and checks nothing.
"""

from __future__ import annotations

from pathlib import Path

import psycopg2

from app.importing.cells import Label, Number, Words
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.handler import FileHandler
from app.importing.importer import TableImporter
from app.models.products import Product

QUANTITY = Number(4, highest=99_999_999, positive=True)


class PlainRows(FileFeed):
    name, word, key = "products", "product", ("number",)
    columns = (
        FileColumn("number", Label(), required=True, filled=True),
        FileColumn("description", Words(255), filled=True),
        *(FileColumn(name, Words(255)) for name in ("description_2", "size")),
        *(FileColumn(name, QUANTITY) for name in ("unit_size", "pack_size", "case_size")),
        FileColumn("average_weight", QUANTITY),
        *(FileColumn(name, Words(255)) for name in ("ingredients", "notes")),
    )


class PlainImporter(TableImporter):
    model, key, feed = Product, "number", PlainRows
    fields = tuple(column.name for column in PlainRows.columns)


class PlainProducts(FileHandler):
    key, title, importers = "plain-products", "Products alone", (PlainImporter,)


FIELDS = PlainImporter.fields
OTHERS = tuple(name for name in FIELDS if name != "number")
QUANTITIES = ("unit_size", "pack_size", "case_size", "average_weight")


def _listed(names: tuple[str, ...], before: str = "") -> str:
    return ", ".join(f"{before}{name}" for name in names)


STAGE = "CREATE TEMP TABLE st ({}) ON COMMIT DROP".format(
    ", ".join(f"{name} {'numeric(12,4)' if name in QUANTITIES else 'text'}" for name in FIELDS)
)
UPDATE = f"""
UPDATE product p SET {", ".join(f"{name} = s.{name}" for name in OTHERS)}
  FROM st s
 WHERE p.number = s.number
   AND ({_listed(OTHERS, "p.")}) IS DISTINCT FROM ({_listed(OTHERS, "s.")})
"""
CREATE = f"""
INSERT INTO product ({_listed(FIELDS)})
SELECT {_listed(FIELDS)} FROM st s
 WHERE NOT EXISTS (SELECT FROM product p WHERE p.number = s.number)
"""
DELETE = "DELETE FROM product p WHERE NOT EXISTS (SELECT FROM st s WHERE s.number = p.number)"


def import_plain_by_hand(url: str, path: Path, *, delete: bool = False) -> None:
    """COPY the file into a stage, then the statements, in one transaction."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor, path.open("rb") as file:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute(STAGE)
            cursor.copy_expert("COPY st FROM STDIN (FORMAT csv, HEADER)", file, 1 << 18)
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute("ANALYZE st")
            for statement in (UPDATE, CREATE, *([DELETE] if delete else [])):
                cursor.execute(statement)
    finally:
        connection.close()
