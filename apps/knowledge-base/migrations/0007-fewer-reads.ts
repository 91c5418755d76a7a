export const fewerReads = {
  up: `
-- By word first: where a word stands on shelves is then one place in the index, and not one for each shelf.
ALTER TABLE search.lexemes DROP CONSTRAINT lexemes_pkey,
  ADD PRIMARY KEY (tenant, lexeme, shelf_id) INCLUDE (passages);
DROP INDEX search.lexemes_by_word;

-- The words of a query that occur where the caller may read, and how telling each is (BM25's inverse document
-- frequency), the most telling first. A word that occurs nowhere there is taken for a misspelling of the nearest ones
-- that do.
CREATE OR REPLACE FUNCTION search.weigh(query text, shelves integer[], total bigint)
  RETURNS TABLE (lexeme text, weight real, passages bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- Planned once for a connection: the plan is the same for all words.
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  of_tenant text := current_setting('app.tenant');
  lexemes text[];
  times bigint[];
  likenesses real[];
BEGIN
  SELECT array_agg(word), array_agg(coalesce(occurring.passages, 0)), array_agg(1.0)
  INTO lexemes, times, likenesses
  FROM (SELECT word FROM unnest(tsvector_to_array(to_tsvector('english', left(query, 2000)))) word LIMIT 64) asked
  CROSS JOIN LATERAL (
    -- The sum keeps PostgreSQL from looking each shelf up on its own: all of a word are read from one place.
    SELECT sum(l.passages) AS passages FROM search.lexemes l
    WHERE l.tenant = of_tenant AND l.lexeme = word AND (l.shelf_id + 0) = ANY (shelves)
  ) occurring;
  IF 0 = ANY (times) THEN
    -- Words that are nowhere stay, as they may have been written since words were counted.
    SELECT lexemes || array_agg(near.lexeme), times || array_agg(near.passages),
      likenesses || array_agg((near.likeness * 0.7)::real)
    INTO lexemes, times, likenesses
    FROM unnest(lexemes, times) unknown (word, passages) CROSS JOIN LATERAL (
      SELECT alike.lexeme, alike.likeness, occurring.passages
      FROM (
        SELECT s.lexeme, public.similarity(s.lexeme, unknown.word) AS likeness FROM search.spellings s
        WHERE s.tenant = of_tenant AND length(unknown.word) > 3 AND s.lexeme OPERATOR(public.%) unknown.word
        OFFSET 0
      ) alike CROSS JOIN LATERAL (
        SELECT sum(l.passages) AS passages FROM search.lexemes l
        WHERE l.tenant = of_tenant AND l.lexeme = alike.lexeme AND (l.shelf_id + 0) = ANY (shelves)
      ) occurring
      WHERE alike.likeness >= 0.4 AND occurring.passages > 0
      ORDER BY likeness DESC, lexeme LIMIT 2
    ) near
    WHERE unknown.passages = 0;
  END IF;
  RETURN QUERY
    SELECT lexeme, (likeness * ln(1 + (greatest(total - passages, 0) + 0.5) / (passages + 0.5)))::real, passages
    FROM unnest(lexemes, times, likenesses) word (lexeme, passages, likeness)
    ORDER BY passages, lexeme;
END $$;

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
