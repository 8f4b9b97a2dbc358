"""Runs in the background: the queue, progress, log and files of runs

Revision ID: 0008
Revises: 0007
"""

from importlib.resources import files

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
locks = "run is a small table, and the tables of the queue are new"

KINDS = ("import", "export", "batch", "job", "playbook", "mail", "edit")
STATES = ("waiting", "running", "succeeded", "failed", "cancelled", "lost")
NEW = ("edit",), ("waiting",)


def upgrade():
    _make_queue()
    _words("kind", KINDS)
    _words("state", STATES)
    for column in (
        sa.Column("asked_by_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("queue", sa.Text(), nullable=True, comment="Empty: run where it was asked for"),
        sa.Column(
            "priority",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="High goes first",
        ),
        sa.Column(
            "job_id",
            sa.BigInteger(),
            nullable=True,
            comment="Of procrastinate_jobs, while it waits",
        ),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "not_before", sa.DateTime(timezone=True), nullable=True, comment="When it may start"
        ),
        sa.Column("worker", sa.Text(), nullable=True, comment="Machine and process that ran it"),
        sa.Column("lock", sa.Text(), nullable=True, comment="Runs of one lock go one by one"),
        sa.Column(
            "idempotency_key",
            sa.Text(),
            nullable=True,
            comment="Asked for twice with one key, it runs once",
        ),
        sa.Column("again_of_uuid", sa.Uuid(), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked_by", sa.Text(), nullable=True),
    ):
        op.add_column("run", column)
    op.execute("UPDATE run SET asked_at = started_at, attempt = 1")
    op.alter_column(
        "run", "started_at", nullable=True, server_default=None, comment="Of the last attempt"
    )
    op.drop_index(op.f("ix_run_started_at"), table_name="run")
    op.create_index(op.f("ix_run_asked_at"), "run", ["asked_at"])
    op.create_index(op.f("ix_run_asked_by_uuid"), "run", ["asked_by_uuid"])
    op.create_index(op.f("ix_run_again_of_uuid"), "run", ["again_of_uuid"])
    op.create_index(
        "ix_run_unfinished",
        "run",
        ["state"],
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_unique_constraint(op.f("uq_run_idempotency_key"), "run", ["idempotency_key"])
    for column, table in (("asked_by_uuid", "user"), ("again_of_uuid", "run")):
        op.create_foreign_key(op.f(f"fk_run_{column}"), "run", table, [column], ["uuid"])
    _make_tables()


def _make_tables():
    op.create_table(
        "run_progress",
        sa.Column("uuid", sa.Uuid(), nullable=False, comment="Of the run"),
        sa.Column("done", sa.BigInteger(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=True, comment="What is going on, in words"),
        sa.Column(
            "heartbeat_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["uuid"], ["run.uuid"], name=op.f("fk_run_progress_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_run_progress")),
        comment="How far runs are, and when their process last said it lives.",
    )
    op.create_table(
        "run_log_line",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("level", sa.Text(), server_default="info", nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "level IN ('info', 'warning', 'error')", name=op.f("ck_run_log_line_level_known")
        ),
        sa.ForeignKeyConstraint(
            ["run_uuid"], ["run.uuid"], name=op.f("fk_run_log_line_run_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_run_log_line")),
        comment="What runs said while they ran.",
    )
    op.create_index(op.f("ix_run_log_line_run_uuid"), "run_log_line", ["run_uuid"])
    op.create_table(
        "run_file",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), server_default="result", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file_uuid", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('source', 'result')", name=op.f("ck_run_file_role_known")),
        sa.ForeignKeyConstraint(
            ["file_uuid"], ["stored_file.uuid"], name=op.f("fk_run_file_file_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["run_uuid"], ["run.uuid"], name=op.f("fk_run_file_run_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_run_file")),
        comment="Files that runs read and made, until they expire.",
    )
    for column in ("expires_at", "file_uuid", "run_uuid"):
        op.create_index(op.f(f"ix_run_file_{column}"), "run_file", [column])


def _make_queue():
    """The tables of Procrastinate, as it ships them; on a raw cursor, since its PL/pgSQL is full
    of percent signs."""
    schema = files("procrastinate").joinpath("sql/schema.sql").read_text()
    op.get_bind().connection.cursor().execute(schema)


def _words(column, words):
    op.drop_constraint(op.f(f"ck_run_{column}_known"), "run", type_="check")
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(f"ck_run_{column}_known"), "run", f"{column} IN ({listed})")


def downgrade():
    for table in ("run_file", "run_log_line", "run_progress"):
        op.drop_table(table)
    op.execute("DELETE FROM run WHERE started_at IS NULL OR kind = 'edit' OR state = 'waiting'")
    for column, words, new in (("kind", KINDS, NEW[0]), ("state", STATES, NEW[1])):
        _words(column, tuple(word for word in words if word not in new))
    for column in (
        "cancel_asked_by", "cancel_asked_at", "again_of_uuid", "idempotency_key", "lock", "worker",
        "not_before", "attempt", "job_id", "priority", "queue", "asked_at", "asked_by_uuid",
    ):  # fmt: skip
        op.drop_column("run", column)
    op.drop_index("ix_run_unfinished", table_name="run")
    op.alter_column(
        "run", "started_at", nullable=False, server_default=sa.text("now()"), comment=None
    )
    op.create_index(op.f("ix_run_started_at"), "run", ["started_at"])
    _drop_queue()


def _drop_queue():
    op.execute("""
        DO $$ DECLARE made regprocedure; BEGIN
          FOR made IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate!_%'
                      ESCAPE '!' LOOP
            EXECUTE 'DROP FUNCTION ' || made || ' CASCADE';  -- its triggers go along
          END LOOP;
        END $$
    """)
    op.execute("DROP TABLE procrastinate_events, procrastinate_periodic_defers")
    op.execute("DROP TABLE procrastinate_jobs, procrastinate_workers")
    op.execute("DROP TYPE procrastinate_job_to_defer_v1")
    op.execute("DROP TYPE procrastinate_job_status, procrastinate_job_event_type")
