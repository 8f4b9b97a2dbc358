-- Makes the partitions of the months from one day to another that are missing; returns those months.
-- A month begins at midnight UTC, since probes are in several time zones. As for the sales, a table
-- made aside and then attached lets people read and write meanwhile.
CREATE FUNCTION create_reading_partitions(first date, last date) RETURNS SETOF date
LANGUAGE plpgsql AS $$
DECLARE
  start date := date_trunc('month', first)::date;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(7041780);  -- two at once would make the same
  WHILE start <= last LOOP
    name := 'reading' || to_char(start, '_YYYY_MM');
    IF to_regclass(format('public.%I', name)) IS NULL THEN
      EXECUTE format('CREATE TABLE %I (LIKE reading INCLUDING ALL EXCLUDING COMMENTS)', name);
      EXECUTE format('ALTER TABLE reading ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name,
                     start::timestamp AT TIME ZONE 'UTC',
                     (start + interval '1 month') AT TIME ZONE 'UTC');
      RETURN NEXT start;
    END IF;
    start := (start + interval '1 month')::date;
  END LOOP;
END $$;

-- Notes the hours of probes whose sums are out of date, whoever writes.
CREATE FUNCTION note_readings_to_refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO readings_to_refresh (probe_uuid, began_at)
    SELECT DISTINCT probe_uuid, date_trunc('hour', taken_at, 'UTC') FROM new_rows;
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO readings_to_refresh (probe_uuid, began_at)
    SELECT DISTINCT probe_uuid, date_trunc('hour', taken_at, 'UTC') FROM old_rows;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER note_insert AFTER INSERT ON reading REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_readings_to_refresh();
CREATE TRIGGER note_update AFTER UPDATE ON reading
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_readings_to_refresh();
CREATE TRIGGER note_delete AFTER DELETE ON reading REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_readings_to_refresh();

CREATE SCHEMA archive;
COMMENT ON SCHEMA archive IS 'Months of readings that were detached and not yet archived to files.';

SELECT create_reading_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date);
