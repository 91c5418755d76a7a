import { once } from 'node:events'
import { createServer } from 'node:http2'

export interface Collector {
  url: string
  /** Resolves with the gRPC method of the first export. */
  exported: Promise<string>
  close(): Promise<void>
}

/** As much of an OpenTelemetry collector as shows that spans arrive: accepts any gRPC call. */
export async function collector(): Promise<Collector> {
  const server = createServer()
  const sessions = new Set<{ close(): void }>()
  server.on('session', (session) => sessions.add(session))
  const exported = new Promise<string>((resolve) => {
    server.on('stream', (stream, headers) => {
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      // An empty message: not compressed, no bytes.
      stream.resume().on('end', () => stream.end(Buffer.alloc(5)))
      resolve(String(headers[':path']))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The collector has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    exported,
    async close() {
      for (const session of sessions) session.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
