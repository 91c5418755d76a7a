import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Whether this machine has a Redis to start; the suites that stop and freeze one are skipped where not. */
export const hasRedisServer = (() => {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

export interface RedisServer {
  readonly url: string
  start(): Promise<void>
  /** Saves, as Redis does when a machine is shut down in order. */
  stop(): Promise<void>
  /** Accepts connections and answers nothing. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

/** A Redis of our own on a free port, not yet started. */
export async function redisServer(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-redis-'))
  const port = await freePort()
  let server: ChildProcess | undefined
  const stop = async () => {
    if (!server) return
    const gone = once(server, 'exit')
    server.kill('SIGCONT')
    server.kill('SIGTERM')
    await gone
    server = undefined
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '3600 1']
      server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] })
      if (!server.stdout) throw new Error('redis-server has no output')
      const { promise: ready, resolve } = Promise.withResolvers<void>()
      createInterface(server.stdout).on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve()
      })
      const failed = once(server, 'exit').then(() => {
        throw new Error('redis-server did not start')
      })
      await Promise.race([ready, failed])
      failed.catch(() => {})
    },
    stop,
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async remove() {
      await stop()
      await rm(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port')
  return address.port
}
