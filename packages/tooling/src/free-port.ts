import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below those that systems give to whoever asks for any, as each connection does: what is found free here stays so until
 * it is used. Each process looks in a part of its own, as files of tests run at the same time.
 */
const FIRST = 10_000
const PARTS = 220
const PART = 100

let looked = 0

/** A port of the loopback interface that was free a moment ago, and another one each time. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PART; tries += 1) {
    const port = FIRST + (process.pid % PARTS) * PART + (looked++ % PART)
    if (await isFree(port)) return port
  }
  throw new Error(`No port of this process is free: all ${PART} are taken.`)
}

/** As many ports, no two of them the same. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) ports.push(await freePort())
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return true
  } catch {
    return false
  }
}
