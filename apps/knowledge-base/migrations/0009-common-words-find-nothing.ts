export const commonWordsFindNothing = {
  up: `
-- A word beyond the first few hundred passages finds those only that hold another word of the query too. Words that are in
-- more than an eighth of all passages no longer count as another one where the rarer ones leave about a hundred: nearly every
-- passage held one of them, so that thousands were ranked for it, of which all but the first 3,000 were left out by chance.
DO $$
DECLARE
  was text := pg_get_functiondef('search.by_words(text, text[], text, timestamptz, integer)'::regprocedure);
  becomes text := replace(was,
    $of$SELECT string_agg(words[o], ' | ') FROM$of$,
    $of$SELECT CASE
        WHEN counts[i] > 400
          AND counts[i] * (1 - exp(sum(ln(1 - counts[o]::float8 / total)) FILTER (WHERE counts[o] * 8 <= total))) >= 100
        THEN string_agg(words[o], ' | ') FILTER (WHERE counts[o] * 8 <= total)
        ELSE string_agg(words[o], ' | ') END
      FROM$of$);
BEGIN
  IF becomes = was THEN RAISE EXCEPTION 'search.by_words is not the one of the migration before'; END IF;
  -- Whose it is and who may call it stay.
  EXECUTE becomes;
END $$;
`,
}
