"""Goods: taxes, tenders, units, produce, pictures, stock, and what products, costs and prices lacked.

Revision ID: 0006
Revises: 0005
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.history_tables import add_columns, drop_columns, forget_history, keep_history

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
TRACKED = (
    "adjustment_reason", "alternate_code", "deposit_link", "future_cost", "ifps_plu",
    "label_profile", "pending_product", "product_image", "product_store", "product_tax",
    "report_code", "tax", "tender", "unit_of_measure", "vendor_sample_file",
)  # fmt: skip
NEW = (
    "stock_movement", "stock", "product_tax", "product_store", "product_image", "product_figures",
    "pending_product", "future_cost", "alternate_code", "vendor_sample_file", "unit_of_measure",
    "label_profile", "ifps_plu", "deposit_link", "adjustment_reason", "report_code", "tender", "tax",
)  # fmt: skip
UNITS = "'each', 'lb', 'oz', 'kg', 'g', 'gal', 'fl oz', 'l', 'ml'"
MORE_UNITS = (
    "'each', 'ct', 'dozen', 'lb', 'oz', 'kg', 'g', 'gal', 'qt', 'pt', 'fl oz', 'l', 'cl', 'ml',"
    " 'ft', 'sq ft', 'm'"
)
PRICE_KINDS = "'regular', 'sale', 'associate'"
MORE_PRICE_KINDS = (
    "'regular', 'sale', 'tpr', 'manager_special', 'member', 'associate', 'alternate', 'suggested'"
)
CHECKS = (
    ("department", "order_discount_a_share", "order_discount BETWEEN 0 AND 1"),
    ("vendor", "order_interval_positive", "order_interval_days > 0"),
    ("vendor", "discount_a_share", "discount BETWEEN 0 AND 1"),
    ("product", "average_weight_positive", "average_weight > 0"),
    ("product", "pack_size_positive", "pack_size > 0"),
    ("product", "case_size_positive", "case_size > 0"),
    ("product", "unit_another", "unit_uuid <> uuid"),
    ("product", "pack_size_given", "unit_uuid IS NULL OR pack_size IS NOT NULL"),
    ("product", "default_pack_of_unit", "NOT default_pack OR unit_uuid IS NOT NULL"),
    ("product", "kind_known",
     "kind IN ('goods', 'service', 'gift_card', 'deposit', 'donation', 'other')"),
    ("product_cost", "pack_size_positive", "pack_size > 0"),
    ("product_cost", "discount_within_cost", "discount_amount BETWEEN 0 AND case_cost"),
    ("product_cost", "discount_share_a_share", "discount_share BETWEEN 0 AND 1"),
    ("product_cost", "one_discount", "num_nonnulls(discount_amount, discount_share) <= 1"),
    ("product_cost", "discount_given",
     "num_nonnulls(discount_starts_on, discount_ends_on) = 0"
     " OR num_nonnulls(discount_amount, discount_share) = 1"),
    ("product_cost", "discount_ends_after_start", "discount_ends_on >= discount_starts_on"),
    ("product_price", "level_positive", "level > 0"),
    ("product_price", "pack_price_not_negative", "pack_price >= 0"),
    ("product_price", "pack_multiple_positive", "pack_multiple > 0"),
)  # fmt: skip
REFERENCES = (
    ("department", "tax_uuid", "tax"),
    ("product", "unit_uuid", "product"),
    ("product", "report_code_uuid", "report_code"),
    ("product", "deposit_link_uuid", "deposit_link"),
)
LEVELS = "Prices by kind, level, store and days; no two of one kind overlap."
NO_LEVELS = "Prices by kind, store and days; no two of one kind overlap."


def upgrade():
    make_tables()
    add_facts()
    keep_history(op, *TRACKED)
    run("0006_stock.sql")


def downgrade():
    op.execute(
        "DROP FUNCTION add_up_stock(), refuse_changed_movements(), forget_stock(), merge_stock(),"
        " part_stock(), sum_stock(uuid[]), was_of_before(uuid[], uuid) CASCADE"
    )
    forget_history(op, *TRACKED)
    take_facts()
    for table in NEW:
        op.drop_table(table)


def make_tables():
    op.create_table(
        "adjustment_reason",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="As other systems know it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "active",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False: not offered any more",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_adjustment_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_adjustment_reason_code")),
        comment="Why stock is adjusted.",
    )
    op.create_table(
        "deposit_link",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="As registers know it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=10, scale=3), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_deposit_link_amount_not_negative")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_deposit_link")),
        sa.UniqueConstraint("code", name=op.f("uq_deposit_link_code")),
        comment="Deposits charged with products.",
    )
    op.create_table(
        "ifps_plu",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("plu", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("commodity", sa.Text(), nullable=False),
        sa.Column("variety", sa.Text(), nullable=True),
        sa.Column(
            "name",
            sa.Text(),
            sa.Computed("commodity || coalesce(', ' || variety, '')", persisted=True),
            nullable=False,
        ),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("measurements_north_america", sa.Text(), nullable=True),
        sa.Column("measurements_elsewhere", sa.Text(), nullable=True),
        sa.Column("restrictions", sa.Text(), nullable=True),
        sa.Column("botanical_name", sa.Text(), nullable=True),
        sa.Column("also_known_as", sa.Text(), nullable=True),
        sa.Column("revised_on", sa.Date(), nullable=True),
        sa.Column("added_on", sa.Date(), nullable=True),
        sa.Column("gpc", sa.Text(), nullable=True, comment="GS1 Global Product Classification"),
        sa.Column("image", sa.Text(), nullable=True, comment="Its name at the IFPS"),
        sa.Column("image_source", sa.Text(), nullable=True),
        sa.CheckConstraint("plu BETWEEN 1 AND 99999", name=op.f("ck_ifps_plu_plu_in_range")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_ifps_plu")),
        sa.UniqueConstraint("plu", name=op.f("uq_ifps_plu_plu")),
        comment="PLU numbers of the International Federation for Produce Standards.",
    )
    op.create_index(
        "ix_ifps_plu_name_trgm",
        "ifps_plu",
        ["name"],
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_table(
        "label_profile",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("printer", sa.Text(), nullable=True, comment="As the configuration names it"),
        sa.Column(
            "language",
            sa.Text(),
            server_default="html",
            nullable=False,
            comment="What the printer understands",
        ),
        sa.Column("template", sa.Text(), nullable=True, comment="The label, with places for facts"),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column(
            "is_synced",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Whether other nodes get it too",
        ),
        sa.CheckConstraint(
            "language IN ('html', 'zpl', 'epl', 'text')",
            name=op.f("ck_label_profile_language_known"),
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_label_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_label_profile_code")),
        comment="Kinds of labels for products.",
    )
    op.create_table(
        "report_code",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_report_code_number_not_negative")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_report_code")),
        sa.UniqueConstraint("number", name=op.f("uq_report_code_number")),
        comment="Groups of products for reports.",
    )
    op.create_table(
        "tax",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="As registers know it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "rate",
            sa.Numeric(precision=8, scale=5),
            nullable=False,
            comment="A share: 0.0625 is 6.25 %",
        ),
        sa.CheckConstraint("rate BETWEEN 0 AND 1", name=op.f("ck_tax_rate_a_share")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_tax")),
        sa.UniqueConstraint("code", name=op.f("uq_tax_code")),
        comment="Taxes on what is sold.",
    )
    op.create_table(
        "tender",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="As registers know it"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="other", nullable=False),
        sa.Column("allows_cash_back", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("opens_drawer", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('cash', 'card', 'check', 'gift_card', 'store_credit', 'food_stamps', 'account', 'coupon', 'other')",
            name=op.f("ck_tender_kind_known"),
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_tender")),
        sa.UniqueConstraint("code", name=op.f("uq_tender_code")),
        comment="Ways to pay at the register.",
    )
    op.create_table(
        "unit_of_measure",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column(
            "abbreviation", sa.Text(), nullable=False, comment="As written, whatever the case"
        ),
        sa.Column("unit", sa.Text(), nullable=False, comment="Which of our units it means"),
        sa.Column("gs1_code", sa.Text(), nullable=True, comment="UN/ECE Rec. 20, such as LBR"),
        sa.Column(
            "sil_code", sa.Text(), nullable=True, comment="Of the Standard Interchange Language"
        ),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "unit IN ('each', 'ct', 'dozen', 'lb', 'oz', 'kg', 'g', 'gal', 'qt', 'pt', 'fl oz', 'l', 'cl', 'ml', 'ft', 'sq ft', 'm')",
            name=op.f("ck_unit_of_measure_unit_known"),
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_unit_of_measure")),
        comment="How others write the units of products.",
    )
    op.create_index(
        "uq_unit_of_measure_abbreviation",
        "unit_of_measure",
        [sa.literal_column("lower(abbreviation)")],
        unique=True,
    )
    op.create_table(
        "vendor_sample_file",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("vendor_uuid", sa.Uuid(), nullable=False),
        sa.Column("file_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="What the file was called"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="What it holds, such as catalog or invoice"
        ),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("user_uuid", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_uuid"], ["stored_file.uuid"], name=op.f("fk_vendor_sample_file_file_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_vendor_sample_file_user_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_uuid"],
            ["vendor.uuid"],
            name=op.f("fk_vendor_sample_file_vendor_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_vendor_sample_file")),
        comment="Files that vendors sent, kept to show how theirs look.",
    )
    op.create_index(op.f("ix_vendor_sample_file_file_uuid"), "vendor_sample_file", ["file_uuid"])
    op.create_index(op.f("ix_vendor_sample_file_user_uuid"), "vendor_sample_file", ["user_uuid"])
    op.create_index(
        op.f("ix_vendor_sample_file_vendor_uuid"), "vendor_sample_file", ["vendor_uuid"]
    )
    op.create_table(
        "alternate_code",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_alternate_code_code_named")),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_alternate_code_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_alternate_code")),
        sa.UniqueConstraint(
            "product_uuid", "code", name=op.f("uq_alternate_code_product_uuid_code")
        ),
        comment="What people or other systems call products by, beside their number.",
    )
    op.create_index(
        "ix_alternate_code_code_trgm",
        "alternate_code",
        ["code"],
        postgresql_using="gin",
        postgresql_ops={"code": "gin_trgm_ops"},
    )
    op.create_table(
        "future_cost",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("vendor_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "vendor_item",
            sa.Text(),
            nullable=True,
            comment="The vendor's number of the product; none: as it is",
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
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "ends_on", sa.Date(), nullable=True, comment="Last day; none: until further notice"
        ),
        sa.Column("discontinued", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint("case_cost >= 0", name=op.f("ck_future_cost_case_cost_not_negative")),
        sa.CheckConstraint("case_size > 0", name=op.f("ck_future_cost_case_size_positive")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_future_cost_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_future_cost_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_uuid"], ["vendor.uuid"], name=op.f("fk_future_cost_vendor_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_future_cost")),
        sa.UniqueConstraint(
            "product_uuid",
            "vendor_uuid",
            "starts_on",
            name=op.f("uq_future_cost_product_uuid_vendor_uuid_starts_on"),
        ),
        comment="What vendors will ask from a day on.",
    )
    op.create_index("ix_future_cost_starts_on", "future_cost", ["starts_on"])
    op.create_index(op.f("ix_future_cost_vendor_uuid"), "future_cost", ["vendor_uuid"])
    op.create_table(
        "pending_product",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "number", sa.Text(), nullable=True, comment="That it shall have, or has elsewhere"
        ),
        sa.Column("gtin", sa.Text(), nullable=True, comment="Canonical: 14 digits"),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("brand_uuid", sa.Uuid(), nullable=True),
        sa.Column("brand_name", sa.Text(), nullable=True, comment="Where it is none of ours yet"),
        sa.Column("department_uuid", sa.Uuid(), nullable=True),
        sa.Column("department_name", sa.Text(), nullable=True),
        sa.Column("vendor_uuid", sa.Uuid(), nullable=True),
        sa.Column("vendor_name", sa.Text(), nullable=True),
        sa.Column("vendor_item", sa.Text(), nullable=True),
        sa.Column("unit_cost", sa.Numeric(precision=14, scale=5), nullable=True),
        sa.Column(
            "case_size", sa.Numeric(precision=12, scale=4), server_default="1", nullable=False
        ),
        sa.Column("regular_price", sa.Numeric(precision=10, scale=3), nullable=True),
        sa.Column("special_order", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="pending", nullable=False),
        sa.Column(
            "asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("user_uuid", sa.Uuid(), nullable=True),
        sa.Column("product_uuid", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_uuid", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'resolved') = (product_uuid IS NOT NULL)",
            name=op.f("ck_pending_product_resolved_into"),
        ),
        sa.CheckConstraint(
            "(state IN ('resolved', 'ignored')) = (settled_at IS NOT NULL)",
            name=op.f("ck_pending_product_settled_when"),
        ),
        sa.CheckConstraint("gtin ~ '^[0-9]{14}$'", name=op.f("ck_pending_product_gtin_14_digits")),
        sa.CheckConstraint(
            "state IN ('pending', 'ready', 'resolved', 'ignored')",
            name=op.f("ck_pending_product_state_known"),
        ),
        sa.CheckConstraint("case_size > 0", name=op.f("ck_pending_product_case_size_positive")),
        sa.CheckConstraint(
            "regular_price >= 0", name=op.f("ck_pending_product_regular_price_not_negative")
        ),
        sa.CheckConstraint(
            "unit_cost >= 0", name=op.f("ck_pending_product_unit_cost_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["brand_uuid"], ["brand.uuid"], name=op.f("fk_pending_product_brand_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["department_uuid"],
            ["department.uuid"],
            name=op.f("fk_pending_product_department_uuid"),
        ),
        sa.ForeignKeyConstraint(
            ["product_uuid"], ["product.uuid"], name=op.f("fk_pending_product_product_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_uuid"], ["user.uuid"], name=op.f("fk_pending_product_settled_by_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_pending_product_user_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_uuid"], ["vendor.uuid"], name=op.f("fk_pending_product_vendor_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_pending_product")),
        comment="Products asked for that are not in the file yet.",
    )
    op.create_index(op.f("ix_pending_product_brand_uuid"), "pending_product", ["brand_uuid"])
    op.create_index(
        op.f("ix_pending_product_department_uuid"), "pending_product", ["department_uuid"]
    )
    op.create_index(
        "ix_pending_product_description_trgm",
        "pending_product",
        ["description"],
        postgresql_using="gin",
        postgresql_ops={"description": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_pending_product_gtin"), "pending_product", ["gtin"])
    op.create_index(op.f("ix_pending_product_product_uuid"), "pending_product", ["product_uuid"])
    op.create_index(
        op.f("ix_pending_product_settled_by_uuid"), "pending_product", ["settled_by_uuid"]
    )
    op.create_index("ix_pending_product_state", "pending_product", ["state", "asked_at"])
    op.create_index(op.f("ix_pending_product_user_uuid"), "pending_product", ["user_uuid"])
    op.create_index(op.f("ix_pending_product_vendor_uuid"), "pending_product", ["vendor_uuid"])
    op.create_table(
        "product_figures",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("last_sold_on", sa.Date(), nullable=True),
        sa.Column(
            "sold_7_days", sa.Numeric(precision=12, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "sold_28_days", sa.Numeric(precision=12, scale=4), server_default="0", nullable=False
        ),
        sa.Column(
            "true_cost",
            sa.Numeric(precision=14, scale=5),
            nullable=True,
            comment="Of a unit, with the discount in force",
        ),
        sa.Column(
            "true_margin",
            sa.Numeric(precision=12, scale=5),
            nullable=True,
            comment="Of the price in force; a share",
        ),
        sa.Column(
            "computed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When one of them last changed",
        ),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_figures_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_figures")),
        sa.UniqueConstraint("product_uuid", name=op.f("uq_product_figures_product_uuid")),
        comment="Figures of products that change daily, computed.",
    )
    op.create_index(op.f("ix_product_figures_last_sold_on"), "product_figures", ["last_sold_on"])
    op.create_table(
        "product_image",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("file_uuid", sa.Uuid(), nullable=False),
        sa.Column("thumbnail_uuid", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False, comment="Of the large one, in pixels"),
        sa.Column("height", sa.Integer(), nullable=False, comment="Of the large one, in pixels"),
        sa.Column(
            "caption", sa.Text(), nullable=True, comment="What it shows, for who cannot see it"
        ),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "is_primary",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="The one that stands for the product",
        ),
        sa.CheckConstraint("width > 0 AND height > 0", name=op.f("ck_product_image_size_positive")),
        sa.ForeignKeyConstraint(
            ["file_uuid"], ["stored_file.uuid"], name=op.f("fk_product_image_file_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_image_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["thumbnail_uuid"], ["stored_file.uuid"], name=op.f("fk_product_image_thumbnail_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_image")),
        sa.UniqueConstraint(
            "product_uuid", "file_uuid", name=op.f("uq_product_image_product_uuid_file_uuid")
        ),
        comment="Pictures of products.",
    )
    op.create_index(op.f("ix_product_image_file_uuid"), "product_image", ["file_uuid"])
    op.create_index(op.f("ix_product_image_thumbnail_uuid"), "product_image", ["thumbnail_uuid"])
    op.create_index(
        "uq_product_image_primary",
        "product_image",
        ["product_uuid"],
        unique=True,
        postgresql_where=sa.text("is_primary"),
    )
    op.create_table(
        "product_store",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "active",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="Whether this store sells it",
        ),
        sa.Column("location", sa.Text(), nullable=True, comment="Aisle, shelf, cooler"),
        sa.Column(
            "shelf_tags",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="How many labels hang in this store",
        ),
        sa.Column(
            "reorder_point",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="Order when there are so many",
        ),
        sa.Column(
            "reorder_to",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="Order until there are so many",
        ),
        sa.CheckConstraint(
            "reorder_point >= 0", name=op.f("ck_product_store_reorder_point_not_negative")
        ),
        sa.CheckConstraint("reorder_to > 0", name=op.f("ck_product_store_reorder_to_positive")),
        sa.CheckConstraint(
            "reorder_to >= reorder_point", name=op.f("ck_product_store_reorder_to_above_point")
        ),
        sa.CheckConstraint(
            "shelf_tags >= 0", name=op.f("ck_product_store_shelf_tags_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_store_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_product_store_store_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_store")),
        sa.UniqueConstraint(
            "product_uuid", "store_uuid", name=op.f("uq_product_store_product_uuid_store_uuid")
        ),
        comment="Products in stores: sold there or not, where, and when to order more.",
    )
    op.create_index(op.f("ix_product_store_store_uuid"), "product_store", ["store_uuid"])
    op.create_table(
        "product_tax",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("tax_uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_product_tax_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["tax_uuid"], ["tax.uuid"], name=op.f("fk_product_tax_tax_uuid")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_product_tax")),
        sa.UniqueConstraint(
            "product_uuid", "tax_uuid", name=op.f("uq_product_tax_product_uuid_tax_uuid")
        ),
        comment="Which taxes are due on which products.",
    )
    op.create_index(op.f("ix_product_tax_tax_uuid"), "product_tax", ["tax_uuid"])
    op.create_table(
        "stock",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=False),
        sa.Column(
            "on_hand",
            sa.Numeric(precision=12, scale=4),
            server_default="0",
            nullable=False,
            comment="The sum of all movements; may be negative",
        ),
        sa.Column(
            "on_order",
            sa.Numeric(precision=12, scale=4),
            server_default="0",
            nullable=False,
            comment="Ordered and not received yet",
        ),
        sa.Column(
            "counted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was last counted",
        ),
        sa.CheckConstraint("on_order >= 0", name=op.f("ck_stock_on_order_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_uuid"],
            ["product.uuid"],
            name=op.f("fk_stock_product_uuid"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["store_uuid"], ["store.uuid"], name=op.f("fk_stock_store_uuid")),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_stock")),
        sa.UniqueConstraint(
            "product_uuid", "store_uuid", name=op.f("uq_stock_product_uuid_store_uuid")
        ),
        comment="Stock on hand by product and store: the sum of the movements.",
    )
    op.create_index("ix_stock_on_hand", "stock", ["on_hand", "uuid"])
    op.create_index(op.f("ix_stock_store_uuid"), "stock", ["store_uuid"])
    op.create_table(
        "stock_movement",
        sa.Column("uuid", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("product_uuid", sa.Uuid(), nullable=False),
        sa.Column("store_uuid", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "quantity",
            sa.Numeric(precision=12, scale=4),
            nullable=False,
            comment="In units; negative for what went",
        ),
        sa.Column(
            "counted",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="How many were found, in a count",
        ),
        sa.Column("unit_cost", sa.Numeric(precision=14, scale=5), nullable=True),
        sa.Column("reason_uuid", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "moved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("user_uuid", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True, comment="Who, where no user is known"),
        sa.Column(
            "document_kind",
            sa.Text(),
            nullable=True,
            comment="The table of what it belongs to, such as a delivery",
        ),
        sa.Column("document_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "was_of",
            postgresql.ARRAY(sa.Uuid()),
            nullable=True,
            comment="Products that were merged into this one, one after the other",
        ),
        sa.CheckConstraint(
            "(counted IS NOT NULL) = (kind = 'count')",
            name=op.f("ck_stock_movement_counted_when_counting"),
        ),
        sa.CheckConstraint(
            "kind IN ('adjustment', 'count', 'receipt', 'return', 'sale', 'transfer')",
            name=op.f("ck_stock_movement_kind_known"),
        ),
        sa.CheckConstraint(
            "quantity <> 0 OR kind = 'count'", name=op.f("ck_stock_movement_quantity_given")
        ),
        sa.CheckConstraint(
            "(document_kind IS NULL) = (document_uuid IS NULL)",
            name=op.f("ck_stock_movement_document_whole"),
        ),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stock_movement_counted_not_negative")),
        sa.CheckConstraint("unit_cost >= 0", name=op.f("ck_stock_movement_unit_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_uuid"], ["product.uuid"], name=op.f("fk_stock_movement_product_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["reason_uuid"], ["adjustment_reason.uuid"], name=op.f("fk_stock_movement_reason_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["store_uuid"], ["store.uuid"], name=op.f("fk_stock_movement_store_uuid")
        ),
        sa.ForeignKeyConstraint(
            ["user_uuid"], ["user.uuid"], name=op.f("fk_stock_movement_user_uuid")
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_stock_movement")),
        comment="Everything that came or went; only ever appended.",
    )
    op.create_index("ix_stock_movement_document_uuid", "stock_movement", ["document_uuid"])
    op.create_index(op.f("ix_stock_movement_moved_at"), "stock_movement", ["moved_at"])
    op.create_index(
        "ix_stock_movement_product_uuid",
        "stock_movement",
        ["product_uuid", "store_uuid", "moved_at"],
    )
    op.create_index(op.f("ix_stock_movement_reason_uuid"), "stock_movement", ["reason_uuid"])
    op.create_index(op.f("ix_stock_movement_store_uuid"), "stock_movement", ["store_uuid"])
    op.create_index(op.f("ix_stock_movement_user_uuid"), "stock_movement", ["user_uuid"])
    op.create_index(
        "ix_stock_movement_was_of",
        "stock_movement",
        ["was_of"],
        postgresql_using="gin",
        postgresql_where=sa.text("was_of IS NOT NULL"),
    )


def add_facts():
    add_columns(
        op,
        "brand",
        sa.Column(
            "confirmed",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False: somebody should look at its name",
        ),
    )
    add_columns(
        op, "category", sa.Column("code", sa.Text(), nullable=True, comment="As registers know it")
    )
    add_columns(
        op,
        "department",
        sa.Column(
            "allows_deletions",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False: its products are never deleted",
        ),
        sa.Column(
            "food_stampable",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="What a new product of it begins with",
        ),
        sa.Column("tax_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "order_discount",
            sa.Numeric(precision=8, scale=5),
            nullable=True,
            comment="What customers get off when they order a case; a share",
        ),
    )
    add_columns(
        op,
        "product",
        sa.Column(
            "description_2",
            sa.Text(),
            nullable=True,
            comment="A second line, for labels and receipts",
        ),
        sa.Column("kind", sa.Text(), server_default="goods", nullable=False),
        sa.Column(
            "average_weight",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="Of one piece of what is sold by weight, in its unit",
        ),
        sa.Column("unit_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "pack_size",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="How many of its unit are in a pack",
        ),
        sa.Column(
            "default_pack",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="The pack by which its unit is ordered",
        ),
        sa.Column(
            "case_size",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="Units in a case where a vendor says nothing else",
        ),
        sa.Column("report_code_uuid", sa.Uuid(), nullable=True),
        sa.Column("deposit_link_uuid", sa.Uuid(), nullable=True),
        sa.Column(
            "price_required",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="The register asks for the price",
        ),
        sa.Column(
            "for_sale",
            sa.Boolean(),
            server_default="true",
            nullable=False,
            comment="False: only used in the shop itself",
        ),
        sa.Column(
            "special_order",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Bought only when a customer asks for it",
        ),
        sa.Column(
            "discontinued",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Sold out, then gone; never ordered again",
        ),
        sa.Column("organic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("vegan", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("vegetarian", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("gluten_free", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sugar_free", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("kosher", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("ingredients", sa.Text(), nullable=True),
        sa.Column("pos_status", sa.Text(), nullable=True, comment="A status code of the registers"),
    )
    add_columns(
        op,
        "product_cost",
        sa.Column(
            "pack_size",
            sa.Numeric(precision=12, scale=4),
            nullable=True,
            comment="How many units are in a pack, where cases hold packs",
        ),
        sa.Column(
            "pack_cost",
            sa.Numeric(precision=14, scale=5),
            sa.Computed("round(case_cost / case_size * pack_size, 5)", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "position",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="The order of the others after the preferred one",
        ),
        sa.Column(
            "effective_on", sa.Date(), nullable=True, comment="Since when this cost is asked"
        ),
        sa.Column(
            "discount_amount",
            sa.Numeric(precision=14, scale=5),
            nullable=True,
            comment="Off a case",
        ),
        sa.Column(
            "discount_share",
            sa.Numeric(precision=8, scale=5),
            nullable=True,
            comment="Off the cost of a case; a share",
        ),
        sa.Column(
            "discount_starts_on", sa.Date(), nullable=True, comment="First day; none: since always"
        ),
        sa.Column(
            "discount_ends_on",
            sa.Date(),
            nullable=True,
            comment="Last day; none: until further notice",
        ),
        sa.Column(
            "discount_cost",
            sa.Numeric(precision=14, scale=5),
            sa.Computed(
                "round((case_cost - coalesce(discount_amount, case_cost * discount_share)) / case_size, 5)",
                persisted=True,
            ),
            nullable=True,
            comment="Of a unit, while the discount runs",
        ),
        sa.Column(
            "discontinued",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="The vendor does not deliver it any more",
        ),
    )
    add_columns(
        op,
        "product_price",
        sa.Column(
            "level",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="1 for everybody; higher ones for groups of customers",
        ),
        sa.Column(
            "pack_price",
            sa.Numeric(precision=10, scale=3),
            nullable=True,
            comment="Of a pack, where that is cheaper",
        ),
        sa.Column(
            "pack_multiple", sa.Integer(), nullable=True, comment="How many units such a pack holds"
        ),
    )
    add_columns(
        op,
        "store",
        sa.Column(
            "database_key",
            sa.Text(),
            nullable=True,
            comment="Under which the configuration names its own database",
        ),
    )
    add_columns(
        op,
        "vendor",
        sa.Column(
            "order_interval_days",
            sa.Integer(),
            nullable=True,
            comment="How many days from one order to the next",
        ),
        sa.Column(
            "discount",
            sa.Numeric(precision=8, scale=5),
            nullable=True,
            comment="What they take off their invoices; a share",
        ),
    )
    op.create_unique_constraint("uq_category_code", "category", ["code"])
    op.create_unique_constraint("uq_store_database_key", "store", ["database_key"])
    for table, column, target in REFERENCES:
        op.create_foreign_key(f"fk_{table}_{column}", table, target, [column], ["uuid"])
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.create_index(
        "uq_product_default_pack", "product", ["unit_uuid"], unique=True,
        postgresql_where=sa.text("default_pack"),
    )  # fmt: skip
    op.create_index(
        "ix_product_code_gtin_trgm", "product_code", ["gtin"],
        postgresql_using="gin", postgresql_ops={"gtin": "gin_trgm_ops"},
    )  # fmt: skip
    for table, name, rule in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)
    allow_words("product", "unit_of_measure", MORE_UNITS)
    allow_words("product_price", "kind", MORE_PRICE_KINDS)
    forbid_overlaps("level, ")
    op.create_table_comment("product_price", LEVELS)


def take_facts():
    # What only the newer revision knows goes.
    other_kinds, other_units = f"kind NOT IN ({PRICE_KINDS})", f"unit_of_measure NOT IN ({UNITS})"
    op.execute(f"DELETE FROM product_price WHERE level > 1 OR {other_kinds}")  # noqa: S608
    op.execute(f"UPDATE product SET unit_of_measure = NULL WHERE {other_units}")  # noqa: S608
    op.create_table_comment("product_price", NO_LEVELS)
    op.drop_constraint("ex_product_price_overlap", "product_price")
    allow_words("product_price", "kind", PRICE_KINDS)
    allow_words("product", "unit_of_measure", UNITS)
    op.drop_index("ix_product_code_gtin_trgm", table_name="product_code")
    for table, name, _rule in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    drop_columns(op, "vendor", "discount", "order_interval_days")
    drop_columns(op, "store", "database_key")
    drop_columns(op, "product_price", "pack_multiple", "pack_price", "level")
    drop_columns(
        op,
        "product_cost",
        "discontinued",
        "discount_cost",
        "discount_ends_on",
        "discount_starts_on",
        "discount_share",
        "discount_amount",
        "effective_on",
        "position",
        "pack_cost",
        "pack_size",
    )
    drop_columns(
        op,
        "product",
        "pos_status",
        "ingredients",
        "kosher",
        "sugar_free",
        "gluten_free",
        "vegetarian",
        "vegan",
        "organic",
        "discontinued",
        "special_order",
        "for_sale",
        "price_required",
        "deposit_link_uuid",
        "report_code_uuid",
        "case_size",
        "default_pack",
        "pack_size",
        "unit_uuid",
        "average_weight",
        "kind",
        "description_2",
    )
    drop_columns(
        op, "department", "order_discount", "tax_uuid", "food_stampable", "allows_deletions"
    )
    drop_columns(op, "category", "code")
    drop_columns(op, "brand", "confirmed")
    forbid_overlaps("", drop=False)


def allow_words(table, column, words):
    name = op.f(f"ck_{table}_{column}_known")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({words})")


def forbid_overlaps(level, *, drop=True):
    if drop:
        op.drop_constraint("ex_product_price_overlap", "product_price")
    op.execute(
        "ALTER TABLE product_price ADD CONSTRAINT ex_product_price_overlap EXCLUDE USING gist ("
        f"product_uuid WITH =, kind WITH =, {level and 'level WITH =, '}"
        "coalesce(store_uuid, '00000000-0000-0000-0000-000000000000'::uuid) WITH =,"
        "daterange(starts_on, ends_on, '[]') WITH &&)"
    )


def run(name):
    """Send a file as it is: on a raw cursor, since PL/pgSQL is full of percent signs."""
    op.get_bind().connection.cursor().execute((SQL / name).read_text())
