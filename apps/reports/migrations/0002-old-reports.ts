/**
 * What it takes to remove reports that ended long ago: which tenants there are, which the policies hide from everybody
 * outside of them, and a function that may delete, of the transaction's tenant, where the server's role may not.
 */
export const oldReports = {
  up: `
CREATE TABLE report_tenants (tenant text PRIMARY KEY CHECK (tenant <> ''));
ALTER TABLE report_tenants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY names ON report_tenants FOR SELECT USING (true);
CREATE POLICY owner ON report_tenants TO CURRENT_USER USING (true);

CREATE FUNCTION note_tenant() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_tenants SELECT DISTINCT tenant FROM added ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER note_tenant AFTER INSERT ON reports
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION note_tenant();

-- Some of the tenant's reports that ended before then, the oldest first; how many.
CREATE FUNCTION remove_old_reports(ended_before timestamptz, most integer) RETURNS bigint
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH removed AS (
    DELETE FROM reports WHERE (tenant, id) IN (
      SELECT tenant, id FROM reports
      WHERE tenant = current_setting('app.tenant', true) AND finished_at < ended_before
      ORDER BY finished_at LIMIT most
    ) RETURNING id
  )
  SELECT count(*) FROM removed
$$;

CREATE INDEX reports_by_end ON reports (tenant, finished_at);
CREATE INDEX reports_by_status ON reports (tenant, subject, status, requested_at DESC, id DESC);

-- The reports there are, of all tenants.
ALTER TABLE reports NO FORCE ROW LEVEL SECURITY;
INSERT INTO report_tenants SELECT DISTINCT tenant FROM reports;
ALTER TABLE reports FORCE ROW LEVEL SECURITY;
`,
}
