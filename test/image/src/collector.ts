import { once } from 'node:events'
import { createServer } from 'node:http2'
import { buffer } from 'node:stream/consumers'

export interface Collector {
  url: string
  /** Resolves once a server of this name has sent spans. */
  spansOf(service: string): Promise<void>
  close(): Promise<void>
}

/** As much of an OpenTelemetry collector as shows whose spans arrive over gRPC. */
export async function startCollector(): Promise<Collector> {
  const server = createServer()
  const sessions = new Set<{ close(): void }>()
  const arrived = new Map<string, PromiseWithResolvers<void>>()
  const spansOf = (service: string) => {
    const known = arrived.get(service) ?? Promise.withResolvers<void>()
    arrived.set(service, known)
    return known
  }
  server.on('session', (session) => sessions.add(session))
  server.on('stream', async (stream, headers) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    const body = (await buffer(stream)).toString('latin1')
    // An empty message: not compressed, no bytes.
    stream.end(Buffer.alloc(5))
    if (headers[':path'] !== '/opentelemetry.proto.collector.trace.v1.TraceService/Export') return
    // The resource's service.name as protobuf has it: field, length, field, length, text.
    const name = /service\.name..\n.([a-z-]+)/s.exec(body)?.[1]
    if (name !== undefined) spansOf(name).resolve()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The collector has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    spansOf: (service) => spansOf(service).promise,
    async close() {
      for (const session of sessions) session.close()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
