import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { coresUsed } from './core-time.ts'
import type { Observed } from './observe.ts'

/** The app's entry as it is run from source. */
export const MAIN = fileURLToPath(new URL('../../../apps/knowledge-base/src/main.ts', import.meta.url))
export const OBSERVE = fileURLToPath(new URL('./observe.ts', import.meta.url))

export interface Ran {
  said: string
  /** Milliseconds from its start to its end. */
  elapsed: number
  /** Milliseconds of a core, by thread. */
  cores: ReadonlyMap<string, number>
  observed: Observed
}

/** Run a command of the app in a process of its own. Throws when it fails. */
export async function runApp(args: readonly string[], env: Record<string, string>): Promise<Ran> {
  const directory = await mkdtemp(join(tmpdir(), 'atoll-bench-'))
  const file = join(directory, 'observed.json')
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['--import', OBSERVE, MAIN, ...args], {
    env: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      BENCH_OBSERVED: file,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const cores = coresUsed(child.pid ?? 0)
  const said: Buffer[] = []
  const complained: Buffer[] = []
  child.stdout.on('data', (chunk) => said.push(chunk))
  child.stderr.on('data', (chunk) => complained.push(chunk))
  const code = await new Promise((resolve) => child.once('close', resolve))
  const elapsed = performance.now() - startedAt
  try {
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${Buffer.concat(complained)}`)
    const observed: Observed = JSON.parse(await readFile(file, 'utf8'))
    return { said: Buffer.concat(said).toString(), elapsed, cores: cores.stop(), observed }
  } finally {
    cores.stop()
    await rm(directory, { recursive: true })
  }
}
