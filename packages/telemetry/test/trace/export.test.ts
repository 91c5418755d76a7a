import { describe, expect, it } from 'vitest'
import { createTelemetry } from '../../src/index.ts'
import { capture } from '../capture.ts'
import { startCollector } from './collector.ts'

describe('exporting traces', () => {
  it.each(['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'])(
    'sends spans over OTLP gRPC to %s',
    async (variable) => {
      const collector = await startCollector()
      const env = { [variable]: collector.url }
      const telemetry = createTelemetry({ service: 'orders', version: '1.2.3', env, output: capture() })
      expect(telemetry.isTracing).toBe(true)
      await telemetry.ready()
      telemetry.operation('tools/call', 'get_order').start({ requestId: 7 }).end()
      await telemetry.shutdown()
      await collector.close()
      expect(collector.requests.map((request) => request.path)).toEqual([
        '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      ])
      const body = collector.requests[0]?.body.toString('latin1') ?? ''
      for (const text of ['tools/call get_order', 'mcp.method.name', 'service.name', 'orders', '1.2.3']) {
        expect(body).toContain(text)
      }
    },
  )

  it('costs nothing but a line in the log when the collector is away', async () => {
    const collector = await startCollector()
    await collector.close()
    const output = capture()
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    const telemetry = createTelemetry({ service: 'orders', version: '1', env, output })
    await telemetry.ready()
    telemetry.operation('ping').start().end()
    await telemetry.shutdown()
    expect(output.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        msg: 'Spans could not be exported',
        spans: 1,
        reason: expect.stringContaining('ECONNREFUSED'),
      }),
    ])
    expect(await telemetry.metrics()).toContain('atoll_spans_lost_total 1\n')
  })
})
