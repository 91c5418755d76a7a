import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A door in front of a server for clients that have no token: what passes gets one, and is else as it was. */
export async function withToken(origin: string, token: string) {
  const { hostname, port } = new URL(origin)
  const door = createServer((incoming, outgoing) => {
    const { method, url } = incoming
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    const onward = request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      outgoing.flushHeaders()
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    onward.on('error', () => outgoing.destroy())
    // Whoever hangs up here hangs up there.
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')
  return {
    origin: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    close() {
      door.close()
      door.closeAllConnections()
    },
  }
}
