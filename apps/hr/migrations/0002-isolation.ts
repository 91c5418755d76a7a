const TABLES = ['companies', 'departments', 'employees', 'projects', 'timesheets']

/** A row is visible and writable only where the transaction names its tenant; the owner is bound too. */
export const isolation = TABLES.map(isolate).join('\n')

/** The statements that bind one table's rows to `app.tenant`. */
export function isolate(table: string): string {
  return `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy tenant_isolation on ${table}
  using (tenant = current_setting('app.tenant', true))
  with check (tenant = current_setting('app.tenant', true));`
}
