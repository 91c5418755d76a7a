/** Statements that rank are planned once for up to so many words; of longer queries the most telling ones count. */
const SLOTS = [4, 8, 16]
const MOST = 16

/** A passage of about 1,000 characters has so many different words. */
const USUAL_LENGTH = 70

export const cheaperSearches = {
  up: `
-- Each word of a tenant once, where misspelled ones are looked up: in search.lexemes it stands for each shelf anew.
CREATE TABLE search.spellings (
  tenant text NOT NULL,
  lexeme text NOT NULL,
  PRIMARY KEY (tenant, lexeme)
);
INSERT INTO search.spellings SELECT DISTINCT tenant, lexeme FROM search.lexemes;
CREATE INDEX spellings_by_likeness ON search.spellings USING gin (tenant, lexeme public.gin_trgm_ops);
DROP INDEX search.lexemes_by_spelling;

-- Count the tenant's lexemes anew when something changed since. Answers whether it did.
CREATE OR REPLACE FUNCTION search.count_lexemes() RETURNS boolean
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
  DELETE FROM search.spellings s WHERE s.tenant = of_tenant
    AND NOT EXISTS (SELECT FROM search.lexemes l WHERE l.tenant = of_tenant AND l.lexeme = s.lexeme);
  INSERT INTO search.spellings SELECT DISTINCT of_tenant, lexeme FROM search.lexemes WHERE tenant = of_tenant
  ON CONFLICT DO NOTHING;
  UPDATE search.revisions SET counted = latest WHERE tenant = of_tenant;
  -- Every search reads to the end what was not yet sorted into an index.
  PERFORM gin_clean_pending_list('search.terms_by_shelf'), gin_clean_pending_list('search.spellings_by_likeness');
  RETURN true;
END $$;

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
    SELECT sum(l.passages) AS passages FROM search.lexemes l
    WHERE l.tenant = of_tenant AND l.lexeme = word AND l.shelf_id = ANY (shelves)
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
        WHERE l.tenant = of_tenant AND l.lexeme = alike.lexeme AND l.shelf_id = ANY (shelves)
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

-- What a query finds by its words on the shelves that the caller may read, of one category where one is named: the
-- best passages, best first, and the words they were looked for by. A passage is found by the most telling words of
-- the query and ranked by all of them, and a little by what was found of its document.
CREATE OR REPLACE FUNCTION search.by_words(query text, of_category text, since timestamptz, most integer,
    OUT revision bigint, OUT is_phrase boolean, OUT shelves jsonb, OUT lexemes text[], OUT passages bigint[],
    OUT scores real[])
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
  of_tenant text := current_setting('app.tenant');
  phrases tsquery := CASE WHEN strpos(query, '"') > 0 THEN search.phrases(query) END;
  readable integer[];
  total bigint;
  of_all bigint;
  words text[];
  weights float4[];
  counts bigint[];
  before bigint := 0;
  others text;
  telling text;
  ${slots(MOST, (i) => `q${i} tsquery; w${i} float4;`).join('\n  ')}
BEGIN
  is_phrase := phrases IS NOT NULL;
  SELECT (SELECT r.revision FROM search.revisions r WHERE r.tenant = of_tenant),
    coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'passages', s.passages)) FILTER (WHERE s.is_readable), '[]'),
    array_agg(s.id) FILTER (WHERE s.is_readable),
    coalesce(sum(s.passages) FILTER (WHERE s.is_readable), 0), sum(s.passages)
  INTO revision, shelves, readable, total, of_all
  FROM (
    SELECT s.id, s.passages, public.may_read(s.visibility, s.groups)
      AND (of_category IS NULL OR lower(s.category) = lower(of_category)) AS is_readable
    FROM public.shelves s WHERE s.tenant = of_tenant AND s.passages > 0
    -- Who may read is asked once for each shelf.
    OFFSET 0
  ) s;
  revision := coalesce(revision, 0);
  IF total = 0 THEN RETURN; END IF;
  SELECT array_agg(w.lexeme), array_agg(quote_literal(w.lexeme)), array_agg(w.weight), array_agg(w.passages)
  INTO lexemes, words, weights, counts
  FROM (SELECT * FROM search.weigh(query, readable, total) LIMIT ${MOST}) w;
  IF words IS NULL THEN RETURN; END IF;
  -- A word that is in very many passages finds those only that hold another word too.
  FOR i IN 1 .. cardinality(words) LOOP
    EXIT WHEN before >= 250;
    others := CASE WHEN before + counts[i] > 400 THEN array_to_string(words[:i - 1] || words[i + 1:], ' | ') ELSE '' END;
    telling := concat_ws(' | ', telling, words[i] || CASE others WHEN '' THEN '' ELSE ' & (' || others || ')' END);
    before := before + counts[i];
  END LOOP;
  IF total * 8 < of_all THEN${bySlots('t.tenant = of_tenant AND t.shelf_id = ANY (readable)')}
  -- The index would go through the list of the tenant, which is nearly as long as the table.
  ELSIF of_all * 4 > 3 * (SELECT c.reltuples FROM pg_class c WHERE c.oid = 'search.terms'::regclass) THEN
    ${bySlots("(t.tenant || '') = of_tenant AND (t.shelf_id + 0) = ANY (readable)")}
  -- And through the lists of all shelves, which together are as long as the tenant's.
  ELSE${bySlots('t.tenant = of_tenant AND (t.shelf_id + 0) = ANY (readable)')}
  END IF;
END $$;

-- Of these passages, best first, those the caller may read, in no order. The text is that of the best passage of each
-- of the first so many documents; of others it is empty.
CREATE FUNCTION search.show(wanted bigint[], most integer)
  RETURNS TABLE (id bigint, document_id text, "position" integer, headings text[], title text, category text,
    updated_at timestamptz, plain text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  of_tenant text := current_setting('app.tenant');
  readable integer[] := ARRAY(
    SELECT s.id FROM public.shelves s WHERE s.tenant = of_tenant AND public.may_read(s.visibility, s.groups));
BEGIN
  RETURN QUERY
    WITH found AS (
      SELECT p.id, p.document_id, p.position, p.headings, p.plain, p.shelf_id, asked.rank,
        row_number() OVER (PARTITION BY p.document_id COLLATE "C" ORDER BY asked.rank) AS place
      FROM unnest(wanted) WITH ORDINALITY asked (id, rank)
      JOIN public.passages p ON p.tenant = of_tenant AND p.id = asked.id AND p.shelf_id = ANY (readable)
    ), numbered AS (
      SELECT *, count(*) FILTER (WHERE place = 1) OVER (ORDER BY rank) AS document FROM found
    )
    SELECT n.id, n.document_id, n.position, n.headings, d.title, s.category, d.updated_at,
      CASE WHEN n.place = 1 AND n.document <= most THEN n.plain ELSE '' END
    FROM numbered n
    JOIN public.documents d ON d.tenant = of_tenant AND d.id = n.document_id
    JOIN public.shelves s ON s.tenant = of_tenant AND s.id = n.shelf_id;
END $$;
`,
}

function slots(count: number, write: (slot: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => write(index + 1))
}

function bySlots(where: string): string {
  const branches = SLOTS.map(
    (count, index) => `${index === 0 ? 'IF' : 'ELSIF'} cardinality(words) <= ${count} THEN
      ${slots(count, (i) => `q${i} := words[${i}]; w${i} := weights[${i}];`).join('\n      ')}${ranked(count, where)}`,
  )
  return `\n    ${branches.join('\n    ')}\n    END IF;`
}

/**
 * BM25 with its usual k1 and b, of a passage and with 0.3 of its document. Of one word, ts_rank_cd is the sum of the
 * weights of its places: here 2 in the title, 1.5 in headings, else 1.
 */
function ranked(count: number, where: string): string {
  const all = (write: (slot: number) => string) => slots(count, write).join(' + ')
  return `
      SELECT array_agg(id), array_agg(score) INTO passages, scores FROM (
        SELECT passage.id, (passage.score + 0.3 * document.score)::real AS score
        FROM (
          SELECT array_agg(passage_id) AS ids,
            array_agg(${all((i) => `coalesce(w${i} * t${i} / (t${i} + normal), 0)`)}) AS scores,
            ${all((i) => `coalesce(w${i} * sum(t${i}) / (sum(t${i}) + 1.2), 0)`)} AS score
          FROM (
            SELECT t.passage_id, t.document_id, 0.3::float8 + 0.9::float8 * length(t.terms) / ${USUAL_LENGTH} AS normal,
              ${slots(count, (i) => `${occurrences(i)} AS t${i}`).join(', ')}
            FROM search.terms t
            WHERE ${where} AND t.terms @@ telling::tsquery
              AND (since IS NULL OR t.updated_at >= since) AND (phrases IS NULL OR t.terms @@ phrases)
            -- One word that is everywhere tells little, wherever it is looked for.
            LIMIT 3000
          ) found
          GROUP BY document_id COLLATE "C"
        ) document CROSS JOIN unnest(document.ids, document.scores) passage (id, score)
        ORDER BY score DESC, passage.id LIMIT most
      ) best;`
}

function occurrences(slot: number): string {
  // Asking whether the word is there at all costs a third of ranking by it.
  return `CASE WHEN t.terms @@ q${slot} THEN 2 * ts_rank_cd('{0.5, 0.5, 0.75, 1}', t.terms, q${slot}) END`
}
