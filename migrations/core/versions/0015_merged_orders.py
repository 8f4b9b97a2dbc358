"""The undo of a merge gives back what was on order of the product that went

Revision ID: 0015
Revises: 0014
"""

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.history_tables import add_columns, drop_columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade():
    add_columns(
        op,
        "merged_record",
        sa.Column(
            "on_order",
            postgresql.JSONB(),
            nullable=True,
            comment="How many of a product were on order, by store; an undo gives them back",
        ),
    )
    _run((SQL / "0015_merged_orders.sql").read_text())


def downgrade():
    op.execute("DROP TRIGGER remember_orders ON merged_record")
    op.execute("DROP FUNCTION remember_orders()")
    first = (SQL / "0006_stock.sql").read_text()
    found = re.search(r"CREATE (FUNCTION part_stock\(\).*?\nEND \$\$;)", first, re.DOTALL)
    _run(f"CREATE OR REPLACE {found[1]}")
    drop_columns(op, "merged_record", "on_order")


def _run(statements):
    # Without parameters, since PL/pgSQL has % in it.
    op.get_bind().connection.cursor().execute(statements)
