"""Files on disk, by the hash of their content.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "stored_file",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False, comment="Of the content; its name on disk"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="In bytes"),
        sa.Column(
            "media_type", sa.Text(), nullable=False, comment="As in RFC 6838, such as image/webp"
        ),
        sa.Column(
            "stored_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When it last came in; a sweep leaves alone what is young",
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_stored_file_sha256_hex")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size_not_negative")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
        comment="Files on disk, by the hash of their content.",
    )
    op.create_index(op.f("ix_stored_file_stored_at"), "stored_file", ["stored_at"])


def downgrade():
    op.drop_index(op.f("ix_stored_file_stored_at"), table_name="stored_file")
    op.drop_table("stored_file")
