export const reports = {
  up: `
CREATE TABLE reports (
  tenant text NOT NULL CHECK (tenant <> ''),
  id text NOT NULL,
  -- The token subject that asked for it.
  subject text NOT NULL CHECK (subject <> ''),
  type text NOT NULL,
  from_day date NOT NULL,
  to_day date NOT NULL CHECK (to_day >= from_day),
  department text,
  priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
  -- The scopes of other servers that the caller had when asking: no section was made with any other.
  granted text[] NOT NULL,
  -- The same for the same question of a caller with the same rights.
  fingerprint text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'ready', 'failed', 'cancelled')),
  -- The job of the queue that makes it.
  job_id uuid NOT NULL,
  -- Which run holds it: only that one may finish it.
  attempt integer NOT NULL DEFAULT 0,
  steps_done integer NOT NULL DEFAULT 0,
  steps_total integer NOT NULL CHECK (steps_total > 0),
  -- With what its sources are asked, sealed; gone when there is nothing left to ask.
  sealed_authorization text,
  content jsonb,
  failure text,
  requested_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  PRIMARY KEY (tenant, id),
  CONSTRAINT no_authorization_without_work CHECK (
    sealed_authorization IS NULL OR status IN ('queued', 'running')),
  CONSTRAINT content_when_ready CHECK ((status = 'ready') = (content IS NOT NULL)),
  CONSTRAINT reason_when_failed CHECK ((status = 'failed') = (failure IS NOT NULL)),
  CONSTRAINT an_end_when_ended CHECK ((status IN ('queued', 'running')) = (finished_at IS NULL))
);
CREATE INDEX reports_by_subject ON reports (tenant, subject, requested_at DESC, id DESC);
-- Who asks the same again while it is being made gets the one that is being made.
CREATE UNIQUE INDEX reports_under_way ON reports (tenant, subject, fingerprint)
  WHERE status IN ('queued', 'running');

ALTER TABLE reports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- The first wall: a transaction sees its tenant and nothing else, the owner's too.
CREATE POLICY tenant ON reports AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY owner ON reports TO CURRENT_USER USING (true);
-- The second wall: a report belongs to the person who asked for it. Nobody deletes one.
CREATE POLICY own ON reports FOR SELECT USING (subject = current_setting('app.subject', true));
CREATE POLICY own_new ON reports FOR INSERT WITH CHECK (subject = current_setting('app.subject', true));
CREATE POLICY own_change ON reports FOR UPDATE USING (subject = current_setting('app.subject', true));
`,
}
