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

-- What happened never changes. Of which product it is may, in one way: it follows a merged one to the
-- one that stays, and keeps its name on the way, so that it finds back when the merge is undone.
CREATE FUNCTION refuse_changed_movements() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  way text[] := '{product_uuid,was_of}';
BEGIN
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - way = to_jsonb(OLD) - way THEN
    IF NEW.was_of = coalesce(OLD.was_of, '{}') || OLD.product_uuid
       AND EXISTS (SELECT FROM merged_record WHERE table_name = 'product'
                      AND gone_uuid = OLD.product_uuid AND kept_uuid = NEW.product_uuid)
       OR NEW.product_uuid = ANY (OLD.was_of)
       AND NEW.was_of IS NOT DISTINCT FROM was_of_before(OLD.was_of, NEW.product_uuid)
       AND NOT EXISTS (SELECT FROM merged_record WHERE table_name = 'product'
                          AND gone_uuid = NEW.product_uuid) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'A stock movement is never changed; write one that counters it.'
    USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION was_of_before(products uuid[], product uuid) RETURNS uuid[] LANGUAGE sql IMMUTABLE
RETURN nullif(products[:array_position(products, product) - 1], '{}');

CREATE TRIGGER refuse_changed_movements BEFORE UPDATE ON stock_movement
  FOR EACH ROW EXECUTE FUNCTION refuse_changed_movements();
CREATE TRIGGER refuse_deleted_movements BEFORE DELETE ON stock_movement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_changed_movements();

-- A merge of products takes their movements along, and its undo brings them back.
CREATE FUNCTION merge_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  -- Nobody writes a movement of the two meanwhile: that would need a share of these locks.
  PERFORM FROM product WHERE uuid IN (NEW.gone_uuid, NEW.kept_uuid) ORDER BY uuid FOR UPDATE;
  UPDATE stock_movement SET product_uuid = NEW.kept_uuid,
         was_of = coalesce(was_of, '{}') || NEW.gone_uuid
   WHERE product_uuid = NEW.gone_uuid;
  INSERT INTO stock (product_uuid, store_uuid, on_order)
  SELECT NEW.kept_uuid, store_uuid, on_order FROM stock WHERE product_uuid = NEW.gone_uuid
  ON CONFLICT (product_uuid, store_uuid) DO UPDATE SET on_order = stock.on_order + excluded.on_order;
  DELETE FROM stock WHERE product_uuid = NEW.gone_uuid;
  PERFORM sum_stock(NEW.kept_uuid);
  RETURN NULL;
END $$;

CREATE FUNCTION part_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  others uuid[];
BEGIN
  PERFORM FROM product WHERE uuid = OLD.gone_uuid FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;  -- it does not come back: its movements stay where they are
  END IF;
  others := ARRAY(SELECT DISTINCT product_uuid FROM stock_movement
                   WHERE was_of @> ARRAY[OLD.gone_uuid] ORDER BY product_uuid);
  PERFORM FROM product WHERE uuid = ANY (others) ORDER BY uuid FOR UPDATE;
  UPDATE stock_movement SET product_uuid = OLD.gone_uuid,
         was_of = was_of_before(was_of, OLD.gone_uuid)
   WHERE was_of @> ARRAY[OLD.gone_uuid];
  PERFORM sum_stock(VARIADIC others || OLD.gone_uuid);
  RETURN NULL;
END $$;

CREATE FUNCTION sum_stock(VARIADIC products uuid[]) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE stock SET on_hand = 0, counted_at = NULL WHERE product_uuid = ANY (products);
  INSERT INTO stock (product_uuid, store_uuid, on_hand, counted_at)
  SELECT product_uuid, store_uuid, sum(quantity), max(moved_at) FILTER (WHERE kind = 'count')
    FROM stock_movement WHERE product_uuid = ANY (products)
   GROUP BY product_uuid, store_uuid
   ORDER BY product_uuid, store_uuid
  ON CONFLICT (product_uuid, store_uuid) DO UPDATE
     SET on_hand = excluded.on_hand, counted_at = excluded.counted_at;
END $$;

COMMENT ON FUNCTION sum_stock(uuid[]) IS
  'Add up the movements of products anew; lock the products first, so that none is missed.';

CREATE TRIGGER merge_stock AFTER INSERT ON merged_record
  FOR EACH ROW WHEN (NEW.table_name = 'product') EXECUTE FUNCTION merge_stock();
-- In an undo the product itself may come back later than this goes.
CREATE CONSTRAINT TRIGGER part_stock AFTER DELETE ON merged_record
  DEFERRABLE INITIALLY IMMEDIATE
  FOR EACH ROW WHEN (OLD.table_name = 'product') EXECUTE FUNCTION part_stock();

-- Who empties the tables of a shop to begin anew does so; then there is no stock either.
CREATE FUNCTION forget_stock() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE stock SET on_hand = 0, counted_at = NULL WHERE on_hand <> 0 OR counted_at IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER forget_stock AFTER TRUNCATE ON stock_movement
  FOR EACH STATEMENT EXECUTE FUNCTION forget_stock();
