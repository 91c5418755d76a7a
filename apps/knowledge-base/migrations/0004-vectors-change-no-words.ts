export const vectorsChangeNoWords = {
  up: `
-- Vectors change no words: where all were counted before, all are counted now.
CREATE FUNCTION search.next_revision_of_vectors() RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO search.revisions AS r (tenant, revision) VALUES (current_setting('app.tenant'), 1)
  ON CONFLICT (tenant) DO UPDATE SET revision = r.revision + 1,
    counted = CASE r.counted WHEN r.revision THEN r.revision + 1 ELSE r.counted END
  RETURNING revision
$$;
CREATE OR REPLACE FUNCTION search.add_vectors(of_model text, passages bigint[], embeddings jsonb)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_tenant text := current_setting('app.tenant');
  next bigint := search.next_revision_of_vectors();
BEGIN
  WITH made AS (
    SELECT p.id, p.shelf_id, p.document_id, p.updated_at,
      ARRAY(SELECT jsonb_array_elements_text(embeddings -> (n::integer - 1))::real) AS embedding
    FROM unnest(passages) WITH ORDINALITY asked (id, n)
    JOIN public.passages p ON p.tenant = of_tenant AND p.id = asked.id
  ), stored AS (
    INSERT INTO public.vectors (tenant, passage_id, model, dimensions, shelf_id, document_id, updated_at, embedding)
    SELECT of_tenant, id, of_model, array_length(embedding, 1), shelf_id, document_id, updated_at, embedding FROM made
    ON CONFLICT DO NOTHING RETURNING document_id
  )
  INSERT INTO public.touched (tenant, document_id, revision)
  SELECT DISTINCT of_tenant, document_id, next FROM stored
  ON CONFLICT (tenant, document_id) DO UPDATE SET revision = next;
END $$;
`,
}
