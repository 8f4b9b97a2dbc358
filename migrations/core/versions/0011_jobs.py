"""Jobs: their schedules in the shop, the times they were due, and the holidays

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.history_tables import forget_history, keep_history

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
locks = "run is a small table"


def upgrade():
    _make_jobs()
    _make_ticks()
    op.create_table(
        "holiday",
        _uuid(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column(
            "yearly",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Also in every later year",
        ),
        sa.Column("calendar", sa.Text(), server_default="shop", nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_holiday")),
        sa.UniqueConstraint("calendar", "day_on", name=op.f("uq_holiday_calendar_day_on")),
        comment="Holidays of the shop, by calendar.",
    )
    op.create_index("ix_holiday_day_on", "holiday", ["day_on"])
    op.create_index(
        "ix_run_of_job", "run", ["key", "asked_at"], postgresql_where=sa.text("kind = 'job'")
    )
    keep_history(op, "job", "holiday")


def _make_jobs():
    op.create_table(
        "job",
        _uuid(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("cron", sa.Text(), nullable=True, comment="On the clock of the shop"),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_by", sa.Text(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.Column("overlap", sa.Text(), nullable=True, comment="While the last one still runs"),
        sa.Column("misfire", sa.Text(), nullable=True, comment="For times at which nothing ran"),
        sa.Column("deadline", sa.Time(), nullable=True, comment="When it must be done, each day"),
        sa.Column("holidays", sa.Text(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True, comment="High goes first"),
        sa.Column("parameters", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "overlap IN ('skip', 'queue', 'allow')", name=op.f("ck_job_overlap_known")
        ),
        sa.CheckConstraint("misfire IN ('skip', 'once', 'all')", name=op.f("ck_job_misfire_known")),
        sa.CheckConstraint("holidays IN ('skip', 'only')", name=op.f("ck_job_holidays_known")),
        sa.CheckConstraint(
            "num_nonnulls(cron, every_seconds) <= 1", name=op.f("ck_job_one_schedule")
        ),
        sa.CheckConstraint(
            "every_seconds BETWEEN 1 AND 31622400", name=op.f("ck_job_every_seconds_in_range")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
        comment="Jobs as this shop wants them; what is empty holds as declared in code.",
    )
    op.create_table(
        "job_clock",
        sa.Column("uuid", sa.Uuid(), nullable=False, comment="Of the job"),
        sa.Column(
            "until", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Since when it is planned so",
        ),
        sa.Column(
            "schedule",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="By which it was dealt with",
        ),
        sa.ForeignKeyConstraint(
            ["uuid"], ["job.uuid"], name=op.f("fk_job_clock_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_job_clock")),
        comment="Up to when the planned times of jobs are dealt with.",
    )


def _make_ticks():
    op.create_table(
        "job_tick",
        _uuid(),
        sa.Column("job_uuid", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it did not start"),
        sa.Column("note", sa.Text(), nullable=True, comment="More about it, for people"),
        sa.Column(
            "noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "missed",
            sa.Integer(),
            nullable=True,
            comment="How many times this stands for, the last of which is planned_at",
        ),
        sa.Column(
            "missed_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The first of them",
        ),
        sa.Column("run_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('started', 'skipped', 'missed', 'refused')",
            name=op.f("ck_job_tick_outcome_known"),
        ),
        sa.CheckConstraint(
            "reason IN ('overlap', 'queue_full', 'holiday', 'no_holiday', 'nothing_ran',"
            " 'parameters')",
            name=op.f("ck_job_tick_reason_known"),
        ),
        sa.ForeignKeyConstraint(
            ["job_uuid"], ["job.uuid"], name=op.f("fk_job_tick_job_uuid"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_uuid"], ["run.uuid"], name=op.f("fk_job_tick_run_uuid"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_job_tick")),
        sa.UniqueConstraint("job_uuid", "planned_at", name=op.f("uq_job_tick_job_uuid_planned_at")),
        comment="Times at which jobs were due, and what came of them.",
    )
    for column in ("planned_at", "run_uuid"):
        op.create_index(op.f(f"ix_job_tick_{column}"), "job_tick", [column])


def _uuid():
    return sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False)


def downgrade():
    op.drop_index("ix_run_of_job", table_name="run")
    op.drop_table("job_tick")
    op.drop_table("job_clock")
    forget_history(op, "job", "holiday")
    op.drop_table("holiday")
    op.drop_table("job")
