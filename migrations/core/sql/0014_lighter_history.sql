-- Changes of many rows: recorded with less looking and less writing. The version of a deletion holds
-- what was there before its change set, also when that changed it first. See 0001_history.sql.

CREATE OR REPLACE FUNCTION record_versions() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  live text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME);
  kept text := format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME || '_version');
  gone text := 'old_rows';           -- where the rows that go away are read from
  cols text; n_cols text; o_cols text; p_cols text; sets text; differ text;
  keys text; n_is_o text; v_is_c text; v_is_n text; v_is_o text; u_is_o text; p_is_o text; no_old text;
  this bigint;
  any_rows boolean;
  many bigint;                       -- rows of this statement
  meeting text;                      -- what to do where this change set was here before
  moved bigint;
BEGIN
  IF current_setting('sk.versioning', true) = 'off' THEN
    RETURN NULL;
  END IF;
  -- A statement that met no row, as a cascade often does, is over here.
  IF TG_OP = 'INSERT' THEN
    any_rows := EXISTS (SELECT FROM new_rows);
  ELSIF TG_OP = 'TRUNCATE' THEN
    gone := live;
    any_rows := true;
  ELSIF TG_OP = 'UPDATE' THEN
    many := (SELECT count(*) FROM new_rows);
    any_rows := many > 0;
  ELSE
    any_rows := EXISTS (SELECT FROM old_rows);
  END IF;
  IF NOT any_rows THEN
    RETURN NULL;
  END IF;

  -- What is recorded: the columns that table and version table share, by name.
  WITH shared AS (
    SELECT quote_ident(a.attname) AS col, a.attnum AS place,
           CASE WHEN a.atttypid = 'json'::regtype THEN '::text' ELSE '' END AS cmp,
           a.attnum = ANY (p.indkey) AS is_key
      FROM pg_attribute a
      JOIN pg_attribute v ON v.attrelid = kept::regclass AND v.attname = a.attname
                         AND NOT v.attisdropped
      JOIN pg_index p ON p.indrelid = a.attrelid AND p.indisprimary
     WHERE a.attrelid = TG_RELID AND a.attnum > 0 AND NOT a.attisdropped)
  SELECT string_agg(col, ', ' ORDER BY place),
         string_agg('n.' || col, ', ' ORDER BY place),
         string_agg('o.' || col, ', ' ORDER BY place),
         string_agg(col || ' = p.' || col, ', ' ORDER BY place) FILTER (WHERE NOT is_key),
         string_agg(col || ' = excluded.' || col, ', ' ORDER BY place),
         coalesce(string_agg('n.' || col || cmp || ' IS DISTINCT FROM o.' || col || cmp, ' OR ')
                  FILTER (WHERE NOT is_key), 'false'),
         string_agg(col, ', ' ORDER BY place) FILTER (WHERE is_key),
         string_agg('n.' || col || ' = o.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('v.' || col || ' = c.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('v.' || col || ' = n.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('v.' || col || ' = o.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('u.' || col || ' = o.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('p.' || col || ' = o.' || col, ' AND ') FILTER (WHERE is_key),
         string_agg('o.' || col || ' IS NULL', ' AND ') FILTER (WHERE is_key)
    INTO cols, n_cols, o_cols, p_cols, sets, differ,
         keys, n_is_o, v_is_c, v_is_n, v_is_o, u_is_o, p_is_o, no_old
    FROM shared;

  IF TG_OP = 'INSERT' THEN
    this := change_set_id();
    -- What comes back ends its deletion, or what it was before somebody deleted it unrecorded.
    -- Here and below "+ 0" hides the column's statistics: where a table was filled by one change
    -- set they say that "another change set" is nobody, and the plan becomes a nested scan.
    EXECUTE format('UPDATE %s v SET end_transaction_id = $1 FROM new_rows n
                     WHERE %s AND v.end_transaction_id IS NULL AND v.transaction_id + 0 <> $1',
                   kept, v_is_n) USING this;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE transaction_id = $1)', kept)
       INTO any_rows USING this;
    -- Only a change set that was here before can meet its own versions again.
    EXECUTE format('INSERT INTO %s (%s, transaction_id, operation_type) SELECT %s, $1, 0 FROM new_rows n',
                   kept, cols, n_cols)
         || CASE WHEN any_rows THEN format(' ON CONFLICT (%s, transaction_id) DO UPDATE SET %s,
              end_transaction_id = NULL, operation_type = CASE WHEN %s.operation_type = 2 THEN 1 ELSE 0 END',
              keys, sets, TG_TABLE_NAME || '_version') ELSE '' END
      USING this;

  ELSIF TG_OP = 'UPDATE' THEN
    -- A change set that begins here meets no version of its own; looking for one costs each row.
    meeting := CASE WHEN current_change_set_id() IS NULL THEN '' ELSE format(
      'ON CONFLICT (%s, transaction_id) DO UPDATE SET %s, end_transaction_id = NULL,
         operation_type = CASE WHEN %I.operation_type = 2 THEN 1 ELSE %3$I.operation_type END',
      keys, sets, TG_TABLE_NAME || '_version') END;
    -- The limit limits nothing. It tells the planner how many there are: of two unknown tables it
    -- thinks a hundred times more, and reads the whole history for a few rows.
    EXECUTE format('
      WITH changed AS MATERIALIZED (
        SELECT %1$s, (%2$s) AS moved FROM new_rows n LEFT JOIN old_rows o ON %3$s
         WHERE (%2$s) OR %4$s LIMIT %9$s),
      this AS MATERIALIZED (SELECT change_set_id() AS id WHERE EXISTS (SELECT FROM changed)),
      closed AS (
        UPDATE %5$s v SET end_transaction_id = this.id FROM changed c, this
         WHERE %6$s AND v.end_transaction_id IS NULL AND v.transaction_id + 0 <> this.id),
      written AS (
        INSERT INTO %5$s (%7$s, transaction_id, operation_type)
        SELECT %7$s, this.id, CASE WHEN moved THEN 0 ELSE 1 END FROM changed, this %8$s)
      SELECT count(*) FROM changed WHERE moved',
      n_cols, no_old, n_is_o, differ, kept, v_is_c, cols, meeting, many)
      INTO moved;
    -- A key that changed: its old value was deleted, its new one created.
    IF moved > 0 THEN
      gone := format('(SELECT %s FROM old_rows o WHERE NOT EXISTS
                        (SELECT FROM new_rows n WHERE %s))', o_cols, n_is_o);
    END IF;
  END IF;

  IF TG_OP IN ('DELETE', 'TRUNCATE') OR moved > 0 THEN
    -- Changed and then deleted in one change set: what was deleted is what was there before it.
    IF current_change_set_id() IS NOT NULL AND p_cols IS NOT NULL THEN
      EXECUTE format('UPDATE %1$s v SET %2$s, operation_type = 2 FROM %3$s o, %1$s p
                       WHERE %4$s AND v.transaction_id = $1 AND v.operation_type = 1
                         AND %5$s AND p.end_transaction_id = $1 AND p.operation_type <> 2',
                     kept, p_cols, gone, v_is_o, p_is_o)
        USING current_change_set_id();
    END IF;
    EXECUTE format('
      WITH this AS MATERIALIZED (SELECT change_set_id() AS id WHERE EXISTS (SELECT FROM %1$s o)),
      never AS (  -- created and deleted in one change set: nothing happened
        DELETE FROM %2$s v USING %1$s o, this
         WHERE %3$s AND v.transaction_id = this.id AND v.operation_type = 0 RETURNING v.*),
      reopened AS (  -- and what was the end of an earlier life is so again
        UPDATE %2$s v SET end_transaction_id = NULL FROM never o, this
         WHERE %3$s AND v.end_transaction_id = this.id),
      closed AS (
        UPDATE %2$s v SET end_transaction_id = this.id FROM %1$s o, this
         WHERE %3$s AND v.end_transaction_id IS NULL AND v.transaction_id + 0 <> this.id)
      INSERT INTO %2$s (%4$s, transaction_id, operation_type)
      SELECT %5$s, this.id, 2 FROM %1$s o, this
       WHERE NOT EXISTS (SELECT FROM never u WHERE %6$s)
      ON CONFLICT (%7$s, transaction_id) DO UPDATE SET %8$s, operation_type = 2
        WHERE %9$I.operation_type <> 2',
      gone, kept, v_is_o, cols, o_cols, u_is_o, keys, sets, TG_TABLE_NAME || '_version');
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION track_history(tracked regclass) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  -- A version is ended once. Where its page has room, no index hears of that.
  EXECUTE format('ALTER TABLE %I SET (fillfactor = 50)',
                 (SELECT relname FROM pg_class WHERE oid = tracked) || '_version');
  EXECUTE format('CREATE OR REPLACE TRIGGER history_insert AFTER INSERT ON %s
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION record_versions()', tracked);
  EXECUTE format('CREATE OR REPLACE TRIGGER history_update AFTER UPDATE ON %s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION record_versions()', tracked);
  EXECUTE format('CREATE OR REPLACE TRIGGER history_delete AFTER DELETE ON %s
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION record_versions()', tracked);
  EXECUTE format('CREATE OR REPLACE TRIGGER history_truncate BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION record_versions()', tracked);
END $$;
