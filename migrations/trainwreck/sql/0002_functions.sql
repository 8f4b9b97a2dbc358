-- The tables that are cut into months.
CREATE FUNCTION sales_tables() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY['transaction', 'transaction_item', 'transaction_discount', 'transaction_tender',
               'transaction_tax', 'transaction_order_marker']
$$;

-- Makes the partitions of the months from one day to another that are missing; returns those months.
-- A table made aside and then attached lets people read and write meanwhile; CREATE TABLE …
-- PARTITION OF would lock everybody out until the end of the transaction.
CREATE FUNCTION create_sales_partitions(first date, last date) RETURNS SETOF date
LANGUAGE plpgsql AS $$
DECLARE
  start date := date_trunc('month', first)::date;
  part text;
  name text;
  made boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(7041778);  -- two at once would make the same
  WHILE start <= last LOOP
    made := false;
    FOREACH part IN ARRAY sales_tables() LOOP
      name := part || to_char(start, '_YYYY_MM');
      CONTINUE WHEN to_regclass(format('public.%I', name)) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING COMMENTS)', name, part);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                     part, name, start, start + interval '1 month');
      made := true;
    END LOOP;
    IF made THEN
      RETURN NEXT start;
    END IF;
    start := (start + interval '1 month')::date;
  END LOOP;
END $$;

-- Notes the days and stores whose sums by day are out of date. One statement, one short list.
CREATE FUNCTION note_sales_to_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO sales_to_refresh (sold_on, store_number)
    SELECT DISTINCT sold_on, store_number FROM new_rows;
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO sales_to_refresh (sold_on, store_number)
    SELECT DISTINCT sold_on, store_number FROM old_rows;
  END IF;
  RETURN NULL;
END $$;

-- The parts of a transaction go with it.
CREATE FUNCTION delete_parts_of_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  part text;
BEGIN
  FOREACH part IN ARRAY (sales_tables())[2:] LOOP
    EXECUTE format('DELETE FROM %I p USING old_rows o
                     WHERE p.transaction_uuid = o.uuid AND p.sold_on = o.sold_on', part);
  END LOOP;
  RETURN NULL;
END $$;

-- Its parts would stay behind in another month.
CREATE FUNCTION keep_day_of_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM old_rows o LEFT JOIN new_rows n USING (uuid, sold_on, store_number)
              WHERE n.uuid IS NULL) THEN
    RAISE EXCEPTION 'the day and the store of a transaction cannot change'
      USING ERRCODE = 'restrict_violation', HINT = 'Delete the transaction and write it anew.';
  END IF;
  RETURN NULL;
END $$;

DO $do$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['transaction', 'transaction_item'] LOOP
    EXECUTE format('CREATE TRIGGER note_insert AFTER INSERT ON %I
      REFERENCING NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_sales_to_refresh()', name);
    EXECUTE format('CREATE TRIGGER note_update AFTER UPDATE ON %I
      REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_sales_to_refresh()', name);
    EXECUTE format('CREATE TRIGGER note_delete AFTER DELETE ON %I
      REFERENCING OLD TABLE AS old_rows
      FOR EACH STATEMENT EXECUTE FUNCTION note_sales_to_refresh()', name);
  END LOOP;
END $do$;

CREATE TRIGGER delete_parts AFTER DELETE ON transaction
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION delete_parts_of_transactions();
CREATE TRIGGER keep_day AFTER UPDATE ON transaction
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_day_of_transaction();

CREATE SCHEMA archive;
COMMENT ON SCHEMA archive IS 'Months of sales that were detached and not yet archived to files.';

SELECT create_sales_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date);
