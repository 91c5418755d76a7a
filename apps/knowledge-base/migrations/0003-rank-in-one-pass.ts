/** Statements that rank are planned once for up to so many words; of longer queries the most telling ones count. */
const SLOTS = [4, 8, 16]
const MOST = 16

/** A passage of about 1,000 characters has so many different words. */
const USUAL_LENGTH = 70

export const rankInOnePass = {
  up: `
-- How often a word occurs is asked for all shelves of a caller at once.
CREATE INDEX lexemes_by_word ON search.lexemes (tenant, lexeme) INCLUDE (shelf_id, passages);

-- The tenant's rows alone can be found without the lists of its shelves.
DROP INDEX search.terms_by_shelf;
CREATE INDEX terms_by_shelf ON search.terms USING gin (tenant, shelf_id, terms);

DROP FUNCTION search.rank, search.weigh, search.bm25;

-- The words of a query that occur where the caller may read, and how telling each is (BM25's inverse document
-- frequency), the most telling first. A word that occurs nowhere there is taken for a misspelling of the nearest ones
-- that do.
CREATE FUNCTION search.weigh(query text, shelves integer[], total bigint)
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
      SELECT l.lexeme, max(public.similarity(l.lexeme, unknown.word)) AS likeness, sum(l.passages) AS passages
      FROM search.lexemes l
      WHERE l.tenant = of_tenant AND l.shelf_id = ANY (shelves)
        AND length(unknown.word) > 3 AND l.lexeme OPERATOR(public.%) unknown.word
      GROUP BY l.lexeme ORDER BY likeness DESC, l.lexeme LIMIT 2
    ) near
    WHERE unknown.passages = 0 AND near.likeness >= 0.4;
  END IF;
  RETURN QUERY
    SELECT lexeme, (likeness * ln(1 + (greatest(total - passages, 0) + 0.5) / (passages + 0.5)))::real, passages
    FROM unnest(lexemes, times, likenesses) word (lexeme, passages, likeness)
    ORDER BY passages, lexeme;
END $$;

-- What a query finds by its words on the shelves that the caller may read, of one category where one is named: the
-- best passages, best first, and the words they were looked for by. A passage is found by the most telling words of the query and ranked by all of them, and
-- a little by what was found of its document.
CREATE FUNCTION search.by_words(query text, of_category text, since timestamptz, most integer,
    OUT revision bigint, OUT is_phrase boolean, OUT shelves jsonb, OUT lexemes text[], OUT passages bigint[], OUT scores real[])
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE
  of_tenant text := current_setting('app.tenant');
  phrases tsquery := CASE WHEN strpos(query, '"') > 0 THEN search.phrases(query) END;
  readable integer[];
  total bigint;
  of_all bigint;
  word record;
  words text[] := '{}';
  weights float4[] := '{}';
  counts bigint[] := '{}';
  before bigint := 0;
  others text;
  telling text;
  ${slots(MOST, (i) => `q${i} tsquery; w${i} float4;`).join('\n  ')}
BEGIN
  revision := search.revision();
  is_phrase := phrases IS NOT NULL;
  SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'passages', s.passages)), '[]'),
    array_agg(s.id), coalesce(sum(s.passages), 0)
  INTO shelves, readable, total FROM public.shelves s
  WHERE s.tenant = of_tenant AND s.passages > 0 AND public.may_read(s.visibility, s.groups)
    AND (of_category IS NULL OR lower(s.category) = lower(of_category));
  SELECT sum(s.passages) INTO of_all FROM public.shelves s WHERE s.tenant = of_tenant;
  IF total = 0 THEN RETURN; END IF;
  FOR word IN SELECT * FROM search.weigh(query, readable, total) LIMIT ${MOST} LOOP
    lexemes := lexemes || word.lexeme;
    words := words || quote_literal(word.lexeme);
    weights := weights || word.weight;
    counts := counts || word.passages;
  END LOOP;
  -- A word that is in very many passages finds those only that hold another word too.
  FOR i IN 1 .. cardinality(words) LOOP
    EXIT WHEN before >= 250;
    others := CASE WHEN before + counts[i] > 400 THEN array_to_string(words[:i - 1] || words[i + 1:], ' | ') ELSE '' END;
    telling := concat_ws(' | ', telling, words[i] || CASE others WHEN '' THEN '' ELSE ' & (' || others || ')' END);
    before := before + counts[i];
  END LOOP;
  IF telling IS NULL THEN RETURN; END IF;
  ${slots(MOST, (i) => `q${i} := words[${i}]; w${i} := weights[${i}];`).join('\n  ')}
  IF total * 8 < of_all THEN${bySlots('t.shelf_id = ANY (readable)')}
  -- The index would go through the lists of all shelves, which together are as long as the table.
  ELSE${bySlots('(t.shelf_id + 0) = ANY (readable)')}
  END IF;
END $$;
`,
}

function slots(count: number, write: (slot: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => write(index + 1))
}

function bySlots(onShelf: string): string {
  const branches = SLOTS.map(
    (count, index) =>
      `${index === 0 ? 'IF' : 'ELSIF'} cardinality(words) <= ${count} THEN${ranked(count, onShelf)}`,
  )
  return `\n    ${branches.join('\n    ')}\n    END IF;`
}

/**
 * BM25 with its usual k1 and b, of a passage and with 0.3 of its document. Of one word, ts_rank_cd is the sum of the
 * weights of its places: here 2 in the title, 1.5 in headings, else 1.
 */
function ranked(count: number, onShelf: string): string {
  const all = (write: (slot: number) => string) => slots(count, write).join(' + ')
  return `
      SELECT array_agg(id), array_agg(score) INTO passages, scores FROM (
        SELECT passage.id, (passage.score + 0.3 * document.score)::real AS score
        FROM (
          SELECT array_agg(passage_id) AS ids,
            array_agg(${all((i) => `coalesce(w${i} * t${i} / (t${i} + normal), 0)`)}) AS scores,
            ${all((i) => `coalesce(w${i} * sum(t${i}) / (sum(t${i}) + 1.2), 0)`)} AS score
          FROM (
            SELECT t.passage_id, t.document_id, 0.3 + 0.9 * length(t.terms) / ${USUAL_LENGTH}.0::float8 AS normal,
              ${slots(count, (i) => `${occurrences(i)} AS t${i}`).join(', ')}
            FROM search.terms t
            WHERE t.tenant = of_tenant AND ${onShelf} AND t.terms @@ telling::tsquery
              AND (since IS NULL OR t.updated_at >= since) AND (phrases IS NULL OR t.terms @@ phrases)
            -- One word that is everywhere tells little, wherever it is looked for.
            LIMIT 3000
          ) found
          GROUP BY document_id
        ) document CROSS JOIN unnest(document.ids, document.scores) passage (id, score)
        ORDER BY score DESC, passage.id LIMIT most
      ) best;`
}

function occurrences(slot: number): string {
  // Asking whether the word is there at all costs a third of ranking by it.
  return `CASE WHEN t.terms @@ q${slot} THEN 2 * ts_rank_cd('{0.5, 0.5, 0.75, 1}', t.terms, q${slot}) END`
}
