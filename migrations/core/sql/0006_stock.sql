-- Stock on hand is the sum of the movements, kept by whoever writes them: a page, an import, psql.

CREATE FUNCTION add_up_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  -- In one order, so that two that write the same products never wait for each other in a circle.
  INSERT INTO stock (product_uuid, store_uuid, on_hand, counted_at)
  SELECT product_uuid, store_uuid, sum(quantity), max(moved_at) FILTER (WHERE kind = 'count')
    FROM new_rows
   GROUP BY product_uuid, store_uuid
   ORDER BY product_uuid, store_uuid
  ON CONFLICT (product_uuid, store_uuid) DO UPDATE
     SET on_hand = stock.on_hand + excluded.on_hand,
         counted_at = greatest(stock.counted_at, excluded.counted_at);
  RETURN NULL;
END $$;

CREATE TRIGGER add_up_stock AFTER INSERT ON stock_movement
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION add_up_stock();

CREATE FUNCTION refuse_changed_movements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A stock movement is never changed; write one that counters it.'
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER refuse_changed_movements BEFORE UPDATE OR DELETE ON stock_movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_movements();

-- Who empties the tables of a shop to begin anew does so; then there is no stock either.
CREATE FUNCTION forget_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE stock SET on_hand = 0, counted_at = NULL WHERE on_hand <> 0 OR counted_at IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER forget_stock AFTER TRUNCATE ON stock_movement
  FOR EACH STATEMENT EXECUTE FUNCTION forget_stock();
