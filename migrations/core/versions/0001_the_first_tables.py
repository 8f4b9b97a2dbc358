"""The first tables, with their history.

Revision ID: 0001
Revises:
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

HERE = Path(__file__).parent
TRACKED = (
    "brand",
    "category",
    "department",
    "email_address",
    "family",
    "person",
    "phone_number",
    "postal_address",
    "product",
    "product_code",
    "product_cost",
    "product_price",
    "role",
    "role_permission",
    "setting",
    "store",
    "subdepartment",
    "user",
    "user_role",
    "vendor",
)


def upgrade():
    run("0001_keys.sql")
    op.execute(sa.schema.CreateSequence(sa.Sequence("transaction_id_seq")))
    op.create_table(
        "brand",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("own_label", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_name")),
        comment="The names on packages.",
    )
    op.create_index(
        "ix_brand_name_trgm",
        "brand",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "brand_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("own_label", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_brand_version")),
        comment="History of brand.",
    )
    op.create_index(
        op.f("ix_brand_version_transaction_id"), "brand_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "category_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("department_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_category_version")),
        comment="History of category.",
    )
    op.create_index(
        op.f("ix_category_version_transaction_id"),
        "category_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "department",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("has_products", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("has_staff", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("exempt_from_gross_sales", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_department_number_not_negative")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_department")),
        sa.UniqueConstraint("number", name=op.f("uq_department_number")),
        comment="Departments of the shop, as registers and reports know them.",
    )
    op.create_table(
        "department_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("has_products", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("has_staff", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("exempt_from_gross_sales", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_department_version")),
        comment="History of department.",
    )
    op.create_index(
        op.f("ix_department_version_transaction_id"),
        "department_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "email_address_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("person_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("address", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("valid", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_email_address_version")),
        comment="History of email_address.",
    )
    op.create_index(
        op.f("ix_email_address_version_person_uuid"),
        "email_address_version",
        ["person_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_email_address_version_transaction_id"),
        "email_address_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "family",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_family")),
        sa.UniqueConstraint("number", name=op.f("uq_family_number")),
        comment="Products that are priced or promoted together.",
    )
    op.create_table(
        "family_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_family_version")),
        comment="History of family.",
    )
    op.create_index(
        op.f("ix_family_version_transaction_id"), "family_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            sa.Computed("btrim(first_name || ' ' || last_name)", persisted=True),
            nullable=False,
        ),
        sa.Column("born_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint("first_name <> '' OR last_name <> ''", name=op.f("ck_person_named")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_person")),
        comment="Human beings, whatever else they are to the shop.",
    )
    op.create_index(
        "ix_person_name_trgm",
        "person",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "person_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("first_name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("last_name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("born_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("notes", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_person_version")),
        comment="History of person.",
    )
    op.create_index(
        op.f("ix_person_version_transaction_id"), "person_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "phone_number_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("person_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("valid", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_phone_number_version")),
        comment="History of phone_number.",
    )
    op.create_index(
        op.f("ix_phone_number_version_person_uuid"),
        "phone_number_version",
        ["person_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_phone_number_version_transaction_id"),
        "phone_number_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "postal_address_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("person_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("street", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("street_2", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("city", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("region", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("postal_code", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("country", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("valid", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_postal_address_version")),
        comment="History of postal_address.",
    )
    op.create_index(
        op.f("ix_postal_address_version_person_uuid"),
        "postal_address_version",
        ["person_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_postal_address_version_transaction_id"),
        "postal_address_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "product_code_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("product_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("gtin", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column(
            "pack_quantity", sa.Numeric(precision=12, scale=4), autoincrement=False, nullable=True
        ),
        sa.Column("is_primary", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_product_code_version")),
        comment="History of product_code.",
    )
    op.create_index(
        op.f("ix_product_code_version_product_uuid"),
        "product_code_version",
        ["product_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_product_code_version_transaction_id"),
        "product_code_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "product_cost_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("product_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("vendor_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("vendor_item", sa.Text(), autoincrement=False, nullable=True),
        sa.Column(
            "case_cost", sa.Numeric(precision=14, scale=5), autoincrement=False, nullable=True
        ),
        sa.Column(
            "case_size", sa.Numeric(precision=12, scale=4), autoincrement=False, nullable=True
        ),
        sa.Column(
            "unit_cost", sa.Numeric(precision=14, scale=5), autoincrement=False, nullable=True
        ),
        sa.Column("is_preferred", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_product_cost_version")),
        comment="History of product_cost.",
    )
    op.create_index(
        op.f("ix_product_cost_version_product_uuid"),
        "product_cost_version",
        ["product_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_product_cost_version_transaction_id"),
        "product_cost_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "product_price_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("product_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("store_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("price", sa.Numeric(precision=10, scale=3), autoincrement=False, nullable=True),
        sa.Column("multiple", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("starts_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("ends_on", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_product_price_version")),
        comment="History of product_price.",
    )
    op.create_index(
        op.f("ix_product_price_version_product_uuid"),
        "product_price_version",
        ["product_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_product_price_version_transaction_id"),
        "product_price_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "product_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("description", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("size", sa.Text(), autoincrement=False, nullable=True),
        sa.Column(
            "unit_size", sa.Numeric(precision=12, scale=4), autoincrement=False, nullable=True
        ),
        sa.Column("unit_of_measure", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("brand_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("department_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("subdepartment_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("category_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("family_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("sold_by_weight", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("food_stampable", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("discountable", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("active", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("notes", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_product_version")),
        comment="History of product.",
    )
    op.create_index(
        op.f("ix_product_version_transaction_id"),
        "product_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "role",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("built_in", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "built_in IN ('administrator', 'everybody')", name=op.f("ck_role_built_in_known")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_role")),
        sa.UniqueConstraint("built_in", name=op.f("uq_role_built_in")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
        comment="Bundles of permissions.",
    )
    op.create_table(
        "role_permission_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("role_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("permission", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_role_permission_version")),
        comment="History of role_permission.",
    )
    op.create_index(
        op.f("ix_role_permission_version_role_uuid"),
        "role_permission_version",
        ["role_uuid"],
        unique=False,
    )
    op.create_index(
        op.f("ix_role_permission_version_transaction_id"),
        "role_permission_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "role_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("built_in", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("notes", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_role_version")),
        comment="History of role.",
    )
    op.create_index(
        op.f("ix_role_version_transaction_id"), "role_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "setting",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_setting")),
        sa.UniqueConstraint("key", name=op.f("uq_setting_key")),
        comment="Values of declared settings, used when [settings] use_db is on.",
    )
    op.create_table(
        "setting_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("value", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_setting_version")),
        comment="History of setting.",
    )
    op.create_index(
        op.f("ix_setting_version_transaction_id"),
        "setting_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "store",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "time_zone",
            sa.Text(),
            nullable=True,
            comment="IANA name, such as America/Chicago; none: that of the settings",
        ),
        sa.Column(
            "currency",
            sa.Text(),
            nullable=True,
            comment="ISO 4217 code; none: that of the settings",
        ),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_store_number_positive")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_store")),
        sa.UniqueConstraint("number", name=op.f("uq_store_number")),
        comment="The shop's own places.",
    )
    op.create_table(
        "store_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("time_zone", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("currency", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("active", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_store_version")),
        comment="History of store.",
    )
    op.create_index(
        op.f("ix_store_version_transaction_id"), "store_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "subdepartment_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("department_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_subdepartment_version")),
        comment="History of subdepartment.",
    )
    op.create_index(
        op.f("ix_subdepartment_version_transaction_id"),
        "subdepartment_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_table(
        "transaction",
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('transaction_id_seq')"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column(
            "issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("actor_uuid", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("real_actor_uuid", sa.Uuid(), nullable=True),
        sa.Column("real_actor", sa.Text(), nullable=True),
        sa.Column("database_role", sa.Text(), nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remote_address", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "origin IN ('web', 'import', 'batch', 'datasync', 'api', 'cli', 'sql')",
            name=op.f("ck_transaction_origin_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transaction")),
        comment="Change sets: one row for each database transaction that changed something.",
    )
    op.create_index(op.f("ix_transaction_actor_uuid"), "transaction", ["actor_uuid"], unique=False)
    op.create_index(op.f("ix_transaction_issued_at"), "transaction", ["issued_at"], unique=False)
    op.create_index(op.f("ix_transaction_run_uuid"), "transaction", ["run_uuid"], unique=False)
    op.create_table(
        "user_event",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "user_uuid",
            sa.Uuid(),
            nullable=True,
            comment="No foreign key: the event outlives the user",
        ),
        sa.Column("username", sa.Text(), nullable=False, comment="As typed"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "happened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("remote_address", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('login', 'login_failed', 'logout', 'password_changed', 'user_created', 'role_granted', 'role_withdrawn', 'activated', 'deactivated', 'denied')",
            name=op.f("ck_user_event_kind_known"),
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_user_event")),
        comment="Logins, refusals and changes of rights; rows are only ever added.",
    )
    op.create_index(op.f("ix_user_event_happened_at"), "user_event", ["happened_at"], unique=False)
    op.create_index(
        op.f("ix_user_event_remote_address"), "user_event", ["remote_address"], unique=False
    )
    op.create_index(op.f("ix_user_event_user_uuid"), "user_event", ["user_uuid"], unique=False)
    op.create_index(
        "ix_user_event_username_happened_at",
        "user_event",
        [sa.literal_column("lower(username)"), "happened_at"],
        unique=False,
    )
    op.create_table(
        "user_role_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("user_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("role_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_user_role_version")),
        comment="History of user_role.",
    )
    op.create_index(
        op.f("ix_user_role_version_role_uuid"), "user_role_version", ["role_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_user_role_version_transaction_id"),
        "user_role_version",
        ["transaction_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_user_role_version_user_uuid"), "user_role_version", ["user_uuid"], unique=False
    )
    op.create_table(
        "user_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("username", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("person_uuid", sa.Uuid(), autoincrement=False, nullable=True),
        sa.Column("active", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_user_version")),
        comment="History of user.",
    )
    op.create_index(
        op.f("ix_user_version_transaction_id"), "user_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "vendor",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("abbreviation", sa.Text(), nullable=True),
        sa.Column(
            "account_number",
            sa.Text(),
            nullable=True,
            comment="The shop's number in the vendor's books",
        ),
        sa.Column("lead_time_days", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint("lead_time_days >= 0", name=op.f("ck_vendor_lead_time_not_negative")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_vendor")),
        sa.UniqueConstraint("number", name=op.f("uq_vendor_number")),
        comment="Companies from which the shop buys.",
    )
    op.create_index(
        "ix_vendor_name_trgm",
        "vendor",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "vendor_version",
        sa.Column("uuid", sa.Uuid(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("abbreviation", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("account_number", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("lead_time_days", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("terms", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("active", sa.Boolean(), autoincrement=False, nullable=True),
        sa.Column("notes", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("transaction_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("end_transaction_id", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("operation_type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "transaction_id", name=op.f("pk_vendor_version")),
        comment="History of vendor.",
    )
    op.create_index(
        op.f("ix_vendor_version_transaction_id"), "vendor_version", ["transaction_id"], unique=False
    )
    op.create_table(
        "category",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_uuid", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_uuid"], ["department.uuid"], name=op.f("fk_category_department_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_category")),
        sa.UniqueConstraint(
            "name",
            "department_uuid",
            name=op.f("uq_category_name_department_uuid"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("number", name=op.f("uq_category_number")),
        comment="Kinds of products, of one department or across them.",
    )
    op.create_index(
        op.f("ix_category_department_uuid"), "category", ["department_uuid"], unique=False
    )
    op.create_table(
        "email_address",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="home", nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("valid", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint(
            "kind IN ('home', 'work', 'other')", name=op.f("ck_email_address_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"],
            ["person.uuid"],
            name=op.f("fk_email_address_person_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_email_address")),
        comment="Email addresses of people.",
    )
    op.create_index(op.f("ix_email_address_address"), "email_address", ["address"], unique=False)
    op.create_index(
        op.f("ix_email_address_person_uuid"), "email_address", ["person_uuid"], unique=False
    )
    op.create_table(
        "phone_number",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="mobile", nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("valid", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint(
            "kind IN ('mobile', 'home', 'work', 'fax', 'other')",
            name=op.f("ck_phone_number_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"],
            ["person.uuid"],
            name=op.f("fk_phone_number_person_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_phone_number")),
        comment="Phone numbers of people.",
    )
    op.create_index(op.f("ix_phone_number_number"), "phone_number", ["number"], unique=False)
    op.create_index(
        op.f("ix_phone_number_person_uuid"), "phone_number", ["person_uuid"], unique=False
    )
    op.create_table(
        "postal_address",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="home", nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("street_2", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True, comment="State, province or canton"),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column(
            "country", sa.Text(), server_default="US", nullable=False, comment="ISO 3166-1 alpha-2"
        ),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("valid", sa.Boolean(), server_default="true", nullable=False),
        sa.CheckConstraint(
            "country ~ '^[A-Z]{2}$'", name=op.f("ck_postal_address_country_iso_3166")
        ),
        sa.CheckConstraint(
            "kind IN ('home', 'work', 'postal', 'other')", name=op.f("ck_postal_address_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_uuid"],
            ["person.uuid"],
            name=op.f("fk_postal_address_person_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_postal_address")),
        comment="Postal addresses of people.",
    )
    op.create_index(
        op.f("ix_postal_address_person_uuid"), "postal_address", ["person_uuid"], unique=False
    )
    op.create_table(
        "role_permission",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("role_uuid", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_uuid"],
            ["role.uuid"],
            name=op.f("fk_role_permission_role_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_role_permission")),
        sa.UniqueConstraint(
            "role_uuid", "permission", name=op.f("uq_role_permission_role_uuid_permission")
        ),
        comment="Which roles have which permissions.",
    )
    op.create_table(
        "subdepartment",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("department_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number >= 0", name=op.f("ck_subdepartment_number_not_negative")),
        sa.ForeignKeyConstraint(
            ["department_uuid"], ["department.uuid"], name=op.f("fk_subdepartment_department_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_subdepartment")),
        sa.UniqueConstraint("number", name=op.f("uq_subdepartment_number")),
        comment="Parts of departments.",
    )
    op.create_index(
        op.f("ix_subdepartment_department_uuid"), "subdepartment", ["department_uuid"], unique=False
    )
    op.create_table(
        "user",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("person_uuid", sa.Uuid(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "session_key",
            sa.Text(),
            nullable=True,
            comment="Part of every session; a new one ends them all",
        ),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.ForeignKeyConstraint(["person_uuid"], ["person.uuid"], name=op.f("fk_user_person_uuid")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_user")),
        comment="Who may sign in.",
    )
    op.create_index(op.f("ix_user_person_uuid"), "user", ["person_uuid"], unique=False)
    op.create_index("uq_user_username", "user", [sa.literal_column("lower(username)")], unique=True)
    op.create_table(
        "product",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="What people call it by"),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=True, comment="As printed, such as 12.5 oz"),
        sa.Column("unit_size", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("unit_of_measure", sa.Text(), nullable=True),
        sa.Column("brand_uuid", sa.Uuid(), nullable=True),
        sa.Column("department_uuid", sa.Uuid(), nullable=True),
        sa.Column("subdepartment_uuid", sa.Uuid(), nullable=True),
        sa.Column("category_uuid", sa.Uuid(), nullable=True),
        sa.Column("family_uuid", sa.Uuid(), nullable=True),
        sa.Column("sold_by_weight", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("food_stampable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("discountable", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "unit_of_measure IN ('each', 'lb', 'oz', 'kg', 'g', 'gal', 'fl oz', 'l', 'ml')",
            name=op.f("ck_product_unit_of_measure_known"),
        ),
        sa.CheckConstraint("unit_size > 0", name=op.f("ck_product_unit_size_positive")),
        sa.ForeignKeyConstraint(["brand_uuid"], ["brand.uuid"], name=op.f("fk_product_brand_uuid")),
        sa.ForeignKeyConstraint(
            ["category_uuid"], ["category.uuid"], name=op.f("fk_product_category_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["department_uuid"], ["department.uuid"], name=op.f("fk_product_department_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["family_uuid"], ["family.uuid"], name=op.f("fk_product_family_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["subdepartment_uuid"],
            ["subdepartment.uuid"],
            name=op.f("fk_product_subdepartment_uuid"),
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product")),
        sa.UniqueConstraint("number", name=op.f("uq_product_number")),
        comment="What the shop sells.",
    )
    op.create_index(op.f("ix_product_brand_uuid"), "product", ["brand_uuid"], unique=False)
    op.create_index(op.f("ix_product_category_uuid"), "product", ["category_uuid"], unique=False)
    op.create_index(
        op.f("ix_product_department_uuid"), "product", ["department_uuid"], unique=False
    )
    op.create_index(
        "ix_product_description_lower",
        "product",
        [sa.literal_column("lower(description)"), "uuid"],
        unique=False,
    )
    op.create_index(
        "ix_product_description_trgm",
        "product",
        ["description"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"description": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_product_family_uuid"), "product", ["family_uuid"], unique=False)
    op.create_index(
        op.f("ix_product_subdepartment_uuid"), "product", ["subdepartment_uuid"], unique=False
    )
    op.create_table(
        "run",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="Of the import handler or job"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("dry_run", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("user_uuid", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True, comment="Who, where no user is known"),
        sa.Column(
            "parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
        ),
        sa.Column(
            "counts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("message", sa.Text(), nullable=True, comment="Why it failed, for people"),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_set_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('import', 'export', 'batch', 'job', 'playbook', 'mail')",
            name=op.f("ck_run_kind_known"),
        ),
        sa.CheckConstraint(
            "state IN ('running', 'succeeded', 'failed', 'cancelled', 'lost')",
            name=op.f("ck_run_state_known"),
        ),
        sa.ForeignKeyConstraint(["user_uuid"], ["user.uuid"], name=op.f("fk_run_user_uuid")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_run")),
        comment="Executions of anything long.",
    )
    op.create_index(op.f("ix_run_key"), "run", ["key"], unique=False)
    op.create_index(op.f("ix_run_started_at"), "run", ["started_at"], unique=False)
    op.create_index(op.f("ix_run_user_uuid"), "run", ["user_uuid"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("user_uuid", sa.Uuid(), nullable=False),
        sa.Column("role_uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_uuid"], ["role.uuid"], name=op.f("fk_user_role_role_uuid"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_user_role_user_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_user_role")),
        sa.UniqueConstraint(
            "user_uuid", "role_uuid", name=op.f("uq_user_role_user_uuid_role_uuid")
        ),
        comment="Which users have which roles.",
    )
    op.create_index(op.f("ix_user_role_role_uuid"), "user_role", ["role_uuid"], unique=False)
    op.create_table(
        "product_code",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "gtin",
            sa.Text(),
            nullable=False,
            comment="Canonical: 14 digits, the identity of the code",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "pack_quantity",
            sa.Numeric(precision=12, scale=4),
            server_default="1",
            nullable=False,
            comment="How many units one scan stands for",
        ),
        sa.Column("is_primary", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("gtin ~ '^[0-9]{14}$'", name=op.f("ck_product_code_gtin_14_digits")),
        sa.CheckConstraint(
            "kind IN ('upc_a', 'upc_e', 'ean_8', 'ean_13', 'gtin_14', 'plu', 'random_weight', 'price_verifier', 'in_store')",
            name=op.f("ck_product_code_kind_known"),
        ),
        sa.CheckConstraint(
            "pack_quantity > 0", name=op.f("ck_product_code_pack_quantity_positive")
        ),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_code_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_code")),
        sa.UniqueConstraint("gtin", name=op.f("uq_product_code_gtin")),
        comment="Barcodes and PLUs of products, in canonical form.",
    )
    op.create_index(
        op.f("ix_product_code_product_uuid"), "product_code", ["product_uuid"], unique=False
    )
    op.create_index(
        "uq_product_code_primary",
        "product_code",
        ["product_uuid"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "product_cost",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("vendor_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "vendor_item", sa.Text(), nullable=True, comment="The vendor's number of the product"
        ),
        sa.Column("case_cost", sa.Numeric(precision=14, scale=5), nullable=False),
        sa.Column(
            "case_size", sa.Numeric(precision=12, scale=4), server_default="1", nullable=False
        ),
        sa.Column(
            "unit_cost",
            sa.Numeric(precision=14, scale=5),
            sa.Computed("round(case_cost / case_size, 5)", persisted=True),
            nullable=False,
        ),
        sa.Column("is_preferred", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("case_cost >= 0", name=op.f("ck_product_cost_case_cost_not_negative")),
        sa.CheckConstraint("case_size > 0", name=op.f("ck_product_cost_case_size_positive")),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_cost_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_uuid"], ["vendor.uuid"], name=op.f("fk_product_cost_vendor_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_cost")),
        sa.UniqueConstraint(
            "product_uuid", "vendor_uuid", name=op.f("uq_product_cost_product_uuid_vendor_uuid")
        ),
        comment="What vendors ask for a case, as entered; the unit cost is derived.",
    )
    op.create_index(
        op.f("ix_product_cost_vendor_uuid"), "product_cost", ["vendor_uuid"], unique=False
    )
    op.create_index(
        "uq_product_cost_preferred",
        "product_cost",
        ["product_uuid"],
        unique=True,
        postgresql_where=sa.text("is_preferred"),
    )
    op.create_table(
        "product_price",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="regular", nullable=False),
        sa.Column("price", sa.Numeric(precision=10, scale=3), nullable=False),
        sa.Column(
            "multiple",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="How many units this price buys, as in 3 for 5.00",
        ),
        sa.Column("starts_on", sa.Date(), nullable=True, comment="First day; none: since always"),
        sa.Column(
            "ends_on", sa.Date(), nullable=True, comment="Last day; none: until further notice"
        ),
        postgresql.ExcludeConstraint(
            (sa.column("product_uuid"), "="),
            (sa.column("kind"), "="),
            (sa.text("coalesce(store_uuid, '00000000-0000-0000-0000-000000000000'::uuid)"), "="),
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"),
            using="gist",
            name="ex_product_price_overlap",
        ),
        sa.CheckConstraint(
            "kind IN ('regular', 'sale', 'associate')", name=op.f("ck_product_price_kind_known")
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_product_price_ends_after_start")),
        sa.CheckConstraint("multiple > 0", name=op.f("ck_product_price_multiple_positive")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_product_price_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_price_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_product_price_store_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_price")),
        comment="Prices by kind, store and days; no two of one kind overlap.",
    )
    op.create_index(
        op.f("ix_product_price_product_uuid"), "product_price", ["product_uuid"], unique=False
    )
    op.create_index(
        op.f("ix_product_price_store_uuid"), "product_price", ["store_uuid"], unique=False
    )
    op.create_table(
        "rejected_row",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "line",
            sa.Integer(),
            nullable=False,
            comment="Line of the source file, the header being line 1",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True, comment="The row as read, cut to 2,000"),
        sa.ForeignKeyConstraint(
            ["run_uuid"], ["run.uuid"], name=op.f("fk_rejected_row_run_uuid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_rejected_row")),
        comment="Source rows that a run left out, with the reason.",
    )
    op.create_index(op.f("ix_rejected_row_run_uuid"), "rejected_row", ["run_uuid"], unique=False)
    run("0001_history.sql")
    for table in TRACKED:
        op.execute(f"SELECT track_history('\"{table}\"')")
    op.execute(
        "CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON setting "
        "FOR EACH STATEMENT EXECUTE FUNCTION announce_settings()"
    )


def downgrade():
    for table in TRACKED:
        for when in ("insert", "update", "delete", "truncate"):
            op.execute(f'DROP TRIGGER history_{when} ON "{table}"')
    op.drop_index(op.f("ix_rejected_row_run_uuid"), table_name="rejected_row")
    op.drop_table("rejected_row")
    op.drop_index(op.f("ix_product_price_store_uuid"), table_name="product_price")
    op.drop_index(op.f("ix_product_price_product_uuid"), table_name="product_price")
    op.drop_table("product_price")
    op.drop_index(
        "uq_product_cost_preferred",
        table_name="product_cost",
        postgresql_where=sa.text("is_preferred"),
    )
    op.drop_index(op.f("ix_product_cost_vendor_uuid"), table_name="product_cost")
    op.drop_table("product_cost")
    op.drop_index(
        "uq_product_code_primary", table_name="product_code", postgresql_where=sa.text("is_primary")
    )
    op.drop_index(op.f("ix_product_code_product_uuid"), table_name="product_code")
    op.drop_table("product_code")
    op.drop_index(op.f("ix_user_role_role_uuid"), table_name="user_role")
    op.drop_table("user_role")
    op.drop_index(op.f("ix_run_user_uuid"), table_name="run")
    op.drop_index(op.f("ix_run_started_at"), table_name="run")
    op.drop_index(op.f("ix_run_key"), table_name="run")
    op.drop_table("run")
    op.drop_index(op.f("ix_product_subdepartment_uuid"), table_name="product")
    op.drop_index(op.f("ix_product_family_uuid"), table_name="product")
    op.drop_index(
        "ix_product_description_trgm",
        table_name="product",
        postgresql_using="gin",
        postgresql_ops={"description": "gin_trgm_ops"},
    )
    op.drop_index("ix_product_description_lower", table_name="product")
    op.drop_index(op.f("ix_product_department_uuid"), table_name="product")
    op.drop_index(op.f("ix_product_category_uuid"), table_name="product")
    op.drop_index(op.f("ix_product_brand_uuid"), table_name="product")
    op.drop_table("product")
    op.drop_index("uq_user_username", table_name="user")
    op.drop_index(op.f("ix_user_person_uuid"), table_name="user")
    op.drop_table("user")
    op.drop_index(op.f("ix_subdepartment_department_uuid"), table_name="subdepartment")
    op.drop_table("subdepartment")
    op.drop_table("role_permission")
    op.drop_index(op.f("ix_postal_address_person_uuid"), table_name="postal_address")
    op.drop_table("postal_address")
    op.drop_index(op.f("ix_phone_number_person_uuid"), table_name="phone_number")
    op.drop_index(op.f("ix_phone_number_number"), table_name="phone_number")
    op.drop_table("phone_number")
    op.drop_index(op.f("ix_email_address_person_uuid"), table_name="email_address")
    op.drop_index(op.f("ix_email_address_address"), table_name="email_address")
    op.drop_table("email_address")
    op.drop_index(op.f("ix_category_department_uuid"), table_name="category")
    op.drop_table("category")
    op.drop_index(op.f("ix_vendor_version_transaction_id"), table_name="vendor_version")
    op.drop_table("vendor_version")
    op.drop_index(
        "ix_vendor_name_trgm",
        table_name="vendor",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.drop_table("vendor")
    op.drop_index(op.f("ix_user_version_transaction_id"), table_name="user_version")
    op.drop_table("user_version")
    op.drop_index(op.f("ix_user_role_version_user_uuid"), table_name="user_role_version")
    op.drop_index(op.f("ix_user_role_version_transaction_id"), table_name="user_role_version")
    op.drop_index(op.f("ix_user_role_version_role_uuid"), table_name="user_role_version")
    op.drop_table("user_role_version")
    op.drop_index("ix_user_event_username_happened_at", table_name="user_event")
    op.drop_index(op.f("ix_user_event_user_uuid"), table_name="user_event")
    op.drop_index(op.f("ix_user_event_remote_address"), table_name="user_event")
    op.drop_index(op.f("ix_user_event_happened_at"), table_name="user_event")
    op.drop_table("user_event")
    op.drop_index(op.f("ix_transaction_run_uuid"), table_name="transaction")
    op.drop_index(op.f("ix_transaction_issued_at"), table_name="transaction")
    op.drop_index(op.f("ix_transaction_actor_uuid"), table_name="transaction")
    op.drop_table("transaction")
    op.drop_index(
        op.f("ix_subdepartment_version_transaction_id"), table_name="subdepartment_version"
    )
    op.drop_table("subdepartment_version")
    op.drop_index(op.f("ix_store_version_transaction_id"), table_name="store_version")
    op.drop_table("store_version")
    op.drop_table("store")
    op.drop_index(op.f("ix_setting_version_transaction_id"), table_name="setting_version")
    op.drop_table("setting_version")
    op.drop_table("setting")
    op.drop_index(op.f("ix_role_version_transaction_id"), table_name="role_version")
    op.drop_table("role_version")
    op.drop_index(
        op.f("ix_role_permission_version_transaction_id"), table_name="role_permission_version"
    )
    op.drop_index(
        op.f("ix_role_permission_version_role_uuid"), table_name="role_permission_version"
    )
    op.drop_table("role_permission_version")
    op.drop_table("role")
    op.drop_index(op.f("ix_product_version_transaction_id"), table_name="product_version")
    op.drop_table("product_version")
    op.drop_index(
        op.f("ix_product_price_version_transaction_id"), table_name="product_price_version"
    )
    op.drop_index(op.f("ix_product_price_version_product_uuid"), table_name="product_price_version")
    op.drop_table("product_price_version")
    op.drop_index(op.f("ix_product_cost_version_transaction_id"), table_name="product_cost_version")
    op.drop_index(op.f("ix_product_cost_version_product_uuid"), table_name="product_cost_version")
    op.drop_table("product_cost_version")
    op.drop_index(op.f("ix_product_code_version_transaction_id"), table_name="product_code_version")
    op.drop_index(op.f("ix_product_code_version_product_uuid"), table_name="product_code_version")
    op.drop_table("product_code_version")
    op.drop_index(
        op.f("ix_postal_address_version_transaction_id"), table_name="postal_address_version"
    )
    op.drop_index(
        op.f("ix_postal_address_version_person_uuid"), table_name="postal_address_version"
    )
    op.drop_table("postal_address_version")
    op.drop_index(op.f("ix_phone_number_version_transaction_id"), table_name="phone_number_version")
    op.drop_index(op.f("ix_phone_number_version_person_uuid"), table_name="phone_number_version")
    op.drop_table("phone_number_version")
    op.drop_index(op.f("ix_person_version_transaction_id"), table_name="person_version")
    op.drop_table("person_version")
    op.drop_index(
        "ix_person_name_trgm",
        table_name="person",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.drop_table("person")
    op.drop_index(op.f("ix_family_version_transaction_id"), table_name="family_version")
    op.drop_table("family_version")
    op.drop_table("family")
    op.drop_index(
        op.f("ix_email_address_version_transaction_id"), table_name="email_address_version"
    )
    op.drop_index(op.f("ix_email_address_version_person_uuid"), table_name="email_address_version")
    op.drop_table("email_address_version")
    op.drop_index(op.f("ix_department_version_transaction_id"), table_name="department_version")
    op.drop_table("department_version")
    op.drop_table("department")
    op.drop_index(op.f("ix_category_version_transaction_id"), table_name="category_version")
    op.drop_table("category_version")
    op.drop_index(op.f("ix_brand_version_transaction_id"), table_name="brand_version")
    op.drop_table("brand_version")
    op.drop_index(
        "ix_brand_name_trgm",
        table_name="brand",
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.drop_table("brand")
    op.execute("DROP SEQUENCE transaction_id_seq")
    op.execute(
        "DROP FUNCTION record_versions(), change_set_id(), current_change_set_id(), "
        "track_history(regclass), announce_settings()"
    )


def run(name):
    """Send a file as it is: on a raw cursor, since PL/pgSQL is full of percent signs."""
    op.get_bind().connection.cursor().execute((HERE.parent / "sql" / name).read_text())
