import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Something only one process may do at a time; released also when its holder dies, however it dies. */
export interface Lock extends AsyncDisposable {
  release(): void
}

/** Take the lock called `name` of a folder; undefined when another process holds it. */
export async function tryLock(folder: string, name: string): Promise<Lock | undefined> {
  const address = addressOf(folder, name)
  const lock = await listen(address)
  if (lock || (await waitFor(address, { untilReleased: false })) !== 'stale') return lock
  rmSync(address, { force: true })
  return listen(address)
}

/** Take the lock called `name` of a folder as soon as it is free. Rejects with the signal's reason on abort. */
export async function waitForLock(folder: string, name: string, signal?: AbortSignal): Promise<Lock> {
  for (;;) {
    signal?.throwIfAborted()
    const lock = await tryLock(folder, name)
    if (lock) return lock
    await waitFor(addressOf(folder, name), { untilReleased: true, ...(signal && { signal }) })
  }
}

/** A socket is the lock: on Linux and Windows its name is outside the file system and goes with its owner. */
function addressOf(folder: string, name: string): string {
  const key = createHash('sha256')
    .update(`${realpathSync(folder)}\0${name}`)
    .digest('hex')
    .slice(0, 24)
  if (process.platform === 'linux') return `\0atoll-${key}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\atoll-${key}`
  return join(tmpdir(), `atoll-${key}.sock`)
}

function listen(address: string): Promise<Lock | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = new Set<import('node:net').Socket>()
    const server = createServer((socket) => {
      waiting.add(socket)
      socket.on('error', () => {}).on('close', () => waiting.delete(socket))
    })
    const release = () => {
      server.close()
      for (const socket of waiting) socket.destroy()
    }
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    // The lock alone must not keep a process running.
    server.unref().listen(address, () => resolve({ release, [Symbol.asyncDispose]: async () => release() }))
  })
}

function waitFor(
  address: string,
  { untilReleased, signal }: { untilReleased: boolean; signal?: AbortSignal },
): Promise<'stale' | 'held' | 'gone'> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const end = (how: 'stale' | 'held' | 'gone') => {
      socket.destroy()
      resolve(how)
    }
    if (signal?.aborted) end('gone')
    else signal?.addEventListener('abort', () => end('gone'), { once: true })
    socket.on('connect', () => !untilReleased && end('held'))
    socket.on('close', () => end('gone'))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(error.code === 'ECONNREFUSED' && !address.startsWith('\0') ? 'stale' : 'gone'),
    )
    socket.resume()
  })
}
