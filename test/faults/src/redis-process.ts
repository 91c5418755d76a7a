import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'

export interface RedisProcess {
  readonly url: string
  start(): Promise<void>
  /** With `kill -9`. */
  stop(): Promise<void>
}

/** A Redis of the test's own, which may go away; it keeps nothing on disk. */
export async function redisProcess(): Promise<RedisProcess> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const stop = async () => {
    if (!child) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
    child = undefined
  }
  const start = async () => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    child = spawn('redis-server', settings, { stdio: 'ignore' })
    await eventually('Redis takes connections', () => isOpen(port))
  }
  onTestFinished(stop)
  await start()
  return { url: `redis://127.0.0.1:${port}`, start, stop }
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}
