import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface CuttableProxy {
  readonly url: string
  /** Drop every connection and refuse new ones. */
  cut(): Promise<void>
  mend(): Promise<void>
}

/** A way to a Redis that a test can cut for one process alone. */
export async function cuttableProxy(target: string): Promise<CuttableProxy> {
  const { hostname, port, pathname } = new URL(target)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(port || 6379), hostname)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  })
  let own = 0
  const mend = async () => {
    server.listen(own, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address === 'object' && address) own = address.port
  }
  await mend()
  return {
    url: `redis://127.0.0.1:${own}${pathname}`,
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    mend,
  }
}
