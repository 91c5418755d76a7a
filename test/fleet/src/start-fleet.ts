import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePorts } from '@atoll/tooling/free-port'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** What `.atoll/fleet.json` holds. */
export interface FleetFile {
  gateway: { url: string; mcp: string }
  servers: Record<
    'hr' | 'orders' | 'knowledge-base' | 'analytics' | 'reports',
    { url: string; mcp: string; token: string }
  >
  token: string
  tenant: string
}

export interface Fleet extends FleetFile {
  /** Environment that makes `atoll` and the apps use this fleet. */
  env: Record<string, string>
  /** What the launcher said until all was up. */
  said: string
  stop(): Promise<void>
}

const PATIENCE = 120_000

/** The whole fleet on free ports, as `npm start` runs it, in a folder of its own. */
export async function startFleet(): Promise<Fleet> {
  const home = await mkdtemp(join(tmpdir(), 'atoll-fleet-'))
  // PostgreSQL may run as another user, who then has to get in; what is secret in there has its own mode.
  await chmod(home, 0o755)
  const [gateway, hr, orders, knowledgeBase, analytics, reports, postgres] = await freePorts(7)
  const env = {
    ATOLL_HOME: home,
    ATOLL_PORT_GATEWAY: String(gateway),
    ATOLL_PORT_HR: String(hr),
    ATOLL_PORT_ORDERS: String(orders),
    ATOLL_PORT_KNOWLEDGE_BASE: String(knowledgeBase),
    ATOLL_PORT_ANALYTICS: String(analytics),
    ATOLL_PORT_REPORTS: String(reports),
    ATOLL_POSTGRES_PORT: String(postgres),
  }
  const launcher = spawn(process.execPath, [join(ROOT, 'packages/cli/src/main.ts'), 'start'], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = collect(launcher)
  async function stop(): Promise<void> {
    if (launcher.exitCode === null) {
      const ended = once(launcher, 'exit')
      launcher.kill('SIGTERM')
      await ended
    }
    await rm(home, { recursive: true, force: true })
  }
  try {
    const file = await waitForFile(join(home, 'fleet.json'), launcher, output)
    return { ...file, env, said: output(), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function waitForFile(path: string, launcher: ChildProcess, output: () => string): Promise<FleetFile> {
  const giveUpAt = Date.now() + PATIENCE
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text) as FleetFile
    if (launcher.exitCode !== null)
      throw new Error(`The launcher ended with ${launcher.exitCode}:\n${output()}`)
    if (Date.now() > giveUpAt) throw new Error(`The fleet did not start:\n${output()}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = ''
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return () => text
}
