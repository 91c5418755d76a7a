import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Proxy {
  /** The URL, led through the proxy. */
  readonly url: string
  /** Times that the client spoke after the server had. */
  flights: number
  /** Stop passing anything on, as a dead network does. */
  freeze(): void
  /** Cut the connection instead of passing on what holds this text. */
  cutAt(text: string): void
}

/** Stands between a client and the server. Closes with the test. */
export async function proxyTo(target: string): Promise<Proxy> {
  const url = new URL(target)
  const sockets = new Set<Socket>()
  let frozen = false
  let fatal: string | undefined
  const server = createServer((client) => {
    const upstream = dial(Number(url.port || 5432), url.hostname)
    let serverSpoke = true
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}))
    client.on('data', (chunk) => {
      if (frozen) return
      if (fatal !== undefined && chunk.includes(fatal)) return client.destroy()
      if (serverSpoke) proxy.flights += 1
      serverSpoke = false
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (frozen) return
      serverSpoke = true
      client.write(chunk)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const through = new URL(target)
  through.hostname = '127.0.0.1'
  through.port = String((server.address() as AddressInfo).port)
  const proxy: Proxy = {
    url: through.href,
    flights: 0,
    freeze() {
      frozen = true
    },
    cutAt(text) {
      fatal = text
    },
  }
  return proxy
}
