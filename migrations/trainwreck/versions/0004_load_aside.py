"""New months of sales are loaded aside and attached when they are full.

Revision ID: 0004
Revises: 0003
"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[1] / "sql"


def upgrade():
    # A raw cursor without parameters: PL/pgSQL holds %, which SQLAlchemy would double.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute((FOLDER / "0004_load_aside.sql").read_text(encoding="utf-8"))


def downgrade():
    op.execute("DROP FUNCTION lay_bare_if_empty(regclass)")
    op.execute("DROP FUNCTION attach_sales_aside(text)")
    op.execute("DROP FUNCTION open_sales_aside(text, date[])")
    op.execute("DROP FUNCTION sales_months_to_load_aside(date[])")
