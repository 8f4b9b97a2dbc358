"""The import of products as somebody would write it in SQL, once, for this one file.

It keeps the same history, since it writes to the same tables with the same triggers. It checks
nothing: no doubled number, no contradiction, no code of another product, no overlapping sale.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import psycopg2

STAGE = """
CREATE TEMP TABLE st (number text, code text, description text, size text, department_number int,
  department text, category text, brand text, vendor_number text, vendor text,
  case_size numeric(12,4), case_cost numeric(14,5), regular_price numeric(10,3),
  sale_price numeric(10,3), sale_starts_on date, sale_ends_on date) ON COMMIT DROP
"""
PRODUCT = """
  FROM st s
  LEFT JOIN department d ON d.number = s.department_number
  LEFT JOIN category c ON c.name = s.category AND c.department_uuid IS NOT DISTINCT FROM d.uuid
  LEFT JOIN brand b ON b.name = s.brand
"""
OWNED = "FROM st s JOIN product p ON p.number = s.number"
IN_FORCE = """x.kind = 'regular' AND x.store_uuid IS NULL
  AND (x.starts_on IS NULL OR x.starts_on <= current_date)
  AND (x.ends_on IS NULL OR x.ends_on >= current_date)"""
ON_SALE = "x.kind = 'sale' AND x.store_uuid IS NULL AND x.starts_on = s.sale_starts_on"

STATEMENTS = (
    """INSERT INTO department (number, name) SELECT department_number, min(department) FROM st s
        WHERE department_number IS NOT NULL AND NOT EXISTS
              (SELECT FROM department d WHERE d.number = s.department_number) GROUP BY 1""",
    """UPDATE department d SET name = s.department
         FROM (SELECT department_number, min(department) department FROM st GROUP BY 1) s
        WHERE d.number = s.department_number AND d.name IS DISTINCT FROM s.department""",
    """INSERT INTO category (name, department_uuid) SELECT DISTINCT category, d.uuid
         FROM st s LEFT JOIN department d ON d.number = s.department_number
        WHERE category IS NOT NULL AND NOT EXISTS (SELECT FROM category c
              WHERE c.name = s.category AND c.department_uuid IS NOT DISTINCT FROM d.uuid)""",
    """INSERT INTO brand (name) SELECT DISTINCT brand FROM st s WHERE brand IS NOT NULL
          AND NOT EXISTS (SELECT FROM brand b WHERE b.name = s.brand)""",
    """INSERT INTO vendor (number, name) SELECT vendor_number, min(vendor) FROM st s
        WHERE vendor_number IS NOT NULL
          AND NOT EXISTS (SELECT FROM vendor v WHERE v.number = s.vendor_number) GROUP BY 1""",
    """UPDATE vendor v SET name = s.vendor
         FROM (SELECT vendor_number, min(vendor) vendor FROM st GROUP BY 1) s
        WHERE v.number = s.vendor_number AND v.name IS DISTINCT FROM s.vendor""",
    f"""UPDATE product p SET description = s.description, size = s.size, department_uuid = d.uuid,
               category_uuid = c.uuid, brand_uuid = b.uuid {PRODUCT}
        WHERE p.number = s.number
          AND (p.description, p.size, p.department_uuid, p.category_uuid, p.brand_uuid)
              IS DISTINCT FROM (s.description, s.size, d.uuid, c.uuid, b.uuid)""",
    f"""INSERT INTO product (number, description, size, department_uuid, category_uuid, brand_uuid)
        SELECT s.number, s.description, s.size, d.uuid, c.uuid, b.uuid {PRODUCT}
         WHERE NOT EXISTS (SELECT FROM product p WHERE p.number = s.number)""",
    "ANALYZE product (number, uuid)",
    f"""UPDATE product_code x SET product_uuid = p.uuid, is_primary = true {OWNED}
        WHERE x.gtin = lpad(s.code, 14, '0')
          AND (x.product_uuid, x.is_primary) IS DISTINCT FROM (p.uuid, true)""",
    f"""INSERT INTO product_code (product_uuid, gtin, kind, is_primary)
        SELECT p.uuid, lpad(s.code, 14, '0'), 'upc_a', true {OWNED}
         WHERE s.code IS NOT NULL
           AND NOT EXISTS (SELECT FROM product_code x WHERE x.gtin = lpad(s.code, 14, '0'))""",
    f"""UPDATE product_cost x SET case_cost = s.case_cost, case_size = coalesce(s.case_size, 1),
               is_preferred = true {OWNED} JOIN vendor v ON v.number = s.vendor_number
        WHERE x.product_uuid = p.uuid AND x.vendor_uuid = v.uuid AND s.case_cost IS NOT NULL
          AND (x.case_cost, x.case_size, x.is_preferred)
              IS DISTINCT FROM (s.case_cost, coalesce(s.case_size, 1), true)""",
    f"""INSERT INTO product_cost (product_uuid, vendor_uuid, case_cost, case_size, is_preferred)
        SELECT p.uuid, v.uuid, s.case_cost, coalesce(s.case_size, 1), true
               {OWNED} JOIN vendor v ON v.number = s.vendor_number
         WHERE s.case_cost IS NOT NULL AND NOT EXISTS (SELECT FROM product_cost x
               WHERE x.product_uuid = p.uuid AND x.vendor_uuid = v.uuid)""",
    f"""UPDATE product_price x SET price = s.regular_price {OWNED}
        WHERE x.product_uuid = p.uuid AND {IN_FORCE} AND s.regular_price IS NOT NULL
          AND x.price IS DISTINCT FROM s.regular_price""",
    f"""INSERT INTO product_price (product_uuid, kind, price)
        SELECT p.uuid, 'regular', regular_price {OWNED}
         WHERE regular_price IS NOT NULL AND NOT EXISTS
               (SELECT FROM product_price x WHERE x.product_uuid = p.uuid AND {IN_FORCE})""",
    "ANALYZE product_price (product_uuid, kind, starts_on)",
    f"""UPDATE product_price x SET price = s.sale_price, ends_on = s.sale_ends_on {OWNED}
        WHERE x.product_uuid = p.uuid AND {ON_SALE} AND sale_price IS NOT NULL
          AND (x.price, x.ends_on) IS DISTINCT FROM (s.sale_price, s.sale_ends_on)""",
    f"""INSERT INTO product_price (product_uuid, kind, price, starts_on, ends_on)
        SELECT p.uuid, 'sale', sale_price, sale_starts_on, sale_ends_on {OWNED}
         WHERE sale_price IS NOT NULL AND NOT EXISTS
               (SELECT FROM product_price x WHERE x.product_uuid = p.uuid AND {ON_SALE})""",
)
DELETE = "DELETE FROM product p WHERE NOT EXISTS (SELECT FROM st s WHERE s.number = p.number)"


def import_by_hand(url: str, path: Path, *, delete: bool = False) -> None:
    """COPY the file into a stage, then the statements, in one transaction."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor, gzip.open(path) as file:
            cursor.execute("SET LOCAL work_mem = '64MB'")
            cursor.execute(STAGE)
            cursor.copy_expert("COPY st FROM STDIN (FORMAT csv, HEADER)", file, 1 << 18)
            cursor.execute("SET LOCAL default_statistics_target = 10")
            cursor.execute("ANALYZE st")
            for statement in (*STATEMENTS, *([DELETE] if delete else [])):
                cursor.execute(statement)
    finally:
        connection.close()
