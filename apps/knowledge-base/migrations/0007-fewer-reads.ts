export const fewerReads = {
  up: `
-- By word first: where a word stands on shelves is then one place in the index, and not one for each shelf.
ALTER TABLE search.lexemes DROP CONSTRAINT lexemes_pkey,
  ADD PRIMARY KEY (tenant, lexeme, shelf_id) INCLUDE (passages);
DROP INDEX search.lexemes_by_word;

-- Of these passages, best first, those the caller may read, in no order: of the first so many documents the best four
-- each, as many as are shown. The text is that of the best; of others it is empty.
CREATE OR REPLACE FUNCTION search.show(wanted bigint[], most integer)
  RETURNS TABLE (id bigint, document_id text, "position" integer, headings text[], title text, category text,
    updated_at timestamptz, plain text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  of_tenant text := current_setting('app.tenant');
  readable integer[];
  categories text[];
  found record;
  place integer;
  documents text[];
  times integer[];
  quoted bigint[];
  chosen bigint[];
BEGIN
  SELECT array_agg(s.id), array_agg(s.category) INTO readable, categories
  FROM public.shelves s WHERE s.tenant = of_tenant AND public.may_read(s.visibility, s.groups);
  -- Whose passages they are comes first: documents, headings and texts of most are never read.
  FOR found IN
    SELECT p.id, p.document_id FROM unnest(wanted) WITH ORDINALITY asked (id, rank)
    JOIN public.passages p ON p.tenant = of_tenant AND p.id = asked.id AND p.shelf_id = ANY (readable)
    ORDER BY rank
  LOOP
    place := array_position(documents, found.document_id);
    IF place IS NULL THEN
      CONTINUE WHEN cardinality(documents) = most;
      documents := documents || found.document_id;
      times := times || 1;
      quoted := quoted || found.id;
      chosen := chosen || found.id;
    ELSIF times[place] < 4 THEN
      times[place] := times[place] + 1;
      chosen := chosen || found.id;
    END IF;
  END LOOP;
  RETURN QUERY
    SELECT p.id, p.document_id, p.position, p.headings, d.title,
      categories[array_position(readable, p.shelf_id)], d.updated_at,
      CASE WHEN p.id = ANY (quoted) THEN p.plain ELSE '' END
    FROM unnest(chosen) asked (id)
    JOIN public.passages p ON p.tenant = of_tenant AND p.id = asked.id AND p.shelf_id = ANY (readable)
    JOIN public.documents d ON d.tenant = of_tenant AND d.id = p.document_id;
END $$;
`,
}
