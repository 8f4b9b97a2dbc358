"""Lighter updates: room in the pages of version tables, and better plans for their trigger.

Revision ID: 0014
Revises: 0013
"""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
EACH = """
DO $$ DECLARE one name; BEGIN
  FOR one IN SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
              WHERE t.tgname = 'history_update' LOOP
    EXECUTE format('ALTER TABLE %I {} (fillfactor{})', one || '_version');
  END LOOP;
END $$
"""


def upgrade():
    _run((SQL / "0014_lighter_history.sql").read_text())
    _run(EACH.format("SET", " = 50"))


def downgrade():
    first = (SQL / "0001_history.sql").read_text()
    start = first.index("CREATE FUNCTION record_versions()")
    end = first.index("COMMENT ON FUNCTION track_history")
    _run(first[start:end].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("ALTER FUNCTION record_versions() SET jit = off")
    _run(EACH.format("RESET", ""))


def _run(sql):
    # Without parameters, since PL/pgSQL has % in it.
    op.get_bind().connection.cursor().execute(sql)
