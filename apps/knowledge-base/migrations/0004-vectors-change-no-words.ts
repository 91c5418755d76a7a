/** Vectors change no words: where all were counted before, all are counted after. */
export const vectorsChangeNoWords = {
  up: `
ALTER FUNCTION search.add_vectors(text, bigint[], jsonb) RENAME TO store_vectors;
CREATE FUNCTION search.add_vectors(of_model text, passages bigint[], embeddings jsonb)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM search.store_vectors(of_model, passages, embeddings);
  -- It made exactly one revision, and holds the lock of its row.
  UPDATE search.revisions SET counted = revision
  WHERE tenant = current_setting('app.tenant') AND counted = revision - 1;
END $$;
`,
}
