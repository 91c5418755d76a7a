import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** An OTLP gRPC endpoint that takes every batch of spans, counts it and forgets it. */
export async function startTraceSink() {
  let batches = 0
  const server = createServer()
  server.on('stream', (stream) => {
    batches += 1
    stream.resume()
    // Who stood still meanwhile has given it up.
    stream.on('error', () => {})
    stream.on('end', () => {
      if (stream.destroyed) return
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      // One uncompressed message of length zero: an empty ExportTraceServiceResponse.
      stream.end(Buffer.alloc(5))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get batches() {
      return batches
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
