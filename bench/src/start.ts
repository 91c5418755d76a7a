import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signingKeysFile } from '@atoll/auth'
import Table from 'cli-table3'
import { median } from './median.ts'

const APPS = fileURLToPath(new URL('../../apps', import.meta.url))
const RUNS = 5

/**
 * Bundled servers as they ship: milliseconds from the spawn to the first answer of `/health` (which needs neither
 * database nor neighbours, unlike `/ready`), and resident memory at rest a second later.
 */
export async function benchStart(): Promise<void> {
  const table = new Table({
    head: ['bundled server', 'to /health, ms (median)', 'resident MB', 'bundle MB'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const app of readdirSync(APPS).sort()) {
    const bundle = join(APPS, app, 'dist/main.mjs')
    if (!existsSync(bundle)) {
      process.stderr.write(`  ${app} is not built: run pnpm turbo build first\n`)
      continue
    }
    const runs = []
    for (let run = 0; run < RUNS; run += 1) runs.push(await start(bundle, 39_000 + run))
    const size = readFileSync(bundle).byteLength / 1e6
    const healthy = median(runs.map((run) => run.healthy))
    const resident = median(runs.map((run) => run.resident))
    table.push([app, healthy.toFixed(0), resident.toFixed(0), size.toFixed(1)])
  }
  process.stdout.write(`${table.toString()}\n`)
}

async function start(bundle: string, port: number): Promise<{ healthy: number; resident: number }> {
  const cwd = await mkdtemp(join(tmpdir(), 'atoll-start-'))
  const signingKey = join(cwd, 'gateway-key.json')
  signingKeysFile(signingKey)
  const env = {
    PATH: process.env.PATH ?? '',
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: String(port),
    LOG_LEVEL: 'error',
    STATE_SECRET: 'a-secret-of-at-least-32-characters',
    // Nothing listens there: a server must start without its neighbours.
    DATABASE_URL: 'postgres://app@127.0.0.1:1/none',
    GATEWAY_SERVERS: '[]',
    GATEWAY_SIGNING_KEY_FILE: signingKey,
  }
  const startedAt = performance.now()
  const child = spawn(process.execPath, [bundle], { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    while (!(await isAlive(port))) {
      if (child.exitCode !== null) throw new Error(`${bundle} ended with ${child.exitCode}`)
      if (performance.now() - startedAt > 20_000) throw new Error(`${bundle} did not start within 20 s`)
    }
    const healthy = performance.now() - startedAt
    await new Promise((resolve) => setTimeout(resolve, 1000))
    return { healthy, resident: residentMegabytes(child.pid ?? 0) }
  } finally {
    const ended = child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : undefined
    child.kill('SIGTERM')
    await ended
    await rm(cwd, { recursive: true })
  }
}

async function isAlive(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`)).ok
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 2))
    return false
  }
}

function residentMegabytes(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(line?.[1]) / 1000
}
