import { createHash } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Run `task` while no other start installs into this folder; a second one waits for the first. */
export async function alone(root, task) {
  const name = lockName(root)
  for (;;) {
    const held = await listen(name)
    if (held) {
      try {
        return await task()
      } finally {
        held.release()
      }
    }
    process.stderr.write('Another start is installing into this folder; waiting for it …\n')
    if ((await untilReleased(name)) === 'stale') rmSync(name, { force: true })
  }
}

/** A socket as a lock: on Linux and Windows the system releases it when its owner dies, however it dies. */
function lockName(root) {
  const key = `atoll-install-${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 24)}`
  if (process.platform === 'linux') return `\0${key}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${key}`
  return join(tmpdir(), `${key}.sock`)
}

function listen(name) {
  return new Promise((resolve, reject) => {
    const waiting = new Set()
    const server = createServer((socket) => waiting.add(socket.on('error', () => {})))
    const release = () => {
      server.close()
      for (const socket of waiting) socket.destroy()
    }
    server.on('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(name, () => resolve({ release }))
  })
}

function untilReleased(name) {
  return new Promise((resolve) => {
    connect(name)
      .on('error', (error) =>
        resolve(error.code === 'ECONNREFUSED' && !name.startsWith('\0') ? 'stale' : 'gone'),
      )
      .on('close', () => resolve('gone'))
      .resume()
  })
}
