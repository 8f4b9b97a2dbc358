-- What was on order of a merged product is remembered with the merge, and comes back with its undo.

CREATE FUNCTION remember_orders() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM product WHERE uuid IN (NEW.gone_uuid, NEW.kept_uuid) ORDER BY uuid FOR UPDATE;
  SELECT jsonb_object_agg(store_uuid, on_order) INTO NEW.on_order FROM stock
   WHERE product_uuid = NEW.gone_uuid AND on_order > 0;
  RETURN NEW;
END $$;

CREATE TRIGGER remember_orders BEFORE INSERT ON merged_record
  FOR EACH ROW WHEN (NEW.table_name = 'product') EXECUTE FUNCTION remember_orders();

CREATE OR REPLACE FUNCTION part_stock() RETURNS trigger LANGUAGE plpgsql
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
  -- What was received meanwhile is on order no more, of whichever of the two it was.
  WITH back AS (
    UPDATE stock s SET on_order = s.on_order - least(s.on_order, o.value::numeric)
      FROM jsonb_each_text(OLD.on_order) o, stock was
     WHERE s.product_uuid = OLD.kept_uuid AND s.store_uuid = o.key::uuid AND was.uuid = s.uuid
    RETURNING s.store_uuid, was.on_order - s.on_order AS on_order)
  INSERT INTO stock (product_uuid, store_uuid, on_order)
  SELECT OLD.gone_uuid, store_uuid, on_order FROM back WHERE on_order > 0
  ON CONFLICT (product_uuid, store_uuid) DO UPDATE SET on_order = stock.on_order + excluded.on_order;
  PERFORM sum_stock(VARIADIC others || OLD.gone_uuid);
  RETURN NULL;
END $$;
