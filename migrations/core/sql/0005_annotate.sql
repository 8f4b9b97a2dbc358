-- Notes and attachments belong to rows of any annotated table, with the rules of a foreign key.

-- Refuse what is about nothing. Deferrable, since an undo may bring a note back before its record.
CREATE FUNCTION require_subject() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  target regclass := to_regclass(quote_ident(NEW.subject_table));
  is_there boolean := false;
BEGIN
  -- Checked at the end of a transaction, the row may be gone again.
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE uuid = $1 AND subject_uuid = $2)',
                 TG_RELID::regclass) INTO is_there USING NEW.uuid, NEW.subject_uuid;
  IF NOT is_there THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'annotated') THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('Rows of %s have no notes: SELECT annotate(''%s'') lets them.',
                       NEW.subject_table, NEW.subject_table),
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  -- Locked as a foreign key locks it: nobody deletes it before this is committed.
  EXECUTE format('SELECT true FROM %s WHERE uuid = $1 FOR KEY SHARE', target)
     INTO is_there USING NEW.subject_uuid;
  IF is_there IS NOT TRUE THEN
    RAISE foreign_key_violation USING
      MESSAGE = format('There is no %s %s to write about.', NEW.subject_table, NEW.subject_uuid),
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;

-- What is about deleted rows goes along; its history stays, so an undo brings it back.
CREATE FUNCTION drop_annotations() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM note WHERE subject_table = TG_TABLE_NAME;
    DELETE FROM attachment WHERE subject_table = TG_TABLE_NAME;
  ELSIF EXISTS (SELECT FROM gone) THEN
    DELETE FROM note n USING gone WHERE n.subject_uuid = gone.uuid AND n.subject_table = TG_TABLE_NAME;
    DELETE FROM attachment a USING gone WHERE a.subject_uuid = gone.uuid AND a.subject_table = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION annotate(annotated regclass) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER annotated AFTER DELETE ON %s REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION drop_annotations()', annotated);
  EXECUTE format('CREATE OR REPLACE TRIGGER annotated_truncate BEFORE TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION drop_annotations()', annotated);
END $$;

COMMENT ON FUNCTION annotate(regclass) IS
  'Let rows of a table have notes and attachments; call it in the migration that makes the table.';

CREATE CONSTRAINT TRIGGER note_subject AFTER INSERT OR UPDATE OF subject_table, subject_uuid ON note
  DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION require_subject();
CREATE CONSTRAINT TRIGGER attachment_subject AFTER INSERT OR UPDATE OF subject_table, subject_uuid ON attachment
  DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION require_subject();
