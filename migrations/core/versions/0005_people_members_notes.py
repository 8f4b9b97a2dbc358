"""People in full, members, vendor contacts, notes, messages and merges.

Revision ID: 0005
Revises: 0004
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
ANNOTATED = (
    "brand",
    "customer",
    "department",
    "employee",
    "member",
    "pending_customer",
    "person",
    "product",
    "store",
    "user",
    "vendor",
)
NEW_TEXTS = (
    ("person", "middle_name", None),
    ("person", "preferred_name", "What they want to be called in place of their first name"),
    (
        "person",
        "display_name",
        "The whole name as it is to be shown; none: preferred or first, and last",
    ),
    ("store", "phone", None),
    ("store", "email", None),
    ("vendor", "phone", "Of the company; people have their own"),
    ("vendor", "fax", None),
    ("vendor", "email", "Of the company"),
)
NEW_FLAGS = (
    ("stays_active", "No import or clean-up may deactivate them"),
    (
        "password_fixed",
        "They may not change their own password, as with one that a team shares",
    ),
)
IDLE = "Sessions end after so long without a click; the shortest of a user's roles counts"
EVENTS = (
    "login",
    "login_failed",
    "logout",
    "password_changed",
    "user_created",
    "role_granted",
    "role_withdrawn",
    "activated",
    "deactivated",
    "denied",
)
TRACKED = (
    "attachment",
    "equity_payment",
    "member",
    "membership_type",
    "merge_request",
    "merged_record",
    "note",
    "vendor_contact",
)


def upgrade():
    op.create_table(
        "membership_type",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "equity_required",
            sa.Numeric(precision=10, scale=3),
            nullable=True,
            comment="What a member pays in all; none: not asked for",
        ),
        sa.CheckConstraint(
            "equity_required >= 0", name=op.f("ck_membership_type_equity_required_not_negative")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_membership_type")),
        sa.UniqueConstraint("name", name=op.f("uq_membership_type_name")),
        sa.UniqueConstraint("number", name=op.f("uq_membership_type_number")),
        comment="Kinds of membership.",
    )
    op.create_table(
        "merged_record",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column(
            "gone_uuid", sa.Uuid(), nullable=False, comment="No foreign key: this record is gone"
        ),
        sa.Column(
            "kept_uuid",
            sa.Uuid(),
            nullable=False,
            comment="No foreign key: it may be merged or deleted in its turn",
        ),
        sa.Column(
            "number",
            sa.Text(),
            nullable=True,
            comment="What the gone one was called by, as registers and old receipts still do",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="What the gone one was called"),
        sa.Column(
            "merged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("gone_uuid <> kept_uuid", name=op.f("ck_merged_record_into_another")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_merged_record")),
        sa.UniqueConstraint("gone_uuid", name=op.f("uq_merged_record_gone_uuid")),
        comment="Which records were merged into which; addresses of the gone lead on.",
    )
    op.create_index(
        op.f("ix_merged_record_kept_uuid"), "merged_record", ["kept_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_merged_record_merged_at"), "merged_record", ["merged_at"], unique=False
    )
    op.create_index(
        "ix_merged_record_number", "merged_record", ["table_name", "number"], unique=False
    )
    op.create_table(
        "vendor_contact",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("vendor_uuid", sa.Uuid(), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True, comment="What they do there, such as sales"),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_vendor_contact_person_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_uuid"],
            ["vendor.uuid"],
            name=op.f("fk_vendor_contact_vendor_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_vendor_contact")),
        sa.UniqueConstraint(
            "vendor_uuid", "person_uuid", name=op.f("uq_vendor_contact_vendor_uuid_person_uuid")
        ),
        comment="People to turn to at vendors; the lowest position is tried first.",
    )
    op.create_index(
        op.f("ix_vendor_contact_person_uuid"), "vendor_contact", ["person_uuid"], unique=False
    )
    op.create_table(
        "attachment",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="As uploaded; only ever shown, never a path"
        ),
        sa.Column("file_uuid", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("subject_table", sa.Text(), nullable=False),
        sa.Column(
            "subject_uuid",
            sa.Uuid(),
            nullable=False,
            comment="Checked by a trigger, as a foreign key is",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_uuid", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_uuid"], ["user.uuid"], name=op.f("fk_attachment_created_by_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["file_uuid"], ["stored_file.uuid"], name=op.f("fk_attachment_file_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_attachment")),
        comment="Files beside records of annotated tables.",
    )
    op.create_index(
        op.f("ix_attachment_created_by_uuid"), "attachment", ["created_by_uuid"], unique=False
    )
    op.create_index(op.f("ix_attachment_file_uuid"), "attachment", ["file_uuid"], unique=False)
    op.create_index(
        "ix_attachment_subject", "attachment", ["subject_uuid", "created_at"], unique=False
    )
    op.create_table(
        "member",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("membership_type_uuid", sa.Uuid(), nullable=True),
        sa.Column("person_uuid", sa.Uuid(), nullable=True),
        sa.Column("customer_uuid", sa.Uuid(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("withdrew_on", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "equity_due_on", sa.Date(), nullable=True, comment="When the next payment is due"
        ),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "person_uuid IS NOT NULL OR customer_uuid IS NOT NULL",
            name=op.f("ck_member_member_of_somebody"),
        ),
        sa.CheckConstraint(
            "withdrew_on >= joined_on", name=op.f("ck_member_withdrew_after_joining")
        ),
        sa.ForeignKeyConstraint(
            ["customer_uuid"], ["customer.uuid"], name=op.f("fk_member_customer_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["membership_type_uuid"],
            ["membership_type.uuid"],
            name=op.f("fk_member_membership_type_uuid"),
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_member_person_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_member")),
        sa.UniqueConstraint("number", name=op.f("uq_member_number")),
        comment="Memberships; what was paid for one is told by its equity payments.",
    )
    op.create_index(op.f("ix_member_customer_uuid"), "member", ["customer_uuid"], unique=False)
    op.create_index(op.f("ix_member_equity_due_on"), "member", ["equity_due_on"], unique=False)
    op.create_index(op.f("ix_member_joined_on"), "member", ["joined_on"], unique=False)
    op.create_index(
        op.f("ix_member_membership_type_uuid"), "member", ["membership_type_uuid"], unique=False
    )
    op.create_index(op.f("ix_member_person_uuid"), "member", ["person_uuid"], unique=False)
    op.create_index(op.f("ix_member_withdrew_on"), "member", ["withdrew_on"], unique=False)
    op.create_table(
        "merge_request",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column(
            "remove_uuid", sa.Uuid(), nullable=False, comment="No foreign key: a merge removes it"
        ),
        sa.Column("keep_uuid", sa.Uuid(), nullable=False, comment="No foreign key, as its twin"),
        sa.Column("name", sa.Text(), nullable=False, comment="What the two were called when asked"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("requested_by_uuid", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was merged or declined",
        ),
        sa.Column("settled_by_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)",
            name=op.f("ck_merge_request_settled_at_a_moment"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'merged', 'declined')", name=op.f("ck_merge_request_state_known")
        ),
        sa.CheckConstraint("remove_uuid <> keep_uuid", name=op.f("ck_merge_request_of_two")),
        sa.ForeignKeyConstraint(
            ["requested_by_uuid"], ["user.uuid"], name=op.f("fk_merge_request_requested_by_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_uuid"], ["user.uuid"], name=op.f("fk_merge_request_settled_by_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_merge_request")),
        comment="Records that somebody takes for one and may not merge themselves.",
    )
    op.create_index(
        op.f("ix_merge_request_keep_uuid"), "merge_request", ["keep_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_merge_request_requested_at"), "merge_request", ["requested_at"], unique=False
    )
    op.create_index(
        op.f("ix_merge_request_requested_by_uuid"),
        "merge_request",
        ["requested_by_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_merge_request_settled_by_uuid"), "merge_request", ["settled_by_uuid"], unique=False
    )
    op.create_index(op.f("ix_merge_request_state"), "merge_request", ["state"], unique=False)
    op.create_index(
        op.f("ix_merge_request_table_name"), "merge_request", ["table_name"], unique=False
    )
    op.create_index(
        "uq_merge_request_open",
        "merge_request",
        ["remove_uuid", "keep_uuid"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "message",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("sender_uuid", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False, comment="Plain text"),
        sa.Column(
            "sent_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("btrim(subject) <> ''", name=op.f("ck_message_subject_says_something")),
        sa.ForeignKeyConstraint(
            ["sender_uuid"], ["user.uuid"], name=op.f("fk_message_sender_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_message")),
        comment="What users wrote to each other.",
    )
    op.create_index(op.f("ix_message_sender_uuid"), "message", ["sender_uuid"], unique=False)
    op.create_index(op.f("ix_message_sent_at"), "message", ["sent_at"], unique=False)
    op.create_table(
        "note",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="general", nullable=False),
        sa.Column("subject", sa.Text(), nullable=True, comment="What it is about, in a few words"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject_table", sa.Text(), nullable=False),
        sa.Column(
            "subject_uuid",
            sa.Uuid(),
            nullable=False,
            comment="Checked by a trigger, as a foreign key is",
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint("btrim(text) <> ''", name=op.f("ck_note_text_says_something")),
        sa.CheckConstraint(
            "kind IN ('general', 'personal', 'member', 'customer', 'employee')",
            name=op.f("ck_note_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_uuid"], ["user.uuid"], name=op.f("fk_note_created_by_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_note")),
        comment="What people wrote about records of annotated tables.",
    )
    op.create_index(op.f("ix_note_created_by_uuid"), "note", ["created_by_uuid"], unique=False)
    op.create_index("ix_note_subject", "note", ["subject_uuid", "created_at"], unique=False)
    op.create_table(
        "user_token",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_uuid", sa.Uuid(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, comment="What it is for"),
        sa.Column("token_hash", sa.Text(), nullable=False, comment="SHA-256, in hex"),
        sa.Column(
            "beginning", sa.Text(), nullable=False, comment="Its first letters, to tell it by"
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "expires_on", sa.Date(), nullable=True, comment="Its last day; none: until revoked"
        ),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "token_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_user_token_token_hash_in_hex")
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_user_token_user_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_user_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_token_token_hash")),
        comment="Keys by which machines act as users; only hashes are kept.",
    )
    op.create_index(op.f("ix_user_token_user_uuid"), "user_token", ["user_uuid"], unique=False)
    op.create_table(
        "equity_payment",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("member_uuid", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=3), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True, comment="The system that it came from"),
        sa.Column(
            "transaction_number", sa.Text(), nullable=True, comment="As the register knows it"
        ),
        sa.Column(
            "state",
            sa.Text(),
            server_default="received",
            nullable=False,
            comment="A returned one, such as a cheque that bounced, does not count",
        ),
        sa.CheckConstraint(
            "state IN ('received', 'returned')", name=op.f("ck_equity_payment_state_known")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_equity_payment_amount_is_something")),
        sa.ForeignKeyConstraint(
            ["member_uuid"], ["member.uuid"], name=op.f("fk_equity_payment_member_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_equity_payment")),
        comment="What members paid for their share; negative: what they got back.",
    )
    op.create_index(
        op.f("ix_equity_payment_member_uuid"), "equity_payment", ["member_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_equity_payment_received_at"), "equity_payment", ["received_at"], unique=False
    )
    op.create_index(
        op.f("ix_equity_payment_transaction_number"),
        "equity_payment",
        ["transaction_number"],
        unique=False,
    )
    op.create_table(
        "message_recipient",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("message_uuid", sa.Uuid(), nullable=False),
        sa.Column("user_uuid", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "archived_at", sa.DateTime(timezone=True), nullable=True, comment="None: in the inbox"
        ),
        sa.ForeignKeyConstraint(
            ["message_uuid"],
            ["message.uuid"],
            name=op.f("fk_message_recipient_message_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"],
            ["user.uuid"],
            name=op.f("fk_message_recipient_user_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_message_recipient")),
        sa.UniqueConstraint(
            "message_uuid", "user_uuid", name=op.f("uq_message_recipient_message_uuid_user_uuid")
        ),
        comment="Who got a message, and what they did with it.",
    )
    op.create_index(
        "ix_message_recipient_unread",
        "message_recipient",
        ["user_uuid"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL AND archived_at IS NULL"),
    )
    op.create_index(
        op.f("ix_message_recipient_user_uuid"), "message_recipient", ["user_uuid"], unique=False
    )
    for table, name, comment in NEW_TEXTS:
        op.add_column(table, sa.Column(name, sa.Text(), comment=comment))
        op.add_column(f"{table}_version", sa.Column(name, sa.Text()))
    for name, comment in NEW_FLAGS:
        column = sa.Column(name, sa.Boolean(), server_default="false", nullable=False)
        column.comment = comment
        op.add_column("user", column)
        op.add_column("user_version", sa.Column(name, sa.Boolean()))
    op.add_column("role", sa.Column("idle_minutes", sa.Integer(), comment=IDLE))
    op.add_column("role_version", sa.Column("idle_minutes", sa.Integer()))
    op.create_check_constraint("idle_minutes_positive", "role", "idle_minutes > 0")
    for name in ("display_name", "preferred_name"):
        op.create_check_constraint(f"{name}_is_something", "person", f"{name} <> ''")
    name_people(
        "btrim(coalesce(display_name, coalesce(preferred_name, first_name) || ' ' || last_name))"
    )
    know_events(*EVENTS, "token_made", "token_revoked")
    for table in TRACKED:
        op.execute(f"SELECT make_history('{table}')")
    run("0005_annotate.sql")
    for table in ANNOTATED:
        op.execute(f"SELECT annotate('{table}')")


def downgrade():
    op.execute("DROP FUNCTION require_subject(), drop_annotations(), annotate(regclass) CASCADE")
    for table in TRACKED:
        op.drop_table(f"{table}_version")
    for table in (
        "message_recipient",
        "equity_payment",
        "user_token",
        "note",
        "message",
        "merge_request",
        "member",
        "attachment",
        "vendor_contact",
        "merged_record",
        "membership_type",
    ):
        op.drop_table(table)
    op.execute("DELETE FROM user_event WHERE kind IN ('token_made', 'token_revoked')")
    know_events(*EVENTS)
    name_people("btrim(first_name || ' ' || last_name)")
    for name, _comment in NEW_FLAGS:
        op.drop_column("user_version", name)
        op.drop_column("user", name)
    op.drop_column("role_version", "idle_minutes")
    op.drop_column("role", "idle_minutes")
    for table, name, _comment in NEW_TEXTS:
        op.drop_column(f"{table}_version", name)
        op.drop_column(table, name)


def name_people(expression):
    """Compute the name of people otherwise; before PostgreSQL 17 such a column is made anew."""
    op.drop_column("person", "name")
    computed = sa.Computed(expression, persisted=True)
    op.add_column("person", sa.Column("name", sa.Text(), computed, nullable=False))
    op.create_index(
        "ix_person_name_trgm",
        "person",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )


def know_events(*kinds):
    """Let the log of the door have these kinds of events, and no others."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.drop_constraint("kind_known", "user_event", type_="check")
    op.create_check_constraint("kind_known", "user_event", f"kind IN ({listed})")


def run(name):
    """Send a file as it is: on a raw cursor, since PL/pgSQL is full of percent signs."""
    op.get_bind().connection.cursor().execute((HERE.parent / "sql" / name).read_text())
