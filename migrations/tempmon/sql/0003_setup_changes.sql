-- Who changed a limit, and when: whoever writes, also in psql. This database has no change sets.

CREATE TABLE setup_change (
  uuid UUID DEFAULT uuidv7() NOT NULL,
  table_name TEXT NOT NULL,
  record_uuid UUID NOT NULL,
  owner_uuid UUID,
  name TEXT NOT NULL,
  operation TEXT NOT NULL,
  fields JSONB NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  changed_by TEXT NOT NULL,
  changed_really_by TEXT,
  CONSTRAINT pk_setup_change PRIMARY KEY (uuid),
  CONSTRAINT ck_setup_change_operation_known CHECK (operation IN ('create', 'update', 'delete'))
);
CREATE INDEX ix_setup_change_record_uuid ON setup_change (record_uuid);
CREATE INDEX ix_setup_change_owner_uuid ON setup_change (owner_uuid);
CREATE INDEX ix_setup_change_changed_at ON setup_change (changed_at);
COMMENT ON TABLE setup_change IS 'What was changed of appliances, clients, probes and what belongs to them.';
COMMENT ON COLUMN setup_change.owner_uuid IS 'The probe of a calibration, the appliance of a defrost window';
COMMENT ON COLUMN setup_change.name IS 'What the record was called then, after its owner';
COMMENT ON COLUMN setup_change.fields IS 'By column: the value before and after';
COMMENT ON COLUMN setup_change.changed_by IS 'The user, or the database role where none is known';
COMMENT ON COLUMN setup_change.changed_really_by IS 'The person behind a user who acted as somebody else';

-- Its argument names the column of the owner. What readings write into a probe is no change.
CREATE FUNCTION note_setup_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  measured text[] := '{uuid,state,state_since,last_celsius,last_taken_at,last_seen_at,thumbnail_uuid}';
  author jsonb := nullif(current_setting('sk.author', true), '')::jsonb;
  old_row jsonb := '{}';
  new_row jsonb := '{}';
  told jsonb;
  changed jsonb;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_row := jsonb_strip_nulls(to_jsonb(OLD)); END IF;
  IF TG_OP <> 'DELETE' THEN new_row := jsonb_strip_nulls(to_jsonb(NEW)); END IF;
  SELECT jsonb_object_agg(key, jsonb_build_array(old_row->key, new_row->key)) INTO changed
    FROM jsonb_object_keys(old_row || new_row) key
   WHERE old_row->key IS DISTINCT FROM new_row->key AND key <> ALL (measured);
  IF changed IS NULL THEN
    RETURN NULL;
  END IF;
  -- Other records are told by their names, since these may be gone when somebody reads it.
  SELECT changed || coalesce(jsonb_object_agg(key, jsonb_build_array(
           setup_name(key, changed->key->>0), setup_name(key, changed->key->>1))), '{}')
    INTO changed FROM jsonb_object_keys(changed) key
   WHERE key IN ('client_uuid', 'appliance_uuid', 'probe_uuid');
  told := CASE WHEN TG_OP = 'DELETE' THEN old_row ELSE new_row END;
  INSERT INTO setup_change (table_name, record_uuid, owner_uuid, name, operation, fields, changed_by,
                            changed_really_by)
  VALUES (TG_TABLE_NAME, (told->>'uuid')::uuid, (told->>TG_ARGV[0])::uuid,
          concat_ws(', ', setup_name(TG_ARGV[0], told->>TG_ARGV[0]),
                    coalesce(told->>'description', told->>'name', told->>'hostname',
                             told->>'calibrated_on', left(told->>'start_time', 5))),
          CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'DELETE' THEN 'delete' ELSE 'update' END, changed,
          coalesce(author->>'actor', session_user), author->>'real_actor');
  RETURN NULL;
END $$;

CREATE FUNCTION setup_name(key text, uuid_ text) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT CASE key
    WHEN 'client_uuid' THEN (SELECT hostname FROM client WHERE uuid = uuid_::uuid)
    WHEN 'appliance_uuid' THEN (SELECT name FROM appliance WHERE uuid = uuid_::uuid)
    ELSE (SELECT description FROM probe WHERE uuid = uuid_::uuid) END
$$;

CREATE TRIGGER note_setup_change AFTER INSERT OR UPDATE OR DELETE ON appliance
  FOR EACH ROW EXECUTE FUNCTION note_setup_change('');
CREATE TRIGGER note_setup_change AFTER INSERT OR UPDATE OR DELETE ON client
  FOR EACH ROW EXECUTE FUNCTION note_setup_change('');
CREATE TRIGGER note_setup_change AFTER INSERT OR UPDATE OR DELETE ON probe
  FOR EACH ROW EXECUTE FUNCTION note_setup_change('');
CREATE TRIGGER note_setup_change AFTER INSERT OR UPDATE OR DELETE ON calibration
  FOR EACH ROW EXECUTE FUNCTION note_setup_change('probe_uuid');
CREATE TRIGGER note_setup_change AFTER INSERT OR UPDATE OR DELETE ON defrost_window
  FOR EACH ROW EXECUTE FUNCTION note_setup_change('appliance_uuid');
