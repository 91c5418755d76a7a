import type { Database } from '@atoll/database'
import { type CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import type { Planned } from './plans.ts'
import { recordStatements } from './record-statements.ts'
import type { TestDatabase } from './test-database.ts'

/**
 * As `plansOf`, and of the statements inside the functions that are called: what is read is read again by the app's
 * role on a connection where PostgreSQL tells every plan that it uses (its module auto_explain), and rolled back.
 */
export async function plansWithin<Schema>(
  { adminUrl, appUrl }: Pick<TestDatabase, 'adminUrl' | 'appUrl'>,
  database: Database<Schema>,
  read: (database: Database<Schema>) => Promise<unknown>,
): Promise<Planned[]> {
  const recorded: { settings: Settings; statements: readonly CompiledQuery[] }[] = []
  await read(
    recordStatements(database, async (trx, statements) => {
      const { rows } = await SETTINGS.execute(trx)
      if (rows[0]) recorded.push({ settings: rows[0], statements })
    }),
  )
  const client = new pg.Client({ connectionString: adminUrl, application_name: 'atoll-test-plans' })
  await client.connect()
  try {
    await client.query(TELL_PLANS)
    await client.query(`set session authorization ${client.escapeIdentifier(new URL(appUrl).username)}`)
    const planned: Planned[] = []
    for (const { settings, statements } of recorded) {
      for (const statement of statements) planned.push(...(await rerun(client, settings, statement)))
    }
    return planned
  } finally {
    await client.end()
  }
}

interface Settings {
  tenant: string
  subject: string
  scopes: string
  roles: string
}

const SETTINGS = sql<Settings>`select current_setting('app.tenant') as tenant, current_setting('app.subject') as subject,
  current_setting('app.scopes') as scopes, current_setting('app.roles') as roles`

const TELL_PLANS = `load 'auto_explain';
  set auto_explain.log_min_duration = 0;
  set auto_explain.log_nested_statements = on;
  set auto_explain.log_level = notice`

async function rerun(
  client: pg.Client,
  { tenant, subject, scopes, roles }: Settings,
  { sql: text, parameters }: CompiledQuery,
): Promise<Planned[]> {
  await client.query('begin')
  await client.query(
    `select set_config('app.tenant', $1, true), set_config('app.subject', $2, true),
      set_config('app.scopes', $3, true), set_config('app.roles', $4, true)`,
    [tenant, subject, scopes, roles],
  )
  const told: string[] = []
  const hear = ({ message }: { message?: string | undefined }) => told.push(message ?? '')
  client.on('notice', hear)
  await client.query(text, [...parameters])
  // The plan of the statement itself is told when its portal is closed.
  await client.query('rollback')
  client.off('notice', hear)
  return told.flatMap((message) => {
    const plan = planIn(message)
    return plan === undefined ? [] : [{ sql: text, plan }]
  })
}

const COSTS = / {2}\(cost=\S+ rows=\d+ width=\d+\)/
/** Another in each database. */
const OID = /'\d+'::oid/g

/** The plan below the text of the query, without costs and object ids; undefined where nothing is read. */
function planIn(message: string): string | undefined {
  const lines = message.split('\n')
  const first = lines.findIndex((line) => COSTS.test(line))
  if (first === -1 || !/ Scan /.test(message)) return undefined
  return lines
    .slice(first)
    .map((line) => line.replace(COSTS, '').replaceAll(OID, "'...'::oid"))
    .join('\n')
}
