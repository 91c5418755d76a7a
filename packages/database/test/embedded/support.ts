import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import {
  type EmbeddedPostgres,
  findEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/embedded/index.ts'

/** A folder that goes with the test, and the server in it too. */
export async function scratchFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-embedded-test-'))
  await chmod(folder, mode)
  onTestFinished(async () => {
    await (await findEmbeddedPostgres(folder))?.stop()
    const outside = await readFile(join(folder, 'location'), 'utf8').catch(() => '')
    for (const path of [outside.trim(), folder]) if (path) await rm(path, { recursive: true, force: true })
  })
  return folder
}

export function start(dataDirectory: string, options = {}): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDirectory, port: 0, durable: false, ...options })
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Start the server from a process of its own, which stays until it is killed. */
export async function startElsewhere(folder: string): Promise<{
  process: ChildProcess
  server: Pick<EmbeddedPostgres, 'pid' | 'port' | 'reused' | 'adminUrl'>
}> {
  const script = fileURLToPath(new URL('./starter.ts', import.meta.url))
  // In a group of its own, as a terminal gives each command.
  const child = spawn(process.execPath, [script, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = await once(child.stdout, 'data')
  return { process: child, server: JSON.parse(String(line)) }
}
