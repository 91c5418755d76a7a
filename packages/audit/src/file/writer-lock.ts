import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Take the right to go on with a writer's chain: undefined when another process has it. Call the result to give it back. */
export async function lockWriter(folder: string, writer: string): Promise<(() => void) | undefined> {
  const address = addressOf(folder, writer)
  const lock = await listen(address)
  if (lock || address.startsWith('\0') || (await isHeld(address))) return lock
  rmSync(address, { force: true })
  return listen(address)
}

/** A socket goes with its owner, however that one dies; a lock file would stay. */
function addressOf(folder: string, writer: string): string {
  const hash = createHash('sha256')
    .update(`${realpathSync(folder)}\0${writer}`)
    .digest('hex')
    .slice(0, 24)
  if (process.platform === 'linux') return `\0atoll-audit-${hash}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\atoll-audit-${hash}`
  return join(tmpdir(), `atoll-audit-${hash}.sock`)
}

function listen(address: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.on('error', () => {}).destroy())
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.unref().listen(address, () => resolve(() => void server.close()))
  })
}

function isHeld(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
