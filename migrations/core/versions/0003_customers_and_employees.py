"""Customers, who belongs to them, and employees with their shifts.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
TRACKED = (
    "customer",
    "customer_group",
    "customer_in_group",
    "customer_person",
    "employee",
    "employee_department",
    "employee_store",
    "employment",
    "pending_customer",
    "scheduled_shift",
    "shopper",
    "shopper_span",
    "worked_shift",
)


def upgrade():
    run("0003_make_history.sql")
    op.create_table(
        "customer_group",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_customer_group")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_group_number")),
        comment="Customers with something in common.",
    )
    op.create_table(
        "customer",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="As on the card"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="retail", nullable=False),
        sa.Column("account_holder_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "email_preference",
            sa.Text(),
            nullable=True,
            comment="How they want mail; none told: as the mailing does it",
        ),
        sa.Column(
            "active_at_pos",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="The register knows this account",
        ),
        sa.Column(
            "stays_at_pos",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="No import or clean-up may take the account from the register",
        ),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "email_preference IN ('none', 'text', 'html', 'mobile')",
            name=op.f("ck_customer_email_preference_known"),
        ),
        sa.CheckConstraint("kind IN ('retail', 'wholesale')", name=op.f("ck_customer_kind_known")),
        sa.ForeignKeyConstraint(
            ["account_holder_uuid"], ["person.uuid"], name=op.f("fk_customer_account_holder_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_customer")),
        sa.UniqueConstraint("number", name=op.f("uq_customer_number")),
        comment="Accounts in whose name somebody buys.",
    )
    op.create_index(
        op.f("ix_customer_account_holder_uuid"), "customer", ["account_holder_uuid"], unique=False
    )
    op.create_index(
        "ix_customer_name_lower",
        "customer",
        [sa.literal_column("lower(name)"), "uuid"],
        unique=False,
    )
    op.create_index(
        "ix_customer_name_trgm",
        "customer",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "employee",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True, comment="As the register knows them"),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="Short, as on receipts and name tags"),
        sa.Column("state", sa.Text(), server_default="current", nullable=False),
        sa.Column("full_time", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("full_time_since", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('current', 'on_leave', 'former')", name=op.f("ck_employee_state_known")
        ),
        sa.CheckConstraint(
            "full_time_since IS NULL OR full_time",
            name=op.f("ck_employee_full_time_since_while_full_time"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_employee_number_positive")),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_employee_person_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_employee")),
        sa.UniqueConstraint("number", name=op.f("uq_employee_number")),
        sa.UniqueConstraint("person_uuid", name=op.f("uq_employee_person_uuid")),
        comment="People who work, or worked, in the shop.",
    )
    op.create_index(
        "ix_employee_name_trgm",
        "employee",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_employee_state"), "employee", ["state"], unique=False)
    op.create_table(
        "customer_in_group",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_uuid", sa.Uuid(), nullable=False),
        sa.Column("group_uuid", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_uuid"],
            ["customer.uuid"],
            name=op.f("fk_customer_in_group_customer_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_uuid"],
            ["customer_group.uuid"],
            name=op.f("fk_customer_in_group_group_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_customer_in_group")),
        sa.UniqueConstraint(
            "customer_uuid",
            "group_uuid",
            name=op.f("uq_customer_in_group_customer_uuid_group_uuid"),
        ),
        comment="Which customers belong to which groups; the lowest position counts first.",
    )
    op.create_index(
        op.f("ix_customer_in_group_group_uuid"), "customer_in_group", ["group_uuid"], unique=False
    )
    op.create_table(
        "customer_person",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_uuid", sa.Uuid(), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_uuid"],
            ["customer.uuid"],
            name=op.f("fk_customer_person_customer_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_customer_person_person_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_customer_person")),
        sa.UniqueConstraint(
            "customer_uuid",
            "person_uuid",
            name=op.f("uq_customer_person_customer_uuid_person_uuid"),
        ),
        comment="People who belong to customers; the lowest position is asked first.",
    )
    op.create_index(
        op.f("ix_customer_person_person_uuid"), "customer_person", ["person_uuid"], unique=False
    )
    op.create_table(
        "employee_department",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("employee_uuid", sa.Uuid(), nullable=False),
        sa.Column("department_uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_uuid"],
            ["department.uuid"],
            name=op.f("fk_employee_department_department_uuid"),
        ),
        sa.ForeignKeyConstraint(
            ["employee_uuid"],
            ["employee.uuid"],
            name=op.f("fk_employee_department_employee_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_employee_department")),
        sa.UniqueConstraint(
            "employee_uuid",
            "department_uuid",
            name=op.f("uq_employee_department_employee_uuid_department_uuid"),
        ),
        comment="In which departments employees work.",
    )
    op.create_index(
        op.f("ix_employee_department_department_uuid"),
        "employee_department",
        ["department_uuid"],
        unique=False,
    )
    op.create_table(
        "employee_store",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("employee_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_uuid"],
            ["employee.uuid"],
            name=op.f("fk_employee_store_employee_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_employee_store_store_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_employee_store")),
        sa.UniqueConstraint(
            "employee_uuid", "store_uuid", name=op.f("uq_employee_store_employee_uuid_store_uuid")
        ),
        comment="In which stores employees work.",
    )
    op.create_index(
        op.f("ix_employee_store_store_uuid"), "employee_store", ["store_uuid"], unique=False
    )
    op.create_table(
        "employment",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("employee_uuid", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "ends_on", sa.Date(), nullable=True, comment="Last day; none: until further notice"
        ),
        postgresql.ExcludeConstraint(
            (sa.column("employee_uuid"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_employment_span_overlap",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_employment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["employee_uuid"],
            ["employee.uuid"],
            name=op.f("fk_employment_employee_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_employment")),
        comment="When employees were employed; spans of one never overlap.",
    )
    op.create_index(
        op.f("ix_employment_employee_uuid"), "employment", ["employee_uuid"], unique=False
    )
    op.create_table(
        "pending_customer",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            sa.Computed("btrim(first_name || ' ' || last_name)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "number",
            sa.Text(),
            nullable=True,
            comment="The number they gave, or will get as a customer",
        ),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_kind", sa.Text(), server_default="mobile", nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_kind", sa.Text(), server_default="home", nullable=False),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("street_2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True, comment="State, province or canton"),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column(
            "country", sa.Text(), server_default="US", nullable=False, comment="ISO 3166-1 alpha-2"
        ),
        sa.Column("address_kind", sa.Text(), server_default="home", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True, comment="What they asked for"),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_uuid", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was resolved or ignored",
        ),
        sa.Column("settled_by_uuid", sa.Uuid(), nullable=True),
        sa.Column("customer_uuid", sa.Uuid(), nullable=True),
        sa.Column("person_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (settled_at IS NULL)",
            name=op.f("ck_pending_customer_settled_at_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'resolved') = (customer_uuid IS NOT NULL OR person_uuid IS NOT NULL)",
            name=op.f("ck_pending_customer_resolved_into_somebody"),
        ),
        sa.CheckConstraint(
            "address_kind IN ('home', 'work', 'postal', 'other')",
            name=op.f("ck_pending_customer_address_kind_known"),
        ),
        sa.CheckConstraint(
            "country ~ '^[A-Z]{2}$'", name=op.f("ck_pending_customer_country_iso_3166")
        ),
        sa.CheckConstraint(
            "email_kind IN ('home', 'work', 'other')",
            name=op.f("ck_pending_customer_email_kind_known"),
        ),
        sa.CheckConstraint(
            "first_name <> '' OR last_name <> ''", name=op.f("ck_pending_customer_named")
        ),
        sa.CheckConstraint(
            "phone_kind IN ('mobile', 'home', 'work', 'fax', 'other')",
            name=op.f("ck_pending_customer_phone_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'resolved', 'ignored')", name=op.f("ck_pending_customer_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_uuid"], ["user.uuid"], name=op.f("fk_pending_customer_created_by_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["customer_uuid"], ["customer.uuid"], name=op.f("fk_pending_customer_customer_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_pending_customer_person_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_uuid"], ["user.uuid"], name=op.f("fk_pending_customer_settled_by_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_pending_customer")),
        comment="Who asked for something and is not a customer yet.",
    )
    op.create_index(
        op.f("ix_pending_customer_created_at"), "pending_customer", ["created_at"], unique=False
    )
    op.create_index(
        op.f("ix_pending_customer_created_by_uuid"),
        "pending_customer",
        ["created_by_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_pending_customer_customer_uuid"),
        "pending_customer",
        ["customer_uuid"],
        unique=False,
    )
    op.create_index(
        "ix_pending_customer_name_trgm",
        "pending_customer",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(
        op.f("ix_pending_customer_number"), "pending_customer", ["number"], unique=False
    )
    op.create_index(
        op.f("ix_pending_customer_person_uuid"), "pending_customer", ["person_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_pending_customer_settled_by_uuid"),
        "pending_customer",
        ["settled_by_uuid"],
        unique=False,
    )
    op.create_index(op.f("ix_pending_customer_state"), "pending_customer", ["state"], unique=False)
    op.create_table(
        "scheduled_shift",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("employee_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("employee_uuid"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_scheduled_shift_overlap",
        ),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_scheduled_shift_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["employee_uuid"],
            ["employee.uuid"],
            name=op.f("fk_scheduled_shift_employee_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_scheduled_shift_store_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_scheduled_shift")),
        comment="When employees are to work; shifts of one never overlap.",
    )
    op.create_index(
        op.f("ix_scheduled_shift_employee_uuid"), "scheduled_shift", ["employee_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_scheduled_shift_starts_at"), "scheduled_shift", ["starts_at"], unique=False
    )
    op.create_index(
        op.f("ix_scheduled_shift_store_uuid"), "scheduled_shift", ["store_uuid"], unique=False
    )
    op.create_table(
        "shopper",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("customer_uuid", sa.Uuid(), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.Integer(),
            nullable=False,
            comment="Counts within the account: 1 is on the first card",
        ),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_shopper_number_positive")),
        sa.ForeignKeyConstraint(
            ["customer_uuid"],
            ["customer.uuid"],
            name=op.f("fk_shopper_customer_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"], ["person.uuid"], name=op.f("fk_shopper_person_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_shopper")),
        sa.UniqueConstraint(
            "customer_uuid", "number", name=op.f("uq_shopper_customer_uuid_number")
        ),
        comment="People who shop in the name of a customer.",
    )
    op.create_index(op.f("ix_shopper_person_uuid"), "shopper", ["person_uuid"], unique=False)
    op.create_table(
        "worked_shift",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("employee_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=True),
        sa.Column("punched_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "punched_out_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="None: still at work",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("employee_uuid"), "="),
            (sa.text("tstzrange(punched_in_at, punched_out_at)"), "&&"),
            using="gist",
            name="ex_worked_shift_overlap",
        ),
        sa.CheckConstraint(
            "punched_out_at > punched_in_at", name=op.f("ck_worked_shift_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["employee_uuid"], ["employee.uuid"], name=op.f("fk_worked_shift_employee_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_worked_shift_store_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_worked_shift")),
        comment="When employees came and went; shifts of one never overlap.",
    )
    op.create_index(
        op.f("ix_worked_shift_employee_uuid"), "worked_shift", ["employee_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_worked_shift_punched_in_at"), "worked_shift", ["punched_in_at"], unique=False
    )
    op.create_index(
        op.f("ix_worked_shift_store_uuid"), "worked_shift", ["store_uuid"], unique=False
    )
    op.create_table(
        "shopper_span",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("shopper_uuid", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True, comment="First day; none: not known"),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="Last day; none: still is"),
        postgresql.ExcludeConstraint(
            (sa.column("shopper_uuid"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_shopper_span_overlap",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_shopper_span_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["shopper_uuid"],
            ["shopper.uuid"],
            name=op.f("fk_shopper_span_shopper_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_shopper_span")),
        comment="When people were shoppers; spans of one shopper never overlap.",
    )
    op.create_index(
        op.f("ix_shopper_span_shopper_uuid"), "shopper_span", ["shopper_uuid"], unique=False
    )
    for table in TRACKED:
        op.execute(f"SELECT make_history('{table}')")


def downgrade():
    for table in TRACKED:
        op.drop_table(f"{table}_version")
    for table in (
        "shopper_span",
        "worked_shift",
        "shopper",
        "scheduled_shift",
        "pending_customer",
        "employment",
        "employee_store",
        "employee_department",
        "customer_person",
        "customer_in_group",
        "employee",
        "customer",
        "customer_group",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION make_history(regclass, text[])")


def run(name):
    """Send a file as it is: on a raw cursor, since PL/pgSQL is full of percent signs."""
    op.get_bind().connection.cursor().execute((HERE.parent / "sql" / name).read_text())
