"""Every foreign key has an index: the database looks there when the other row is deleted."""

from sqlalchemy import text

UNINDEXED = text("""
    SELECT c.conrelid::regclass::text || '.' || a.attname
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.conparentid = 0
       AND c.conrelid::regclass::text NOT LIKE 'procrastinate%'
       AND NOT EXISTS (
         SELECT FROM pg_index i
          WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
            AND (i.indpred IS NULL
                 OR pg_get_expr(i.indpred, i.indrelid) = format('(%I IS NOT NULL)', a.attname)))
     ORDER BY 1
""")


def test_every_foreign_key_has_an_index(session):
    assert session.scalars(UNINDEXED).all() == []


def test_what_few_products_have_is_found_by_its_index(session):
    session.execute(text("SET LOCAL enable_seqscan = off"))
    query = "EXPLAIN SELECT FROM product WHERE family_uuid = uuidv7() FOR KEY SHARE"
    assert "ix_product_family_uuid" in "\n".join(session.scalars(text(query)))
