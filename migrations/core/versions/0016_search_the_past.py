"""Products of a day are found by a part of their description

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
locks = "No version was out before it: the tables are small."


def upgrade():
    op.create_index(
        "ix_product_version_description_trgm",
        "product_version",
        ["description"],
        postgresql_using="gin",
        postgresql_ops={"description": "gin_trgm_ops"},
        postgresql_with={"gin_pending_list_limit": 65536},
    )


def downgrade():
    op.drop_index("ix_product_version_description_trgm", "product_version")
