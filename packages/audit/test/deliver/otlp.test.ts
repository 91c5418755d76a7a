import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { event, linesIn, newFolder, segmentsIn } from '../support/log.ts'
import { startAudit } from '../support/open.ts'

/** A collector for OTLP over gRPC that keeps what it gets, as bytes. */
async function startCollector(port = 0) {
  const bodies: Buffer[] = []
  const server: Http2Server = createServer()
  server.on('session', (session) => {
    server.once('close', () => session.destroy())
  })
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      expect(headers[':path']).toBe('/opentelemetry.proto.collector.logs.v1.LogsService/Export')
      bodies.push(Buffer.concat(chunks))
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      // An empty ExportLogsServiceResponse.
      stream.end(Buffer.alloc(5))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return {
    port: (server.address() as AddressInfo).port,
    /** Whether each of these texts came. */
    has: (texts: readonly string[]) => texts.every((text) => bodies.some((body) => body.includes(text))),
    count: (text: string) =>
      bodies.reduce((sum, body) => sum + body.toString('latin1').split(text).length - 1, 0),
  }
}

it('sends each record to a collector as a log record, whole and with what to search by', async () => {
  const collector = await startCollector()
  const folder = newFolder()
  const endpoint = `http://127.0.0.1:${collector.port}`
  const audit = await startAudit({ AUDIT_DIR: folder, AUDIT_OTLP_ENDPOINT: endpoint })
  audit.record(event(1, { traceId: 'a'.repeat(32), decision: 'refused', outcome: 'refused', rule: 'scope' }))
  await audit.committed?.(undefined)
  const line =
    segmentsIn(folder)
      .flatMap(linesIn)
      .find((each) => each.includes('req_1')) ?? ''
  await expect
    .poll(() => collector.has([line, 'atoll.audit.rule', 'atoll.audit.seq', 'WARN']), { timeout: 15_000 })
    .toBe(true)
  const [position = ''] = readdirSync(folder).filter((file) => file.endsWith('.otlp.json'))
  await expect
    .poll(() => JSON.parse(readFileSync(join(folder, position), 'utf8')).seq)
    .toBeGreaterThanOrEqual(3)
})

it('goes on where it was when the collector comes back, also in another process', async () => {
  const first = await startCollector()
  const { port } = first
  const folder = newFolder()
  const env = { AUDIT_DIR: folder, AUDIT_WRITER: 'one', AUDIT_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }
  const audit = await startAudit(env)
  audit.record(event(1))
  await expect.poll(() => first.has(['req_1"']), { timeout: 15_000 }).toBe(true)
  await audit.close()
  const next = await startAudit(env)
  next.record(event(2))
  await expect.poll(() => first.has(['req_2"']), { timeout: 15_000 }).toBe(true)
  expect(first.count('"req_1"')).toBe(1)
})
