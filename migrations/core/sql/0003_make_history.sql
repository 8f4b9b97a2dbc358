-- The history of a table in one line of a migration: its _version table, then the triggers.
--
-- make_history('customer') takes every column; make_history('user_token', 'token_hash') all but one.

CREATE FUNCTION make_history(tracked regclass, VARIADIC without text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  named text := (SELECT relname FROM pg_class WHERE oid = tracked);
  kept text := named || '_version';
  one record;
BEGIN
  EXECUTE format('CREATE TABLE %I AS TABLE %s WITH NO DATA', kept, tracked);
  FOR one IN SELECT unnest(without) AS name LOOP
    EXECUTE format('ALTER TABLE %I DROP COLUMN %I', kept, one.name);
  END LOOP;
  EXECUTE format('ALTER TABLE %I ADD transaction_id bigint NOT NULL, ADD end_transaction_id bigint,
                  ADD operation_type smallint NOT NULL,
                  ADD CONSTRAINT %I PRIMARY KEY (uuid, transaction_id)', kept, 'pk_' || kept);
  EXECUTE format('CREATE INDEX %I ON %I (transaction_id)', 'ix_' || kept || '_transaction_id', kept);
  -- By owner too: the page of a record shows what happened to its parts.
  FOR one IN SELECT a.attname AS name FROM pg_constraint c
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
               WHERE c.conrelid = tracked AND c.contype = 'f' AND c.confdeltype = 'c' LOOP
    EXECUTE format('CREATE INDEX %I ON %I (%I)', 'ix_' || kept || '_' || one.name, kept, one.name);
  END LOOP;
  EXECUTE format('COMMENT ON TABLE %I IS %L', kept, 'History of ' || named || '.');
  PERFORM track_history(tracked);
END $$;

COMMENT ON FUNCTION make_history(regclass, text[]) IS
  'Make the _version table of a table and record every write; call it after CREATE TABLE.';
