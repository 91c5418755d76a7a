import { once } from 'node:events'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'

export interface Collector {
  readonly url: string
  /** Paths that were called, with the bytes of each request. */
  readonly requests: { path: string; body: Buffer }[]
  close(): Promise<void>
}

/** An OTLP collector as far as gRPC goes: takes any message and answers with an empty one. */
export async function startCollector(): Promise<Collector> {
  const requests: Collector['requests'] = []
  const server: Http2Server = createServer()
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      requests.push({ path: String(headers[':path']), body: Buffer.concat(chunks) })
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.end(Buffer.alloc(5))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
