import { InvalidError, UnavailableError } from '@atoll/errors'
import pg from 'pg'

/** Records as they are in the files, with columns to search by. Nothing is ever changed or removed but by its owner. */
const MIGRATIONS: Readonly<Record<string, string>> = {
  '0001_record': `
      create table atoll_audit.record (
        writer text not null,
        seq bigint not null,
        time timestamptz not null,
        event text not null,
        request_id text, trace_id text,
        subject text, tenant text, client_id text, issuer text, actor text,
        server text, kind text, name text,
        decision text, rule text, outcome text, effect text, data text, error_code text,
        duration_ms double precision, request_bytes bigint, result_bytes bigint,
        -- The record itself, byte for byte: what its hash is of.
        line text not null,
        primary key (writer, seq)
      );
      create index record_time on atoll_audit.record (time desc, writer desc, seq desc);
      create index record_subject on atoll_audit.record (subject, time desc);
      create index record_tenant on atoll_audit.record (tenant, time desc);
      create index record_name on atoll_audit.record (name, time desc);

      create function atoll_audit.refuse() returns trigger language plpgsql as $$
      begin
        raise exception 'Records of the audit are never changed or removed' using errcode = 'insufficient_privilege';
      end $$;
      create trigger refuse_row before update or delete on atoll_audit.record
        for each row execute function atoll_audit.refuse();
      create trigger refuse_all before truncate on atoll_audit.record
        for each statement execute function atoll_audit.refuse();

      -- What the writing role may learn: how far its own records came.
      create function atoll_audit.last_seq(of_writer text) returns bigint
        language sql stable security definer set search_path = '' as $$
        select coalesce(max(seq), 0) from atoll_audit.record where writer = of_writer
      $$;
      revoke all on schema atoll_audit from public;
      revoke all on all tables in schema atoll_audit from public;
      revoke all on all functions in schema atoll_audit from public`,
}

export interface AuditSchemaOptions {
  /** URL of the role that owns the schema. */
  readonly ownerUrl: string
  /** Login role of the writers: may add records, and neither read, change nor remove any. */
  readonly writerRole: string
  /** Login role of those who search: may only read. */
  readonly readerRole?: string | undefined
}

/**
 * Bring a database up to date for the audit; resolves with the migrations applied. Throws InvalidError for a role that does
 * not exist or could get around its limits, UnavailableError when the database cannot be reached.
 */
export async function migrateAudit(options: AuditSchemaOptions): Promise<string[]> {
  const { ownerUrl, writerRole, readerRole } = options
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'atoll-audit-migrate' })
  client.on('error', () => {})
  await client.connect().catch((cause) => {
    throw new UnavailableError('The database of the audit cannot be reached.', { cause })
  })
  try {
    await client.query('begin')
    await client.query(`select pg_advisory_xact_lock(hashtext('atoll.audit'))`)
    for (const role of [writerRole, readerRole]) if (role !== undefined) await checkRole(client, role)
    const applied = await apply(client)
    await grant(client, writerRole, readerRole)
    await client.query('commit')
    return applied
  } finally {
    await client.end()
  }
}

/** Names of its own: the database may belong to somebody else too. */
async function apply(client: pg.Client): Promise<string[]> {
  await client.query('create schema if not exists atoll_audit')
  await client.query(`create table if not exists atoll_audit.migration
    (name text primary key, applied_at timestamptz not null default now())`)
  const { rows } = await client.query<{ name: string }>('select name from atoll_audit.migration')
  const pending = Object.entries(MIGRATIONS).filter(([name]) => rows.every((row) => row.name !== name))
  for (const [name, sql] of pending) {
    await client.query(sql)
    await client.query('insert into atoll_audit.migration (name) values ($1)', [name])
  }
  return pending.map(([name]) => name)
}

async function checkRole(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ powerful: boolean }>(
    `select rolsuper or rolcreaterole or pg_has_role(oid, current_user, 'member') as powerful
     from pg_roles where rolname = $1`,
    [name],
  )
  const [role] = rows
  if (!role) throw new InvalidError(`The role "${name}" does not exist: create it first.`)
  if (role.powerful)
    throw new InvalidError(
      `The role "${name}" could change the audit: give it neither SUPERUSER nor CREATEROLE nor membership in the owner.`,
    )
}

async function grant(client: pg.Client, writerRole: string, readerRole: string | undefined): Promise<void> {
  const writer = client.escapeIdentifier(writerRole)
  await client.query(`
    grant usage on schema atoll_audit to ${writer};
    grant insert on atoll_audit.record to ${writer};
    grant execute on function atoll_audit.last_seq(text) to ${writer}`)
  if (readerRole === undefined) return
  const reader = client.escapeIdentifier(readerRole)
  await client.query(`
    grant usage on schema atoll_audit to ${reader};
    grant select on atoll_audit.record to ${reader}`)
}
