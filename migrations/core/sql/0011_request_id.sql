-- A change set keeps the number of the request that made it, by which the log tells more.

CREATE OR REPLACE FUNCTION change_set_id() RETURNS bigint LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  found bigint := current_change_set_id();
  author jsonb;
BEGIN
  IF found IS NOT NULL THEN
    RETURN found;
  END IF;
  author := coalesce(nullif(current_setting('sk.author', true), ''), '{}')::jsonb;
  INSERT INTO transaction (origin, actor_uuid, actor, real_actor_uuid, real_actor,
                           database_role, run_uuid, reason, remote_address, request_id)
  VALUES (coalesce(author->>'origin', 'sql'), (author->>'actor_uuid')::uuid,
          coalesce(author->>'actor', CASE WHEN author->>'origin' IS NULL THEN session_user END),
          (author->>'real_actor_uuid')::uuid, author->>'real_actor',
          session_user, (author->>'run_uuid')::uuid, author->>'reason', author->>'remote_address',
          author->>'request_id')
  RETURNING id INTO found;
  PERFORM set_config('sk.change_set', pg_current_xact_id()::text || ':' || found, true);
  RETURN found;
END $$;
