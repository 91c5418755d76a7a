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
-- What is kept beside a passage follows it.
CREATE FUNCTION search.follow_passage() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO search.terms (tenant, passage_id, shelf_id, updated_at, terms)
    SELECT NEW.tenant, NEW.id, NEW.shelf_id, NEW.updated_at,
      setweight(to_tsvector('english', d.title), 'A')
        || setweight(to_tsvector('english', array_to_string(NEW.headings, ' ')), 'B')
        || setweight(to_tsvector('english', NEW.plain), 'D')
    FROM public.documents d WHERE d.tenant = NEW.tenant AND d.id = NEW.document_id;
  ELSE
    UPDATE search.terms SET shelf_id = NEW.shelf_id, updated_at = NEW.updated_at
      WHERE tenant = NEW.tenant AND passage_id = NEW.id;
    UPDATE public.vectors SET shelf_id = NEW.shelf_id, updated_at = NEW.updated_at
      WHERE tenant = NEW.tenant AND passage_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER terms_of_new AFTER INSERT ON passages FOR EACH ROW EXECUTE FUNCTION search.follow_passage();
CREATE TRIGGER terms_of_moved AFTER UPDATE OF shelf_id, updated_at ON passages FOR EACH ROW
  WHEN (OLD.shelf_id <> NEW.shelf_id OR OLD.updated_at <> NEW.updated_at)
  EXECUTE FUNCTION search.follow_passage();

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
  RETURN true;
END $$;
`,
}
