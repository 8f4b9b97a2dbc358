"""One sequence of change sets: 0001 made two, and the column took its number from the second.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DROP SEQUENCE transaction_id_seq")
    op.execute("ALTER SEQUENCE transaction_id_seq1 RENAME TO transaction_id_seq")


def downgrade():
    op.execute("ALTER SEQUENCE transaction_id_seq RENAME TO transaction_id_seq1")
    op.execute("CREATE SEQUENCE transaction_id_seq")
