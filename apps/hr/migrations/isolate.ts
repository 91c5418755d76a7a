/**
 * The statements that bind a table's rows to `app.tenant`: a row is visible and writable only where the
 * transaction names its tenant, for the owner too.
 */
export function isolate(table: string): string {
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenant_isolation on ${table}
  using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));`
}
