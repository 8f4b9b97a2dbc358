-- The sales tables. Those that are cut into months have no rows of their own, only partitions.

CREATE TABLE transaction (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  sold_on DATE NOT NULL,
  sold_hour SMALLINT NOT NULL,
  store_number INTEGER NOT NULL,
  store_uuid UUID,
  terminal TEXT DEFAULT '' NOT NULL,
  receipt_number TEXT NOT NULL,
  system TEXT DEFAULT 'pos' NOT NULL,
  system_key TEXT,
  started_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  cashier_number TEXT,
  cashier_name TEXT,
  customer_number TEXT,
  customer_name TEXT,
  member_number TEXT,
  member_name TEXT,
  shopper_number TEXT,
  shopper_name TEXT,
  shopper_level INTEGER,
  equity_current BOOLEAN,
  subtotal NUMERIC(12, 2) NOT NULL,
  discount NUMERIC(12, 2) DEFAULT '0' NOT NULL,
  tax NUMERIC(12, 2) DEFAULT '0' NOT NULL,
  total NUMERIC(12, 2) NOT NULL,
  cash_back NUMERIC(12, 2) DEFAULT '0' NOT NULL,
  patronage NUMERIC(12, 2),
  item_count INTEGER DEFAULT '0' NOT NULL,
  training BOOLEAN DEFAULT 'false' NOT NULL,
  void BOOLEAN DEFAULT 'false' NOT NULL,
  CONSTRAINT pk_transaction PRIMARY KEY (uuid, sold_on)
)
 PARTITION BY RANGE (sold_on);
CREATE INDEX ix_transaction_customer_number ON transaction (customer_number, ended_at);
CREATE INDEX ix_transaction_ended_at ON transaction (ended_at, uuid);
CREATE INDEX ix_transaction_member_number ON transaction (member_number, ended_at);
CREATE INDEX ix_transaction_sold_on ON transaction (sold_on, store_number);
CREATE INDEX ix_transaction_store_number ON transaction (store_number, ended_at, uuid);
CREATE INDEX ix_transaction_total ON transaction (total, uuid);
CREATE UNIQUE INDEX uq_transaction_receipt ON transaction (receipt_number, store_number, sold_on, terminal, system);
COMMENT ON TABLE transaction IS 'Sales at the registers, one row a receipt; a partition a month.';
COMMENT ON COLUMN transaction.sold_on IS 'The day of the sale in its store';
COMMENT ON COLUMN transaction.sold_hour IS 'The hour on the clock of the store, 0 to 23';
COMMENT ON COLUMN transaction.store_uuid IS 'In the core database';
COMMENT ON COLUMN transaction.terminal IS 'The register';
COMMENT ON COLUMN transaction.receipt_number IS 'As printed; the basket of a web shop';
COMMENT ON COLUMN transaction.system IS 'Which POS or shop it comes from';
COMMENT ON COLUMN transaction.system_key IS 'What that system calls it inside';
COMMENT ON COLUMN transaction.ended_at IS 'When it was paid';
COMMENT ON COLUMN transaction.received_at IS 'When it came to this database';
COMMENT ON COLUMN transaction.customer_number IS 'The account, as sold';
COMMENT ON COLUMN transaction.member_number IS 'As sold';
COMMENT ON COLUMN transaction.shopper_number IS 'Who shopped on the account';
COMMENT ON COLUMN transaction.equity_current IS 'Whether the member had paid what was due on that day';
COMMENT ON COLUMN transaction.subtotal IS 'Before discounts and tax';
COMMENT ON COLUMN transaction.total IS 'What was asked of the customer';
COMMENT ON COLUMN transaction.patronage IS 'What counts for a member''s refund';
COMMENT ON COLUMN transaction.item_count IS 'Lines';

CREATE TABLE transaction_item (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  sequence INTEGER NOT NULL,
  store_number INTEGER NOT NULL,
  type TEXT DEFAULT 'sale' NOT NULL,
  product_number TEXT,
  product_uuid UUID,
  gtin TEXT,
  description TEXT,
  brand TEXT,
  size TEXT,
  department_number INTEGER,
  department_name TEXT,
  subdepartment_number INTEGER,
  subdepartment_name TEXT,
  quantity NUMERIC(12, 4) NOT NULL,
  weighed BOOLEAN DEFAULT 'false' NOT NULL,
  unit_price NUMERIC(10, 3),
  regular_price NUMERIC(10, 3),
  gross NUMERIC(12, 2) NOT NULL,
  discount NUMERIC(12, 2) DEFAULT '0' NOT NULL,
  net NUMERIC(12, 2) NOT NULL,
  tax_code TEXT,
  tax NUMERIC(12, 2) DEFAULT '0' NOT NULL,
  void BOOLEAN DEFAULT 'false' NOT NULL,
  error_correct BOOLEAN DEFAULT 'false' NOT NULL,
  exempt BOOLEAN DEFAULT 'false' NOT NULL,
  order_item TEXT,
  CONSTRAINT pk_transaction_item PRIMARY KEY (transaction_uuid, sequence, sold_on),
  CONSTRAINT ck_transaction_item_type_known CHECK (type IN ('sale', 'return', 'discount', 'coupon', 'deposit', 'gift_card', 'fee', 'donation', 'other'))
)
 PARTITION BY RANGE (sold_on);
CREATE INDEX ix_transaction_item_product_number ON transaction_item (product_number, sold_on);
COMMENT ON TABLE transaction_item IS 'Lines of receipts, with what was sold as it was called then.';
COMMENT ON COLUMN transaction_item.sold_on IS 'That of the transaction';
COMMENT ON COLUMN transaction_item.sequence IS 'From 1, as printed';
COMMENT ON COLUMN transaction_item.store_number IS 'That of the transaction';
COMMENT ON COLUMN transaction_item.product_number IS 'As sold, known to us or not';
COMMENT ON COLUMN transaction_item.product_uuid IS 'In the core database, if known';
COMMENT ON COLUMN transaction_item.gtin IS 'Canonical, 14 digits';
COMMENT ON COLUMN transaction_item.quantity IS 'Units, or weight; negative for a return';
COMMENT ON COLUMN transaction_item.unit_price IS 'What was asked, before discounts';
COMMENT ON COLUMN transaction_item.regular_price IS 'On that day';
COMMENT ON COLUMN transaction_item.gross IS 'Before discounts';
COMMENT ON COLUMN transaction_item.discount IS 'What the shop gave, as a positive sum';
COMMENT ON COLUMN transaction_item.net IS 'What the shop received, without tax';
COMMENT ON COLUMN transaction_item.error_correct IS 'It takes back an earlier, void line';
COMMENT ON COLUMN transaction_item.exempt IS 'No sale, such as a gift card or a deposit';
COMMENT ON COLUMN transaction_item.order_item IS 'The customer order''s own item';

CREATE TABLE transaction_discount (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  item_sequence INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  description TEXT,
  amount NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_transaction_discount PRIMARY KEY (transaction_uuid, item_sequence, sequence, sold_on),
  CONSTRAINT ck_transaction_discount_kind_known CHECK (kind IN ('member', 'coupon', 'coupon_match', 'promotion', 'staff', 'manual', 'other'))
)
 PARTITION BY RANGE (sold_on);
COMMENT ON TABLE transaction_discount IS 'Discounts and coupons of receipt lines.';
COMMENT ON COLUMN transaction_discount.item_sequence IS '0: of the whole transaction';
COMMENT ON COLUMN transaction_discount.amount IS 'As a positive sum';

CREATE TABLE transaction_tender (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tender_code TEXT,
  name TEXT,
  amount NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_transaction_tender PRIMARY KEY (transaction_uuid, sequence, sold_on),
  CONSTRAINT ck_transaction_tender_kind_known CHECK (kind IN ('cash', 'card', 'check', 'gift_card', 'store_credit', 'food_stamps', 'account', 'coupon', 'other'))
)
 PARTITION BY RANGE (sold_on);
COMMENT ON TABLE transaction_tender IS 'How transactions were paid.';
COMMENT ON COLUMN transaction_tender.tender_code IS 'As the register knows it';
COMMENT ON COLUMN transaction_tender.amount IS 'Negative for change';

CREATE TABLE transaction_tax (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  tax_code TEXT NOT NULL,
  name TEXT,
  rate NUMERIC(8, 5),
  taxable NUMERIC(12, 2),
  amount NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_transaction_tax PRIMARY KEY (transaction_uuid, tax_code, sold_on)
)
 PARTITION BY RANGE (sold_on);
COMMENT ON TABLE transaction_tax IS 'Taxes of transactions, by tax code.';
COMMENT ON COLUMN transaction_tax.rate IS 'A share: 0.06 is six percent';

CREATE TABLE transaction_order_marker (
  transaction_uuid UUID NOT NULL,
  sold_on DATE NOT NULL,
  sequence INTEGER NOT NULL,
  order_number TEXT NOT NULL,
  order_item TEXT,
  CONSTRAINT pk_transaction_order_marker PRIMARY KEY (transaction_uuid, sequence, sold_on)
)
 PARTITION BY RANGE (sold_on);
COMMENT ON TABLE transaction_order_marker IS 'Customer orders that transactions paid for.';

CREATE TABLE sales_by_product (
  product_number TEXT NOT NULL,
  sold_on DATE NOT NULL,
  store_number INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  quantity NUMERIC(14, 4) NOT NULL,
  gross NUMERIC(12, 2) NOT NULL,
  discount NUMERIC(12, 2) NOT NULL,
  net NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_sales_by_product PRIMARY KEY (product_number, sold_on, store_number)
);
CREATE INDEX ix_sales_by_product_sold_on ON sales_by_product (sold_on, store_number);
COMMENT ON TABLE sales_by_product IS 'Sales by product, day and store.';

CREATE TABLE sales_by_department (
  sold_on DATE NOT NULL,
  store_number INTEGER NOT NULL,
  department_number INTEGER NOT NULL,
  department_name TEXT,
  lines INTEGER NOT NULL,
  quantity NUMERIC(14, 4) NOT NULL,
  gross NUMERIC(12, 2) NOT NULL,
  discount NUMERIC(12, 2) NOT NULL,
  net NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_sales_by_department PRIMARY KEY (store_number, sold_on, department_number)
);
CREATE INDEX ix_sales_by_department_sold_on ON sales_by_department (sold_on);
COMMENT ON TABLE sales_by_department IS 'Sales by department, day and store; store 0: all; department 0: none.';
COMMENT ON COLUMN sales_by_department.department_name IS 'As sold';

CREATE TABLE sales_by_store (
  sold_on DATE NOT NULL,
  store_number INTEGER NOT NULL,
  transactions INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  quantity NUMERIC(14, 4) NOT NULL,
  gross NUMERIC(12, 2) NOT NULL,
  discount NUMERIC(12, 2) NOT NULL,
  net NUMERIC(12, 2) NOT NULL,
  tax NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_sales_by_store PRIMARY KEY (sold_on, store_number)
);
COMMENT ON TABLE sales_by_store IS 'Sales by day and store.';

CREATE TABLE sales_by_hour (
  sold_on DATE NOT NULL,
  store_number INTEGER NOT NULL,
  sold_hour SMALLINT NOT NULL,
  transactions INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  quantity NUMERIC(14, 4) NOT NULL,
  net NUMERIC(12, 2) NOT NULL,
  CONSTRAINT pk_sales_by_hour PRIMARY KEY (sold_on, store_number, sold_hour)
);
COMMENT ON TABLE sales_by_hour IS 'Sales by hour of the day and store.';

CREATE TABLE sales_to_refresh (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  sold_on DATE NOT NULL,
  store_number INTEGER NOT NULL,
  CONSTRAINT pk_sales_to_refresh PRIMARY KEY (id)
);
COMMENT ON TABLE sales_to_refresh IS 'Days and stores whose sums by day are out of date.';

CREATE TABLE sales_archive (
  month DATE NOT NULL,
  detached_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  transactions BIGINT NOT NULL,
  items BIGINT NOT NULL,
  archive TEXT,
  CONSTRAINT pk_sales_archive PRIMARY KEY (month)
);
COMMENT ON TABLE sales_archive IS 'Months that were taken out of the sales tables.';
COMMENT ON COLUMN sales_archive.month IS 'Its first day';
COMMENT ON COLUMN sales_archive.archive IS 'The folder of its files; none: still in the schema archive';

