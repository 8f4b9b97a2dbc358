"""Import changes: what runs would create, update or delete, field by field

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "import_change",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "importer", sa.Text(), nullable=False, comment="Name of the importer within the run"
        ),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="What identifies the object, for people"
        ),
        sa.Column("record_uuid", sa.Uuid(), nullable=True, comment="Empty: it would be created"),
        sa.Column("line", sa.Integer(), nullable=True, comment="Of the source"),
        sa.Column(
            "before",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
            comment="The fields that differ, as they were",
        ),
        sa.Column(
            "after",
            postgresql.JSONB(),
            server_default="{}",
            nullable=False,
            comment="The fields that differ, as they come",
        ),
        sa.CheckConstraint(
            "action IN ('create', 'update', 'delete')", name=op.f("ck_import_change_action_known")
        ),
        sa.CheckConstraint(
            "state IN ('tried', 'withheld', 'made')", name=op.f("ck_import_change_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["run_uuid"],
            ["run.uuid"],
            name=op.f("fk_import_change_run_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_import_change")),
        comment="What a run of an import changed, tried, or withheld since it was too much.",
    )
    op.create_index(
        "ix_import_change_of_run", "import_change", ["run_uuid", "importer", "action", "uuid"]
    )

    op.execute("UPDATE run SET key = 'import:' || key WHERE kind = 'import' AND key <> 'import'")
    op.execute(
        "UPDATE run SET key = 'import:' || (parameters ->> 'handler')"
        " WHERE kind = 'import' AND key = 'import'"
    )


def downgrade():
    op.execute("UPDATE run SET key = substr(key, 8) WHERE key LIKE 'import:%'")
    op.drop_table("import_change")
