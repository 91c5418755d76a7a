/** Statements that rank are planned once for up to so many words; of longer queries the most telling ones count. */
const SLOTS = [4, 8, 16]
const MOST = 16

/** A passage of about 1,000 characters has so many different words. */
const USUAL_LENGTH = 70

export const synonyms = {
  up: `
-- search.weigh and search.by_words without synonyms stay for replicas of the release before.

-- The words of a query that occur where the caller may read, and how telling each is (BM25's inverse document
-- frequency). A word that occurs nowhere there is taken for a misspelling of the nearest ones that do.
-- Synonyms are terms, with commas between them, for each phrase of the query that has some: they count together as one
-- word, which is as telling as the rarest of them. A term of several words occurs where all of them do.
CREATE FUNCTION search.weigh(query text, synonyms text[], shelves integer[], total bigint)
  RETURNS TABLE (word text, lexemes text[], weight real, passages bigint, is_synonym boolean)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  -- Planned once for a connection: the plan is the same for all words.
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  of_tenant text := current_setting('app.tenant');
  known text[];
  times bigint[];
  likenesses real[];
BEGIN
  SELECT array_agg(word), array_agg(coalesce(occurring.passages, 0)), array_agg(1.0)
  INTO known, times, likenesses
  FROM (SELECT word FROM unnest(tsvector_to_array(to_tsvector('english', left(query, 2000)))) word LIMIT 64) asked
  CROSS JOIN LATERAL (
    -- The sum keeps PostgreSQL from looking each shelf up on its own: all of a word are read from one place.
    SELECT sum(l.passages) AS passages FROM search.lexemes l
    WHERE l.tenant = of_tenant AND l.lexeme = word AND (l.shelf_id + 0) = ANY (shelves)
  ) occurring;
  IF 0 = ANY (times) THEN
    -- Words that are nowhere stay, as they may have been written since words were counted.
    SELECT known || array_agg(near.lexeme), times || array_agg(near.passages),
      likenesses || array_agg((near.likeness * 0.7)::real)
    INTO known, times, likenesses
    FROM unnest(known, times) unknown (word, passages) CROSS JOIN LATERAL (
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
    SELECT quote_literal(lexeme), ARRAY[lexeme],
      (likeness * ln(1 + (greatest(total - passages, 0) + 0.5) / (passages + 0.5)))::real, passages, false
    FROM unnest(known, times, likenesses) found (lexeme, passages, likeness);
  IF cardinality(synonyms) = 0 THEN RETURN; END IF;
  RETURN QUERY
    SELECT '(' || string_agg(term.said, ' | ') || ')', string_to_array(string_agg(term.lexemes, ' '), ' '),
      ln(1 + (greatest(total - min(term.passages), 0) + 0.5) / (min(term.passages) + 0.5))::real,
      sum(term.passages)::bigint, true
    FROM (
      SELECT phrase.place, string_agg(quote_literal(word), ' & ') AS said, string_agg(word, ' ') AS lexemes,
        min(coalesce(occurring.passages, 0)) AS passages
      FROM unnest(synonyms) WITH ORDINALITY phrase (terms, place)
      CROSS JOIN unnest(string_to_array(phrase.terms, ',')) one
      CROSS JOIN unnest(tsvector_to_array(to_tsvector('english', one))) word
      CROSS JOIN LATERAL (
        SELECT sum(l.passages) AS passages FROM search.lexemes l
        WHERE l.tenant = of_tenant AND l.lexeme = word AND (l.shelf_id + 0) = ANY (shelves)
      ) occurring
      GROUP BY phrase.place, one
      -- What the query says itself is looked for already.
      HAVING min(coalesce(occurring.passages, 0)) > 0 AND NOT array_agg(word) <@ coalesce(known, '{}')
    ) term
    GROUP BY term.place;
END $$;

-- What a query finds by its words on the shelves that the caller may read, of one category where one is named: the
-- best passages, best first, and the words they were looked for by. A passage is found by the most telling words of
-- the query and ranked by all of them, and a little by what was found of its document.
CREATE FUNCTION search.by_words(query text, synonyms text[], of_category text, since timestamptz, most integer,
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
  synonymous boolean[];
  before bigint := 0;
  others text;
  telling text;
  ${slots(MOST, (i) => `q${i} tsquery; w${i} float4; s${i} boolean;`).join('\n  ')}
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
  SELECT array_agg(w.word), array_agg(w.weight), array_agg(w.passages), array_agg(w.is_synonym),
    string_to_array(string_agg(array_to_string(w.lexemes, ' '), ' '), ' ')
  INTO words, weights, counts, synonymous, lexemes
  FROM (
    SELECT * FROM search.weigh(query, synonyms, readable, total) found ORDER BY found.passages, found.word LIMIT ${MOST}
  ) w;
  IF words IS NULL THEN RETURN; END IF;
  -- A word that is in very many passages finds those only that hold another word of the query too.
  FOR i IN 1 .. cardinality(words) LOOP
    EXIT WHEN before >= 250;
    others := CASE WHEN before + counts[i] > 400 THEN (
      SELECT string_agg(words[o], ' | ') FROM generate_subscripts(words, 1) o WHERE o <> i AND NOT synonymous[o]
    ) END;
    telling := concat_ws(' | ', telling, words[i] || coalesce(' & (' || others || ')', ''));
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
`,
}

function slots(count: number, write: (slot: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => write(index + 1))
}

function bySlots(where: string): string {
  const branches = SLOTS.map(
    (count, index) => `${index === 0 ? 'IF' : 'ELSIF'} cardinality(words) <= ${count} THEN
      ${slots(count, (i) => `q${i} := words[${i}]; w${i} := weights[${i}]; s${i} := synonymous[${i}];`).join('\n      ')}${ranked(count, where)}`,
  )
  return `\n    ${branches.join('\n    ')}\n    END IF;`
}

/**
 * BM25 with its usual k1 and b, of a passage and with 0.3 of its document. Of one word, ts_rank_cd is the sum of the
 * weights of its places: here 2 in the title, 1.5 in headings, else 1. Synonyms are what documents are called rather
 * than what they go on about: in the text each place counts 0.3.
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
  const weights = `CASE WHEN s${slot} THEN '{0.15, 0.5, 0.75, 1}'::float4[] ELSE '{0.5, 0.5, 0.75, 1}'::float4[] END`
  // Asking whether the word is there at all costs a third of ranking by it.
  return `CASE WHEN t.terms @@ q${slot} THEN 2 * ts_rank_cd(${weights}, t.terms, q${slot}) END`
}
