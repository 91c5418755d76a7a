import type { DelegatedToken, TokenExchange } from '@atoll/auth'
import { parseEnvironment } from '@atoll/server-kit'
import { principal, type TestServer, testDatabase, testServer } from '@atoll/testing'
import pg from 'pg'
import { migrations } from '../migrations/index.ts'
import type { reports } from '../src/domain.ts'
import { prepareQueue } from '../src/jobs/prepare-queue.ts'
import { PATIENCE } from '../src/jobs/queue.ts'
import { server as definition } from '../src/server.ts'
import { DELEGATES } from '../src/shown.ts'
import { DELEGATED, type Sources, startSources } from './sources.ts'

export type Deps = Awaited<ReturnType<(typeof reports)['connect']>>['deps']

const SCOPES = ['reports:read', 'reports:write']
export const alice = principal({ subject: 'alice', tenant: 'acme', scopes: SCOPES, mayDelegate: DELEGATES })
/** A colleague of hers with the same rights. */
export const bob = principal({ subject: 'bob', tenant: 'acme', scopes: SCOPES, mayDelegate: DELEGATES })
/** Somebody from another tenant. */
export const mallory = principal({
  subject: 'mallory',
  tenant: 'globex',
  scopes: SCOPES,
  mayDelegate: DELEGATES,
})

export interface Desk {
  readonly server: TestServer
  readonly deps: Deps
  readonly sources: Sources
  readonly ownerUrl: string
  readonly appUrl: string
  readonly exchange: Exchange
  /** What is in the database of `acme`, past the policies that bind the app. */
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** Ask for a report and wait for it. */
  make(type: string, options?: MakeOptions): Promise<Made>
  close(): Promise<void>
}

export interface MakeOptions {
  as?: typeof alice
  args?: Record<string, unknown>
}

// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect, and fail where it is not there
export type Made = { id: string; ready: boolean; report: any; content: any }

/** A token of somebody who may do less than otherwise. */
export const FEWER = 'a token with fewer rights'

/** A token exchange that grants what it is told to. */
export class Exchange implements TokenExchange {
  granted: readonly string[] = DELEGATES
  seconds = 900
  readonly subjects: string[] = []
  async exchange({ subjectToken }: { subjectToken: string }): Promise<DelegatedToken> {
    this.subjects.push(subjectToken)
    const expiresAt = Math.floor(Date.now() / 1000) + this.seconds
    const scopes = subjectToken === FEWER ? ['hr:read'] : this.granted
    return { token: DELEGATED, expiresAt, scopes }
  }
}

/** A database with the queue in it. */
export async function reportsDatabase(patience = PATIENCE) {
  const database = await testDatabase({ name: 'reports', migrations })
  const appRole = decodeURIComponent(new URL(database.appUrl).username)
  await prepareQueue({ ownerUrl: database.ownerUrl, appRole }, patience)
  return database
}

interface DeskOptions {
  patience?: typeof PATIENCE
  /** One that other desks use too, and whoever made it closes. */
  database?: Awaited<ReturnType<typeof reportsDatabase>>
}

/** The real server with its queue and workers, in front of sources that behave as a test says. */
export async function openDesk(
  env: Record<string, string> = {},
  { patience = PATIENCE, database: given }: DeskOptions = {},
): Promise<Desk> {
  const database = given ?? (await reportsDatabase(patience))
  const sources = await startSources()
  const exchange = new Exchange()
  let deps: Deps | undefined
  const server = await testServer(definition, {
    exchange,
    connect: async (context) => {
      const config = parseEnvironment(definition.domain.config, {
        DATABASE_URL: database.appUrl,
        GATEWAY_URL: sources.url,
        STATE_SECRET: 'a secret of these tests that is long enough',
        ...env,
      })
      const connected = await definition.domain.connect(config, context)
      deps = connected.deps
      return connected
    },
  })
  if (!deps) throw new Error('The server did not connect')
  return {
    server,
    deps,
    sources,
    exchange,
    ownerUrl: database.ownerUrl,
    appUrl: database.appUrl,
    rows: (text) => rowsOf(database.ownerUrl, text),
    async make(type, { as = alice, args = {} } = {}) {
      const date_range = { from: '2026-01-01', to: '2026-03-31' }
      const result = await server.call('generate_report', { type, date_range, ...args }, { as })
      if (result.isError) throw new Error(textOf(result))
      return result.structuredContent
    },
    async close() {
      await server.close()
      await sources.close()
      if (!given) await database.close()
    },
  }
}

/** As the owner of the schema, in tenant `acme`. */
export async function rowsOf(ownerUrl: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(`select set_config('app.tenant', 'acme', false)`)
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** What a refused call tells the caller. */
export function textOf(result: { content: { text?: string }[] }): string {
  return result.content[0]?.text ?? ''
}

export const { signal } = new AbortController()
