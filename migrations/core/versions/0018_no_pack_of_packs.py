"""A pack is of a single product, never of another pack; nor is it one in a circle

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The unit is locked for a share: two people who make each the pack of the other wait here.
FUNCTION = """
CREATE FUNCTION refuse_pack_of_packs() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  named product;
BEGIN
  SELECT * INTO named FROM product WHERE uuid = NEW.unit_uuid FOR SHARE;
  IF named.unit_uuid IS NOT NULL OR EXISTS (SELECT FROM product WHERE unit_uuid = NEW.uuid) THEN
    RAISE EXCEPTION 'A pack is of a single product: neither its unit nor itself is a pack of packs.'
      USING ERRCODE = 'check_violation', TABLE = 'product', CONSTRAINT = 'ck_product_unit_no_pack';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER refuse_pack_of_packs AFTER INSERT OR UPDATE OF unit_uuid ON product
  FOR EACH ROW WHEN (NEW.unit_uuid IS NOT NULL) EXECUTE FUNCTION refuse_pack_of_packs();
"""


def upgrade():
    op.execute(FUNCTION)


def downgrade():
    op.execute("DROP TRIGGER refuse_pack_of_packs ON product")
    op.execute("DROP FUNCTION refuse_pack_of_packs()")
