"""Appliances with their probes, readings in a partition a month, and sums by the hour.

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
    "probe_state",
    "calibration",
    "defrost_window",
    "probe",
    "client",
    "appliance",
    "reading",
    "reading_hour",
    "readings_to_refresh",
    "readings_archive",
)


def upgrade():
    for path in (KEYS, FOLDER / "0002_tables.sql", FOLDER / "0002_functions.sql"):
        run(path)


def downgrade():
    op.execute("DROP SCHEMA archive CASCADE")
    for table in TABLES:
        op.execute(f'DROP TABLE "{table}"')
    op.execute("DROP FUNCTION create_reading_partitions(date, date), note_readings_to_refresh()")


def run(path):
    # A raw cursor without parameters: PL/pgSQL holds %, which SQLAlchemy would double.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(path.read_text(encoding="utf-8"))
