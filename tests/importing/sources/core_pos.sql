CREATE TABLE departments (dept_no SMALLINT PRIMARY KEY, dept_name VARCHAR(30));
CREATE TABLE products (
  upc VARCHAR(13), description VARCHAR(30), brand VARCHAR(30), size VARCHAR(9),
  department SMALLINT, scale TINYINT, foodstamp TINYINT, discount TINYINT,
  normal_price DECIMAL(10,2), inUse TINYINT, store_id SMALLINT, PRIMARY KEY (upc, store_id)
);
CREATE TABLE custdata (
  CardNo INT, personNum TINYINT, FirstName VARCHAR(30), LastName VARCHAR(30)
);
INSERT INTO departments VALUES (1, 'Grocery'), (2, 'Produce');
INSERT INTO products VALUES
  ('0003600029145', 'Tissues', 'Acme', '120 ct', 1, 0, 0, 1, 2.49, 1, 1),
  ('0003600029145', 'Tissues, other store', 'Acme', '', 1, 0, 0, 1, 9.99, 1, 2),
  ('0000000004011', 'Bananas', '', NULL, 2, 1, 1, 0, 0.59, 1, 1),
  ('0001234567890', 'Gone', 'Old', '', 1, 0, 0, 1, 1.00, 0, 1),
  ('1DP1', 'Open ring', '', '', 1, 0, 0, 1, 0, 1, 1),
  ('0000000003421', 'Crème fraîche', '', '', 0, 0, 0, 1, 0, 1, 1);
INSERT INTO custdata VALUES (100, 1, 'Ann', 'Lee'), (100, 2, 'Bob', 'Lee'), (101, 1, '', 'Müller'),
  (102, 1, '', '');
