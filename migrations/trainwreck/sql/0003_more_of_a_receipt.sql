-- What a receipt says beside: the code as scanned, prices after discounts, several taxes of a line.
ALTER TABLE transaction_item ADD COLUMN scanned_code TEXT, ADD COLUMN discounted_price NUMERIC(10, 3);
COMMENT ON COLUMN transaction_item.scanned_code IS 'As the register read it';
COMMENT ON COLUMN transaction_item.discounted_price IS 'Of a unit, after discounts';

CREATE TABLE transaction_item_tax (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  item_sequence INTEGER NOT NULL,
  tax_code TEXT NOT NULL,
  amount NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_transaction_item_tax PRIMARY KEY (transaction_uuid, item_sequence, tax_code, sold_on)
)
 PARTITION BY RANGE (sold_on);
COMMENT ON TABLE transaction_item_tax IS 'Taxes of receipt lines, by tax code.';

CREATE OR REPLACE FUNCTION sales_tables() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY['transaction', 'transaction_item', 'transaction_discount', 'transaction_tender',
               'transaction_tax', 'transaction_order_marker', 'transaction_item_tax']
$$;

-- A month that is there gets what it lacks.
SELECT create_sales_partitions(month, month)
  FROM (SELECT to_date(right(inhrelid::regclass::text, 7), 'YYYY_MM') AS month
          FROM pg_inherits WHERE inhparent = 'transaction'::regclass ORDER BY 1) AS months;

-- Each month was made aside, so the check is its own and not only that of the whole table.
DO $do$
DECLARE
  part regclass;
BEGIN
  ALTER TABLE transaction_discount DROP CONSTRAINT ck_transaction_discount_kind_known;
  FOR part IN SELECT inhrelid::regclass FROM pg_inherits
               WHERE inhparent = 'transaction_discount'::regclass LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS ck_transaction_discount_kind_known', part);
  END LOOP;
  ALTER TABLE transaction_discount ADD CONSTRAINT ck_transaction_discount_kind_known CHECK (kind IN
    ('member', 'coupon', 'coupon_match', 'promotion', 'staff', 'manual', 'rebate', 'other'));
END $do$;

-- By blocks: days come one after the other, and a second tree would cost a third of a load.
DROP INDEX ix_sales_by_product_sold_on;
CREATE INDEX ix_sales_by_product_sold_on ON sales_by_product USING brin (sold_on) WITH (pages_per_range = 16);
