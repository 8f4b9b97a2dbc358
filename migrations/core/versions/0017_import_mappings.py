"""Import mappings: which columns of files people took for which fields

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "import_mapping",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("handler", sa.Text(), nullable=False),
        sa.Column(
            "signature", sa.Text(), nullable=False, comment="SHA-256 of the names of the columns"
        ),
        sa.Column(
            "mapping",
            postgresql.JSONB(),
            nullable=False,
            comment="Fields with their columns; an empty one is left out",
        ),
        sa.Column("user_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "remembered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_import_mapping_user_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "handler", "signature", name=op.f("uq_import_mapping_handler_signature")
        ),
        comment="Which columns of files people took for which fields, by header.",
    )
    op.create_index(op.f("ix_import_mapping_user_uuid"), "import_mapping", ["user_uuid"])


def downgrade():
    op.drop_table("import_mapping")
