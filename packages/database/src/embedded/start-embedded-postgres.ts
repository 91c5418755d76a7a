import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '@atoll/errors'
import pg from 'pg'
import { binariesFor } from './binaries.ts'
import { exists } from './exists.ts'
import { type Circumstances, explain } from './explain.ts'
import { existingHome, type Home, homeFor } from './home.ts'
import { initialise } from './initialise.ts'
import { launch } from './launch.ts'
import { findPostmaster, type Postmaster, stopPostmaster, waitReady } from './postmaster.ts'

export interface EmbeddedPostgresOptions {
  /** A folder of its own; made when missing. What is in it survives restarts. */
  dataDirectory: string
  /** On 127.0.0.1; 0 takes any free one. A server that already runs keeps the port it has. */
  port: number
  onProgress?: (text: string) => void
  /** False trades crash safety for speed: for tests. */
  durable?: boolean
}

export interface EmbeddedPostgres {
  readonly port: number
  /** Superuser, database `postgres`. */
  readonly adminUrl: string
  readonly pid: number
  /** It was already running: a second start, or the survivor of a killed parent. */
  readonly reused: boolean
  /** Fast shutdown, immediate after 10 s. Stops it for everybody who shares it. */
  stop(): Promise<void>
}

const START_DEADLINE = 60_000
const STOP_PATIENCE = 10_000
const PAUSE = 50
/** Another start won, or the workers of a killed server are still leaving. */
const RACE = /lock file "postmaster.pid" (already exists|is empty)|shared memory block .* is still in use/

/**
 * Start, or take over, the PostgreSQL that belongs to this folder and listens on 127.0.0.1 only, with passwords.
 * It runs in a session of its own and goes on until `stop`, even when this process is killed.
 * Throws UnavailableError with one sentence that says what is wrong and what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const circumstances: Circumstances = { directory: options.dataDirectory, port: options.port }
  try {
    return await start(options, circumstances)
  } catch (error) {
    throw explain(error, circumstances)
  }
}

/** The server of this folder if it runs, however it was started. */
export async function findEmbeddedPostgres(dataDirectory: string): Promise<EmbeddedPostgres | undefined> {
  try {
    const home = await existingHome(dataDirectory)
    return home && (await running(home, AbortSignal.timeout(START_DEADLINE)))
  } catch (error) {
    throw explain(error, { directory: dataDirectory, port: 0 })
  }
}

async function start(
  options: EmbeddedPostgresOptions,
  circumstances: Circumstances,
): Promise<EmbeddedPostgres> {
  const { port, onProgress = () => {}, durable = true } = options
  const home = await homeFor(options.dataDirectory)
  Object.assign(circumstances, { directory: home.base, account: home.account, log: home.log })
  const binaries = await binariesFor(home.account, home.base)
  await checkOwner(home, dirname(home.data))
  await initialise(home, binaries, { durable, onProgress })
  await checkOwner(home, home.data)
  const deadline = AbortSignal.timeout(START_DEADLINE)
  for (;;) {
    const found = await running(home, deadline)
    if (found) return found
    onProgress('Starting PostgreSQL')
    const result = await launch(home, binaries, { port, durable, deadline })
    if (typeof result !== 'string') return handle(home, result, false)
    const lostPort = port === 0 && result.includes('Address already in use')
    if (!lostPort && !RACE.test(result)) throw explain(result, circumstances)
    await sleep(PAUSE, undefined, { signal: deadline })
  }
}

/** Waits for a server that is starting or leaving. */
async function running(home: Home, deadline: AbortSignal): Promise<EmbeddedPostgres | undefined> {
  for (;;) {
    const found = await findPostmaster(home.data)
    if (!found) return undefined
    const ready = await waitReady(home.data, found.pid, deadline)
    const server = ready && (await handle(home, ready, true))
    // One that is being killed still looks alive for a moment.
    if (server && (await answers(server.adminUrl))) return server
    await sleep(PAUSE, undefined, { signal: deadline })
  }
}

async function handle(home: Home, { pid, port }: Postmaster, reused: boolean): Promise<EmbeddedPostgres> {
  const password = (await readFile(home.password, 'utf8')).trim()
  return {
    port,
    pid,
    reused,
    adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => stopPostmaster(home.data, pid, STOP_PATIENCE),
  }
}

async function checkOwner({ account, base }: Home, path: string): Promise<void> {
  if (!(await exists(path))) return
  const { uid } = await stat(path)
  if (uid === (account?.uid ?? process.getuid?.() ?? uid)) return
  throw new UnavailableError(
    `The PostgreSQL data in ${base} belongs to another user (${uid}): start as that user, or remove the folder to begin again without data.`,
  )
}

/** False when nobody listens any more; a refused login is thrown. */
async function answers(adminUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code?.startsWith('28')) throw error
    return false
  } finally {
    await client.end()
  }
}
