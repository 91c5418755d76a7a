import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CountingProxy {
  /** The same database, through the proxy. */
  url: string
  /** How often the server has said that it is ready for the next query: once for each round trip. */
  readonly roundTrips: number
  close(): Promise<void>
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0)
const HEADER = 5

/** A TCP proxy in front of PostgreSQL that counts round trips (PostgreSQL protocol, Message Formats). */
export async function countingProxy(url: string): Promise<CountingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let roundTrips = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    const count = messageReader((type) => {
      if (type === READY_FOR_QUERY) roundTrips += 1
    })
    upstream.on('data', count)
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {
        client.destroy()
        upstream.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const through = new URL(url)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    get roundTrips() {
      return roundTrips
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Tells of every message in a stream that is cut anywhere: a byte for its type, four for the length of the rest. */
function messageReader(onMessage: (type: number) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.length >= HEADER) {
      const length = 1 + pending.readInt32BE(1)
      if (pending.length < length) return
      onMessage(pending[0] ?? 0)
      pending = pending.subarray(length)
    }
  }
}
