import { InvalidError } from '@atoll/errors'
import type pg from 'pg'

/** Throws InvalidError when the role the app logs in with could get around row-level security. */
export async function checkAppRole(client: pg.Client, appRole: string): Promise<void> {
  const { rows } = await client.query<{ powerful: boolean; owner: boolean }>(
    `select rolsuper or rolbypassrls or rolcreaterole as powerful, pg_has_role(oid, current_user, 'member') as owner
     from pg_roles where rolname = $1`,
    [appRole],
  )
  const [role] = rows
  if (!role) throw new InvalidError(`The app's role "${appRole}" does not exist: create it before migrating.`)
  if (role.powerful || role.owner) {
    throw new InvalidError(
      `The app's role "${appRole}" can get around row-level security: give the app a role of its own, without SUPERUSER, BYPASSRLS, CREATEROLE and membership in the owner.`,
    )
  }
}

/** Throws InvalidError for a table with a column `tenant` or `tenant_id` that row-level security does not guard. */
export async function checkTenantTables(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; kind: string }>(
    `select c.oid::regclass::text as name, c.relkind as kind
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and a.attname in ('tenant', 'tenant_id')
       and not a.attisdropped and not c.relispartition
       and (c.relkind = 'm' or (c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)))
     order by 1`,
  )
  const [first] = rows
  if (!first) return
  throw new InvalidError(
    first.kind === 'm'
      ? `the materialized view ${first.name} holds rows of tenants, and row-level security cannot guard it: use a table.`
      : `the table ${first.name} holds rows of tenants: it needs ENABLE and FORCE ROW LEVEL SECURITY and a policy.`,
  )
}

/** What the app may do with rows: all of it, or reading alone. */
export type AppAccess = 'write' | 'read'

/** DML, or SELECT alone, on what is in `public`, and nothing else. */
export async function grantToApp(client: pg.Client, appRole: string, access: AppAccess): Promise<void> {
  const role = client.escapeIdentifier(appRole)
  await client.query(`
    revoke create on schema public from public, ${role};
    grant usage on schema public to ${role}`)
  if (access === 'read') {
    await client.query(`
      revoke all on all tables in schema public from public, ${role};
      revoke all on all sequences in schema public from public, ${role};
      grant select on all tables in schema public to ${role}`)
    return
  }
  await client.query(`
    grant select, insert, update, delete on all tables in schema public to ${role};
    grant usage, select on all sequences in schema public to ${role}`)
}
