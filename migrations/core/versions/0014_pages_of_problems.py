"""The pages of a problem report are found by an index

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
locks = "problem_finding holds what is wrong today, which is little"


def upgrade():
    op.create_index(
        "ix_problem_finding_page",
        "problem_finding",
        ["report", "uuid"],
        postgresql_where=sa.text("solved_at IS NULL"),
    )


def downgrade():
    op.drop_index("ix_problem_finding_page", table_name="problem_finding")
