"""Watching: the request of a change set, heartbeats of processes, findings in the data

Revision ID: 0012
Revises: 0011
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade():
    op.add_column(
        "transaction",
        sa.Column("request_id", sa.Text(), nullable=True, comment="Under which the log tells more"),
    )
    _run("0011_request_id.sql")
    _make_heartbeats()
    _make_findings()


def downgrade():
    for table in ("problem_finding", "problem_look", "heartbeat"):
        op.drop_table(table)
    _run("0011_request_id_down.sql")
    op.drop_column("transaction", "request_id")


def _make_heartbeats():
    op.create_table(
        "heartbeat",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="worker, scheduler or of a daemon"),
        sa.Column("name", sa.Text(), nullable=False, comment="Its machine and process"),
        sa.Column("version", sa.Text(), nullable=False, comment="Of the program"),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "beat_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_heartbeat_kind_name")),
        comment="When each process last said that it lives.",
    )


def _make_findings():
    op.create_table(
        "problem_look",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("report", sa.Text(), nullable=False, comment="The key of the problem report"),
        sa.Column(
            "looked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("run_uuid", sa.Uuid(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False, comment="How many were open then"),
        sa.Column("new", sa.Integer(), nullable=False, comment="Of them not known before"),
        sa.Column("solved", sa.Integer(), nullable=False, comment="Known before and gone now"),
        sa.Column("seconds", sa.Numeric(10, 3), nullable=False, comment="How long looking took"),
        sa.ForeignKeyConstraint(
            ["run_uuid"], ["run.uuid"], name=op.f("fk_problem_look_run_uuid_run")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_problem_look")),
        comment="Looks for problems in the data, with what they found.",
    )
    op.create_index("ix_problem_look_report", "problem_look", ["report", "looked_at"])
    op.create_index(op.f("ix_problem_look_run_uuid"), "problem_look", ["run_uuid"])
    op.create_table(
        "problem_finding",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("report", sa.Text(), nullable=False, comment="The key of the problem report"),
        sa.Column("record_uuid", sa.Uuid(), nullable=False, comment="Of the record it is about"),
        sa.Column("name", sa.Text(), nullable=False, comment="What the record is called"),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="The columns of the report",
        ),
        sa.Column(
            "first_seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "solved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was not there any more",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_problem_finding")),
        comment="What problem reports found; open while solved_at is empty.",
    )
    op.create_index(
        "uq_problem_finding_open",
        "problem_finding",
        ["report", "record_uuid"],
        unique=True,
        postgresql_where=sa.text("solved_at IS NULL"),
    )
    op.create_index(
        "ix_problem_finding_page",
        "problem_finding",
        ["report", "uuid"],
        postgresql_where=sa.text("solved_at IS NULL"),
    )
    op.create_index(op.f("ix_problem_finding_first_seen_at"), "problem_finding", ["first_seen_at"])
    op.create_index(
        "ix_problem_finding_solved",
        "problem_finding",
        ["report", "solved_at"],
        postgresql_where=sa.text("solved_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_problem_finding_record_uuid"), "problem_finding", ["record_uuid"])


def _run(name):
    # Without parameters, since PL/pgSQL has % in it.
    op.get_bind().connection.cursor().execute((SQL / name).read_text())
