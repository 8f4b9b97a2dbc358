"""What was changed and deleted in one change set is remembered as it was before

Revision ID: 0013
Revises: 0012
"""

import re
from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade():
    _run((SQL / "0013_deleted_as_before.sql").read_text())


def downgrade():
    first = (SQL / "0001_history.sql").read_text()
    found = re.search(r"CREATE (FUNCTION record_versions\(\).*?\nEND \$\$;)", first, re.DOTALL)
    _run(f"CREATE OR REPLACE {found[1]}")


def _run(statements):
    # Without parameters, since PL/pgSQL has % in it.
    op.get_bind().connection.cursor().execute(statements)
