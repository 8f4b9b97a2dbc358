"""What a receipt says beside: codes as scanned, prices after discounts, several taxes, rebates.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FOLDER = Path(__file__).parents[1] / "sql"


def upgrade():
    # A raw cursor without parameters: PL/pgSQL holds %, which SQLAlchemy would double.
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute((FOLDER / "0003_more_of_a_receipt.sql").read_text(encoding="utf-8"))


def downgrade():
    op.execute("DROP INDEX ix_sales_by_product_sold_on")
    op.execute(
        "CREATE INDEX ix_sales_by_product_sold_on ON sales_by_product (sold_on, store_number)"
    )
    op.execute("UPDATE transaction_discount SET kind = 'other' WHERE kind = 'rebate'")
    op.execute("DROP TABLE transaction_item_tax")
    op.execute("ALTER TABLE transaction_item DROP scanned_code, DROP discounted_price")
    op.execute("""
        CREATE OR REPLACE FUNCTION sales_tables() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
          SELECT ARRAY['transaction', 'transaction_item', 'transaction_discount',
                       'transaction_tender', 'transaction_tax', 'transaction_order_marker']
        $$
    """)
    op.execute(
        "ALTER TABLE transaction_discount DROP CONSTRAINT ck_transaction_discount_kind_known"
    )
    op.execute(
        "ALTER TABLE transaction_discount ADD CONSTRAINT ck_transaction_discount_kind_known CHECK "
        "(kind IN ('member', 'coupon', 'coupon_match', 'promotion', 'staff', 'manual', 'other'))"
    )
