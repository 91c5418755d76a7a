import { spawn } from 'node:child_process'
import { chown, open, readFile, rename, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { runAs } from './account.ts'
import type { Binaries } from './binaries.ts'
import type { Home } from './home.ts'
import { type Postmaster, waitReady } from './postmaster.ts'

const LOG_LIMIT = 5 * 1024 * 1024

export interface LaunchOptions {
  /** 0 takes any free one. */
  port: number
  durable: boolean
  /** How long to wait until it accepts connections. */
  deadline: AbortSignal
}

/**
 * Start a server in a session of its own, so that the Ctrl-C of a terminal does not reach it. Resolves once it
 * accepts connections, or with what it wrote when it gave up.
 */
export async function launch(
  home: Home,
  { postgres }: Binaries,
  { port, durable, deadline }: LaunchOptions,
): Promise<Postmaster | string> {
  const log = await openLog(home)
  try {
    const before = (await log.stat()).size
    const child = spawn(postgres, settings(home, port === 0 ? await freePort() : port, durable), {
      cwd: '/',
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      ...runAs(home.account),
    })
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const ready = await waitReady(home.data, child.pid as number, deadline)
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
    // A statement whose client was killed ends too.
    client_connection_check_interval: '5s',
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
