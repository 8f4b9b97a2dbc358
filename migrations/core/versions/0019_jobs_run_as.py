"""A job runs as a user of the shop, where the shop says so

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from app.db.history_tables import add_columns, drop_columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    add_columns(op, "job", sa.Column("run_as_uuid", sa.Uuid()))
    op.create_index("ix_job_run_as_uuid", "job", ["run_as_uuid"])
    op.create_foreign_key("fk_job_run_as_uuid", "job", "user", ["run_as_uuid"], ["uuid"])


def downgrade():
    drop_columns(op, "job", "run_as_uuid")
