"""One sequence of change sets, since 0001 made two; products of a day are found in their order.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
locks = "No version was out before it: the tables are small."


def upgrade():
    op.execute("DROP SEQUENCE transaction_id_seq")
    op.execute("ALTER SEQUENCE transaction_id_seq1 RENAME TO transaction_id_seq")
    op.create_index(
        "ix_product_version_description_lower",
        "product_version",
        [sa.text("lower(description)"), "uuid"],
    )


def downgrade():
    op.drop_index("ix_product_version_description_lower", "product_version")
    op.execute("ALTER SEQUENCE transaction_id_seq RENAME TO transaction_id_seq1")
    op.execute("CREATE SEQUENCE transaction_id_seq")
