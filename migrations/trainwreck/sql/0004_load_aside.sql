-- A month that is not there yet is loaded aside: into tables without indexes and triggers, which are
-- attached when they are full. An index made at once costs a fifth of one that grows row by row,
-- and nobody waits: only the transaction that loads sees these tables.

-- The months of some days that can be loaded aside: those of which there is nothing. Where a project
-- has triggers of its own for new rows, there are none.
CREATE FUNCTION sales_months_to_load_aside(days date[]) RETURNS SETOF date LANGUAGE sql AS $$
  SELECT month FROM (SELECT DISTINCT date_trunc('month', day)::date AS month
                       FROM unnest(days) AS day) AS months
   WHERE NOT EXISTS (SELECT FROM unnest(sales_tables()) AS part
                      WHERE to_regclass(format('public.%I', part || to_char(month, '_YYYY_MM')))
                            IS NOT NULL)
     AND NOT EXISTS (SELECT FROM pg_trigger t JOIN unnest(sales_tables()) AS part
                         ON t.tgrelid = format('public.%I', part)::regclass
                      WHERE NOT t.tgisinternal AND t.tgtype & 4 <> 0  -- 4: for INSERT
                        AND t.tgname <> 'note_insert')
   ORDER BY 1
$$;

-- Makes these months of one sales table under <table>_aside, where rows find their month.
CREATE FUNCTION open_sales_aside(part text, months date[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  aside text := part || '_aside';
  month date;
  name text;
BEGIN
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY RANGE (sold_on)', aside, part);
  FOREACH month IN ARRAY months LOOP
    name := part || to_char(month, '_YYYY_MM');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL EXCLUDING COMMENTS EXCLUDING INDEXES)', name, part);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   aside, name, month, month + interval '1 month');
  END LOOP;
END $$;

-- Hands them over to the sales table; PostgreSQL makes the indexes that it has.
CREATE FUNCTION attach_sales_aside(part text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  aside text := part || '_aside';
  one record;
BEGIN
  FOR one IN SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
               FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = aside::regclass ORDER BY 1 LOOP
    EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', aside, one.name);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I %s', part, one.name, one.bound);
  END LOOP;
  EXECUTE format('DROP TABLE %I', aside);
END $$;

-- Takes the primary key off an empty table that nobody uses right now, for a first load; returns the
-- statement that makes it again, at once and in order. NULL: the table keeps its key.
CREATE FUNCTION lay_bare_if_empty(name regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  key record;
  is_used boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO is_used;
  IF is_used THEN
    RETURN NULL;
  END IF;
  BEGIN
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', name);
  EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;  -- somebody reads it: a first load that is slower makes nobody wait
  END;
  -- Look again: another may have filled it before it was ours.
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO is_used;
  SELECT conname, pg_get_constraintdef(oid) AS definition INTO key
    FROM pg_constraint WHERE conrelid = name AND contype = 'p';
  IF is_used OR key IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', name, key.conname);
  RETURN format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, key.conname, key.definition);
END $$;
