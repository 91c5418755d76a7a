/**
 * Full text is in a schema of its own, where the app's role has no table: behind row-level security PostgreSQL may
 * not use an index for `@@`, so that a search would read every passage of every tenant. Its functions, which run as
 * the owner, take tenant and caller from the same settings that the policies do, and ask `may_read` before they rank.
 */
export const fullText = {
  up: `
CREATE SCHEMA search;
GRANT USAGE ON SCHEMA search TO PUBLIC;

-- Counts the changes of a tenant. Its lock makes writers of a tenant take turns, so that a reader who has seen
-- revision n has seen all up to n.
CREATE TABLE search.revisions (
  tenant text PRIMARY KEY CHECK (tenant <> ''),
  revision bigint NOT NULL,
  -- The revision at which lexemes were counted.
  counted bigint NOT NULL DEFAULT 0
);

CREATE TABLE search.terms (
  tenant text NOT NULL,
  passage_id bigint NOT NULL,
  document_id text NOT NULL,
  shelf_id integer NOT NULL,
  updated_at timestamptz NOT NULL,
  -- Weights: A the document's title, B the headings, D the text.
  terms tsvector NOT NULL,
  PRIMARY KEY (tenant, passage_id),
  FOREIGN KEY (tenant, passage_id) REFERENCES public.passages (tenant, id) ON DELETE CASCADE
);
CREATE INDEX terms_by_shelf ON search.terms USING gin (shelf_id, terms);

-- In how many passages of a shelf a lexeme occurs: what makes it telling or not, for those who may read the shelf.
CREATE TABLE search.lexemes (
  tenant text NOT NULL,
  shelf_id integer NOT NULL,
  lexeme text NOT NULL,
  passages integer NOT NULL,
  PRIMARY KEY (tenant, shelf_id, lexeme)
);
CREATE INDEX lexemes_by_spelling ON search.lexemes USING gin (lexeme public.gin_trgm_ops);
CREATE FUNCTION search.add_terms() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO search.terms (tenant, passage_id, document_id, shelf_id, updated_at, terms)
  SELECT NEW.tenant, NEW.id, NEW.document_id, NEW.shelf_id, NEW.updated_at,
    setweight(to_tsvector('english', d.title), 'A')
      || setweight(to_tsvector('english', array_to_string(NEW.headings, ' ')), 'B')
      || setweight(to_tsvector('english', NEW.plain), 'D')
  FROM public.documents d WHERE d.tenant = NEW.tenant AND d.id = NEW.document_id;
  RETURN NULL;
END $$;
-- Passages are never changed, only replaced.
CREATE TRIGGER terms AFTER INSERT ON passages FOR EACH ROW EXECUTE FUNCTION search.add_terms();
CREATE FUNCTION search.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a passage is replaced, never changed'; END $$;
CREATE TRIGGER unchanged BEFORE UPDATE ON passages EXECUTE FUNCTION search.refuse_change();

-- The tenant's revision, and the next one.
CREATE FUNCTION search.revision() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN coalesce(
    (SELECT revision FROM search.revisions WHERE tenant = current_setting('app.tenant')), 0);
CREATE FUNCTION search.next_revision() RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO search.revisions AS r (tenant, revision) VALUES (current_setting('app.tenant'), 1)
  ON CONFLICT (tenant) DO UPDATE SET revision = r.revision + 1 RETURNING revision
$$;

-- For the work that a server does on its own, one tenant after the other.
CREATE FUNCTION search.tenants() RETURNS TABLE (tenant text, revision bigint, counted bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT tenant, revision, counted FROM search.revisions ORDER BY tenant
$$;

-- Passages of the tenant that a model has not read, for the work that a server does on its own.
CREATE FUNCTION search.without_vector(of_model text, most integer)
  RETURNS TABLE (passage_id bigint, title text, headings text[], plain text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.id, d.title, p.headings, p.plain
  FROM public.passages p JOIN public.documents d ON d.tenant = p.tenant AND d.id = p.document_id
  WHERE p.tenant = current_setting('app.tenant') AND NOT EXISTS (
    SELECT FROM public.vectors v WHERE v.tenant = p.tenant AND v.passage_id = p.id AND v.model = of_model)
  ORDER BY p.id LIMIT most
$$;

-- Store what a model made of passages, as a change of their documents. Passages that are gone by now are left out.
CREATE FUNCTION search.add_vectors(of_model text, passages bigint[], embeddings jsonb)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_tenant text := current_setting('app.tenant');
  next bigint := search.next_revision();
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

-- Count the tenant's lexemes anew when something changed since. Answers whether it did.
CREATE FUNCTION search.count_lexemes() RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  of_tenant text := current_setting('app.tenant');
  latest bigint;
  shelf integer;
BEGIN
  -- Two at once would only wait for each other.
  IF NOT pg_try_advisory_xact_lock(hashtext('kb.count'), hashtext(of_tenant)) THEN RETURN false; END IF;
  SELECT revision INTO latest FROM search.revisions WHERE tenant = of_tenant AND revision <> counted;
  IF latest IS NULL THEN RETURN false; END IF;
  DELETE FROM search.lexemes WHERE tenant = of_tenant;
  FOR shelf IN SELECT id FROM public.shelves WHERE tenant = of_tenant LOOP
    INSERT INTO search.lexemes (tenant, shelf_id, lexeme, passages)
    SELECT of_tenant, shelf, word, ndoc FROM ts_stat(format(
      'SELECT terms FROM search.terms WHERE tenant = %L AND shelf_id = %s', of_tenant, shelf));
  END LOOP;
  UPDATE search.revisions SET counted = latest WHERE tenant = of_tenant;
  -- Every search reads to the end what was not yet sorted into an index.
  PERFORM gin_clean_pending_list('search.terms_by_shelf'), gin_clean_pending_list('search.lexemes_by_spelling');
  RETURN true;
END $$;

-- The words of a query that occur where the caller may read, and how telling each is (BM25's inverse document
-- frequency). A word that occurs nowhere there is taken for a misspelling of the nearest ones that do.
CREATE FUNCTION search.weigh(query text, shelves integer[])
  RETURNS TABLE (lexeme text, weight real, passages bigint)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- Planned once for a connection: the plan is the same for all words.
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH asked AS (
    SELECT DISTINCT word FROM unnest(tsvector_to_array(to_tsvector('english', left(query, 2000)))) word LIMIT 64
  ), known AS (
    SELECT asked.word, 1.0 AS likeness, sum(l.passages) AS passages
    FROM asked JOIN search.lexemes l ON l.tenant = current_setting('app.tenant')
      AND l.shelf_id = ANY (shelves) AND l.lexeme = asked.word
    GROUP BY asked.word
  ), unknown AS MATERIALIZED (
    SELECT word FROM asked WHERE NOT EXISTS (SELECT FROM known WHERE known.word = asked.word)
  ), guessed AS (
    SELECT near.lexeme, near.likeness * 0.7, near.passages
    FROM unknown CROSS JOIN LATERAL (
      SELECT l.lexeme, max(public.similarity(l.lexeme, unknown.word)) AS likeness, sum(l.passages) AS passages
      FROM search.lexemes l
      WHERE l.tenant = current_setting('app.tenant') AND l.shelf_id = ANY (shelves)
        AND length(unknown.word) > 3 AND l.lexeme OPERATOR(public.%) unknown.word
      GROUP BY l.lexeme ORDER BY likeness DESC, l.lexeme LIMIT 2
    ) near
    WHERE near.likeness >= 0.4
  ), uncounted AS (
    -- Written since words were counted, or nowhere at all.
    SELECT word, 1.0, 0 FROM unknown
  ), counted AS (
    SELECT greatest(sum(s.passages), 1) AS total FROM public.shelves s
    WHERE s.tenant = current_setting('app.tenant') AND s.id = ANY (shelves)
  )
  SELECT word, (likeness * ln(1 + (greatest(total - passages, 0) + 0.5) / (passages + 0.5)))::real, passages::bigint
  FROM (SELECT * FROM known UNION ALL SELECT * FROM guessed UNION ALL SELECT * FROM uncounted) found, counted;
END $$;

-- What stands in double quotes in a query, whose words must follow each other. Null without such.
CREATE FUNCTION search.phrases(query text) RETURNS tsquery
  LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg('(' || phrase::text || ')', ' & ')::tsquery
  FROM regexp_matches(query, '"([^"]+)"', 'g') quoted CROSS JOIN phraseto_tsquery('english', quoted[1]) phrase
  WHERE numnode(phrase) > 0
$$;

-- BM25 with its usual k1 and b. A word that is there once in a text of average length counts its weight.
CREATE FUNCTION search.bm25(weight real, times float8, length float8) RETURNS float8
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN weight * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length));

-- The best passages of those that stand on one of the shelves and that the caller may read. A passage is found by
-- the most telling words of the query and ranked by all of them, and a little by what was found of its document.
CREATE FUNCTION search.rank(query text, wanted integer[], since timestamptz, most integer)
  RETURNS TABLE (passage_id bigint, score real)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- A plan for any words would expect a handful of passages.
  SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
  of_tenant text := current_setting('app.tenant');
  readable integer[] := ARRAY(SELECT s.id FROM public.shelves s
    WHERE s.tenant = of_tenant AND s.id = ANY (wanted) AND public.may_read(s.visibility, s.groups));
  phrases tsquery := search.phrases(query);
  queries tsquery[];
  weights real[];
  telling tsquery;
BEGIN
  -- A word that is in very many passages finds those only that hold another word too.
  SELECT array_agg(w.quoted::tsquery), array_agg(w.weight),
    string_agg(CASE WHEN w.before + w.passages <= 1000 OR w.others IS NULL THEN w.quoted
      ELSE w.quoted || ' & (' || w.others || ')' END, ' | ') FILTER (WHERE w.before < 600)
  INTO queries, weights, telling
  FROM (SELECT w.*, quote_literal(w.lexeme) AS quoted,
      sum(w.passages) OVER (ORDER BY w.passages, w.lexeme) - w.passages AS before,
      string_agg(quote_literal(w.lexeme), ' | ') OVER (
        ORDER BY w.passages, w.lexeme ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS others
    FROM search.weigh(query, readable) w) w;
  IF queries IS NULL THEN RETURN; END IF;
  RETURN QUERY
    WITH found AS MATERIALIZED (
      SELECT t.passage_id, t.document_id, t.terms, length(t.terms)::float8 AS length FROM search.terms t
      WHERE t.shelf_id = ANY (readable) AND t.terms @@ telling AND t.tenant = of_tenant
        AND (since IS NULL OR t.updated_at >= since) AND (phrases IS NULL OR t.terms @@ phrases)
      -- One word that is everywhere tells little, wherever it is looked for.
      LIMIT 3000
    ), of_documents AS (
      SELECT document_id, sum(length) AS length FROM found GROUP BY document_id
    ), average AS (
      SELECT (SELECT avg(length) FROM found) AS passage, (SELECT avg(length) FROM of_documents) AS document
    ), counted AS MATERIALIZED (
      -- Of one word, ts_rank_cd is the sum of the weights of its places: here 2 in the title, 1.5 in headings, else 1.
      SELECT f.passage_id, f.document_id, f.length, w.word, w.weight,
        2 * ts_rank_cd('{0.5, 0.5, 0.75, 1}', f.terms, w.query) AS times
      FROM found f CROSS JOIN unnest(queries, weights) WITH ORDINALITY w (query, weight, word)
      WHERE f.terms @@ w.query
    ), by_document AS (
      SELECT c.document_id, sum(search.bm25(c.weight, c.times, d.length / a.document)) AS score
      FROM (SELECT document_id, word, weight, sum(times) AS times FROM counted GROUP BY 1, 2, 3) c
      JOIN of_documents d USING (document_id) CROSS JOIN average a GROUP BY c.document_id
    )
    SELECT c.passage_id, (sum(search.bm25(c.weight, c.times, c.length / a.passage)) + 0.3 * max(d.score))::real AS total
    FROM counted c JOIN by_document d USING (document_id) CROSS JOIN average a
    GROUP BY c.passage_id ORDER BY total DESC, c.passage_id LIMIT most;
END $$;
`,
}
