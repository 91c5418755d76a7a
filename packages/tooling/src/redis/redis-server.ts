import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import { freePort } from '../free-port.ts'

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
  /** Saves what it is to keep, as Redis does when a machine is shut down in order. */
  stop(): Promise<void>
  /** With `kill -9`. */
  kill(): Promise<void>
  /** Accepts connections and answers nothing. */
  freeze(): void
  thaw(): void
  remove(): Promise<void>
}

export interface RedisServerOptions {
  /** Whether what it knows outlives that it is stopped; true unless told otherwise. */
  readonly keeps?: boolean
}

/** A Redis of the test's own, which runs, and is removed when the test ends. */
export async function testRedis(options?: RedisServerOptions): Promise<RedisServer> {
  const redis = await redisServer(options)
  onTestFinished(() => redis.remove())
  await redis.start()
  return redis
}

/** A Redis of our own on a free port, not yet started. */
export async function redisServer({ keeps = true }: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-redis-'))
  const port = await freePort()
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const saving = ['--save', keeps ? '3600 1' : '', '--appendonly', 'no']
  let server: ChildProcess | undefined
  const end = async (...signals: NodeJS.Signals[]) => {
    if (!server) return
    const gone = once(server, 'exit')
    for (const signal of signals) server.kill(signal)
    await gone
    server = undefined
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      server = spawn('redis-server', [...settings, ...saving], { stdio: ['ignore', 'pipe', 'ignore'] })
      await untilReady(server)
    },
    // One that is frozen hears nothing else.
    stop: () => end('SIGCONT', 'SIGTERM'),
    kill: () => end('SIGKILL'),
    freeze: () => server?.kill('SIGSTOP'),
    thaw: () => server?.kill('SIGCONT'),
    async remove() {
      await end('SIGKILL')
      await rm(folder, { recursive: true })
    },
  }
}

async function untilReady(server: ChildProcess): Promise<void> {
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
}
