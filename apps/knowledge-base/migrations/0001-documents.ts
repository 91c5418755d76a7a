/**
 * A shelf is where documents with the same category, visibility and groups stand. Who may read is decided once for
 * each shelf, by `may_read`, and everything below asks for the shelf: rows by policy, search before it ranks.
 */
export const documents = {
  up: `
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- The one rule of who may read; rules.ts says the same for notifications, and a test compares the two.
CREATE FUNCTION may_read(visibility text, groups text[])
  RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE visibility
    WHEN 'public' THEN true
    WHEN 'internal' THEN NOT coalesce(nullif(current_setting('app.roles', true), '')::jsonb ? 'guest', false)
    WHEN 'confidential' THEN
      'kb:confidential' = ANY (string_to_array(coalesce(current_setting('app.scopes', true), ''), ' '))
    ELSE false
  END AND (
    groups = '{}' OR coalesce(nullif(current_setting('app.roles', true), '')::jsonb ?| groups, false));

CREATE TABLE shelves (
  tenant text NOT NULL CHECK (tenant <> ''),
  id integer GENERATED ALWAYS AS IDENTITY,
  category text NOT NULL CHECK (category <> ''),
  visibility text NOT NULL CHECK (visibility IN ('public', 'internal', 'confidential')),
  -- Sorted, so that the same groups are the same shelf.
  groups text[] NOT NULL DEFAULT '{}',
  -- How many stand on it.
  documents integer NOT NULL DEFAULT 0,
  passages integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, category, visibility, groups)
);

CREATE TABLE documents (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  shelf_id integer NOT NULL,
  title text NOT NULL,
  -- Markdown, as passages were cut from it.
  body text NOT NULL,
  media_type text NOT NULL,
  -- Of an imported file: the import it belongs to, its path there, and a hash of what was imported.
  source text,
  path text,
  content_hash text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  updated_by text NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, source, path),
  CHECK ((source IS NULL) = (path IS NULL) AND (source IS NULL) = (content_hash IS NULL)),
  FOREIGN KEY (tenant, shelf_id) REFERENCES shelves (tenant, id)
);
CREATE INDEX documents_by_shelf ON documents (tenant, shelf_id, title, id);

CREATE TABLE passages (
  tenant text NOT NULL CHECK (tenant <> ''),
  id bigint GENERATED ALWAYS AS IDENTITY,
  document_id text NOT NULL,
  shelf_id integer NOT NULL,
  -- From 0, in the order of the document.
  position integer NOT NULL,
  headings text[] NOT NULL,
  -- Markdown, and the same without its syntax, which is what is searched and quoted.
  body text NOT NULL,
  plain text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, document_id, position),
  FOREIGN KEY (tenant, document_id) REFERENCES documents (tenant, id) ON DELETE CASCADE
);

-- What a passage means to one model. Read by the vector index of the server, never handed out.
CREATE TABLE vectors (
  tenant text NOT NULL CHECK (tenant <> ''),
  passage_id bigint NOT NULL,
  model text NOT NULL,
  dimensions integer NOT NULL,
  shelf_id integer NOT NULL,
  document_id text NOT NULL,
  updated_at timestamptz NOT NULL,
  embedding real[] NOT NULL CHECK (array_length(embedding, 1) = dimensions),
  PRIMARY KEY (tenant, passage_id, model),
  FOREIGN KEY (tenant, passage_id) REFERENCES passages (tenant, id) ON DELETE CASCADE
);
CREATE INDEX vectors_by_document ON vectors (tenant, document_id, model);

-- The revision that last touched a document, kept when it is gone: how memory follows the tables.
CREATE TABLE touched (
  tenant text NOT NULL CHECK (tenant <> ''),
  document_id text NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (tenant, document_id)
);
CREATE INDEX touched_by_revision ON touched (tenant, revision);

ALTER TABLE shelves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE passages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE vectors ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE touched ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON shelves AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON documents AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON passages AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON vectors AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY tenant ON touched AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));

-- The owner imports.
CREATE POLICY owner ON shelves TO CURRENT_USER USING (true);
CREATE POLICY owner ON documents TO CURRENT_USER USING (true);
CREATE POLICY owner ON passages TO CURRENT_USER USING (true);

-- A caller sees and changes what stands on shelves it may read. Putting a document where its author could not
-- read it is refused too.
CREATE POLICY readable ON shelves USING (may_read(visibility, groups));
CREATE POLICY readable ON documents USING (shelf_id IN (SELECT s.id FROM shelves s));
CREATE POLICY readable ON passages USING (shelf_id IN (SELECT s.id FROM shelves s));
-- Book-keeping of the server itself.
CREATE POLICY everyone ON vectors USING (true);
CREATE POLICY everyone ON touched USING (true);
`,
}
