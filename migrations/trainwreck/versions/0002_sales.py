"""Transactions with their parts, a partition a month, and sums by day.

Revision ID: 0002
Revises: 0001
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[1] / "sql"
KEYS = Path(__file__).parents[2] / "core" / "sql" / "0001_keys.sql"
TABLES = (
    "transaction",
    "transaction_item",
    "transaction_discount",
    "transaction_tender",
    "transaction_tax",
    "transaction_order_marker",
    "sales_by_product",
    "sales_by_department",
    "sales_by_store",
    "sales_by_hour",
    "sales_to_refresh",
    "sales_archive",
)
FUNCTIONS = (
    "create_sales_partitions(date, date)",
    "note_sales_to_refresh()",
    "delete_parts_of_transactions()",
    "keep_day_of_transaction()",
    "sales_tables()",
)


def upgrade():
    for path in (KEYS, FOLDER / "0002_tables.sql", FOLDER / "0002_functions.sql"):
        run(path)


def downgrade():
    op.execute("DROP SCHEMA archive CASCADE")
    for table in TABLES:
        op.execute(f'DROP TABLE "{table}"')
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")


def run(path):
    # A raw cursor without parameters: PL/pgSQL holds %, which SQLAlchemy would double.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(path.read_text(encoding="utf-8"))
