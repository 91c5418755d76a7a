import { spawn } from 'node:child_process'
import { chown, open, readFile, rename, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Binaries, binariesFor } from './binaries.ts'
import { type Circumstances, explain } from './explain.ts'
import { type Home, homeFor } from './home.ts'
import { initialise } from './initialise.ts'
import { findPostmaster, type Postmaster, stopPostmaster, waitReady } from './postmaster.ts'

export interface EmbeddedPostgresOptions {
  /** A folder of its own; made when missing. What is in it survives restarts. */
  dataDirectory: string
  /** On 127.0.0.1; 0 takes any free one. */
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
  /** Fast shutdown, immediate after 10 s. */
  stop(): Promise<void>
}

const START_DEADLINE = 60_000
const STOP_PATIENCE = 10_000
/** Another start won, or the workers of a killed server are still leaving. */
const RACE = /lock file "postmaster.pid" already exists|shared memory block .* is still in use/
const LOG_LIMIT = 5 * 1024 * 1024

/**
 * Start (or take over) a PostgreSQL that belongs to this folder and listens on 127.0.0.1 only, with passwords.
 * It runs in its own process group, so Ctrl-C in a terminal does not reach it before `stop` does.
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
    const home = await homeFor(dataDirectory)
    const running = await findPostmaster(home.data)
    const ready = running && (await waitReady(home.data, running.pid, AbortSignal.timeout(START_DEADLINE)))
    return ready && (await handle(home, ready, true))
  } catch (error) {
    throw explain(error, { directory: dataDirectory, port: 0 })
  }
}

async function start(
  options: EmbeddedPostgresOptions,
  circumstances: Circumstances,
): Promise<EmbeddedPostgres> {
  const { onProgress = () => {}, durable = true } = options
  const home = await homeFor(options.dataDirectory)
  Object.assign(circumstances, { directory: home.base, account: home.account, log: home.log })
  const binaries = await binariesFor(home.account, home.base)
  await initialise(home, binaries, onProgress)
  const deadline = AbortSignal.timeout(START_DEADLINE)
  for (;;) {
    const running = await findPostmaster(home.data)
    if (running) {
      const ready = await waitReady(home.data, running.pid, deadline)
      if (ready) return handle(home, ready, true)
      continue
    }
    onProgress('Starting PostgreSQL')
    const port = options.port === 0 ? await freePort() : options.port
    const result = await launch(home, binaries, port, durable, deadline)
    if (typeof result !== 'string') return handle(home, result, false)
    const lostPort = options.port === 0 && result.includes('Address already in use')
    if (!lostPort && !RACE.test(result)) throw explain(result, circumstances)
    await sleep(50, undefined, { signal: deadline })
  }
}

/** The server once it accepts connections, or what it wrote when it gave up. */
async function launch(
  home: Home,
  { postgres }: Binaries,
  port: number,
  durable: boolean,
  deadline: AbortSignal,
): Promise<Postmaster | string> {
  const log = await openLog(home)
  try {
    const before = (await log.stat()).size
    const child = spawn(postgres, settings(home, port, durable), {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      ...(home.account && { uid: home.account.uid, gid: home.account.gid }),
    })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const pid = child.pid as number
    const ready = await waitReady(home.data, pid, deadline)
    return ready ?? (await readFile(home.log)).subarray(before).toString()
  } finally {
    await log.close()
  }
}

function settings({ data }: Home, port: number, durable: boolean): string[] {
  const values = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return ['-D', data, ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

async function openLog({ log, account }: Home) {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  )
  if (size > LOG_LIMIT) await rename(log, `${log}.1`)
  const file = await open(log, 'a', 0o600)
  if (account) await chown(log, account.uid, account.gid)
  return file
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
