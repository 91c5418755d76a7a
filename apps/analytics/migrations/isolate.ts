/**
 * A transaction sees the rows of its tenant and nothing else, the owner's too. The owner imports; everybody else reads:
 * a command without a policy is refused, whatever is granted.
 */
export function isolate(table: string): string {
  return `
ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON ${table} AS RESTRICTIVE USING (tenant = current_setting('app.tenant', true));
CREATE POLICY owner ON ${table} TO CURRENT_USER USING (true);
CREATE POLICY reading ON ${table} FOR SELECT USING (true);`
}
