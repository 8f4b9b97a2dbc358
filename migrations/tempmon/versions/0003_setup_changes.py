"""Who changed the limits of a probe, and when.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FILE = Path(__file__).parents[1] / "sql" / "0003_setup_changes.sql"


def upgrade():
    # A raw cursor without parameters: PL/pgSQL holds %, which SQLAlchemy would double.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(FILE.read_text(encoding="utf-8"))


def downgrade():
    for table in ("appliance", "client", "probe", "calibration", "defrost_window"):
        op.execute(f"DROP TRIGGER note_setup_change ON {table}")
    op.execute("DROP FUNCTION note_setup_change(), setup_name(text, text)")
    op.drop_table("setup_change")
