import { describe, expect, it } from 'vitest'
import { createTelemetry } from '../../src/index.ts'
import { capture } from '../capture.ts'

function telemetry() {
  return createTelemetry({ service: 'orders', version: '1', output: capture() })
}

/** The value of one sample; its labels in any order. */
function sample(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  for (const line of text.split('\n')) {
    const [, found, set = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (found !== name || value === undefined) continue
    const present = set === '' ? [] : set.split(/,(?=[a-z_]+=")/)
    if (present.length === wanted.length && wanted.every((each) => present.includes(each)))
      return Number(value)
  }
  return undefined
}

const CALL = {
  mcp_method_name: 'tools/call',
  gen_ai_tool_name: 'get_order',
  gen_ai_operation_name: 'execute_tool',
  network_transport: 'tcp',
}
const COUNT = 'mcp_server_operation_duration_seconds_count'

describe('the duration of operations', () => {
  it('is a histogram in seconds with the buckets of the MCP conventions', async () => {
    const { operation, metrics } = telemetry()
    operation('tools/call', 'get_order').start().end()
    const text = await metrics()
    expect(text).toContain('# TYPE mcp_server_operation_duration_seconds histogram')
    const bounds = [...text.matchAll(/^mcp_server_operation_duration_seconds_bucket\{.*le="([^"]+)"/gm)]
    expect(bounds.map((match) => match[1])).toEqual(
      '0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10 30 60 120 300 +Inf'.split(' '),
    )
    expect(sample(text, COUNT, CALL)).toBe(1)
    expect(sample(text, 'mcp_server_operation_duration_seconds_bucket', { ...CALL, le: '+Inf' })).toBe(1)
    expect(sample(text, 'mcp_server_operation_duration_seconds_sum', CALL)).toBeGreaterThan(0)
  })

  it('keeps outcomes and protocol versions apart', async () => {
    const { operation, metrics } = telemetry()
    const getOrder = operation('tools/call', 'get_order')
    getOrder.start({ protocolVersion: '2026-07-28' }).end()
    getOrder.start({ protocolVersion: '2026-07-28' }).end({ errorType: 'tool_error' })
    getOrder.start({ protocolVersion: '2025-11-25' }).end({ statusCode: -32602 })
    const text = await metrics()
    expect(sample(text, COUNT, { ...CALL, mcp_protocol_version: '2026-07-28' })).toBe(1)
    expect(
      sample(text, COUNT, { ...CALL, mcp_protocol_version: '2026-07-28', error_type: 'tool_error' }),
    ).toBe(1)
    expect(sample(text, COUNT, { ...CALL, mcp_protocol_version: '2025-11-25', error_type: '-32602' })).toBe(1)
  })

  it('counts versions nobody knows as _OTHER, however many there are', async () => {
    const { operation, metrics } = telemetry()
    const getOrder = operation('tools/call', 'get_order')
    for (let year = 3000; year < 3100; year++) getOrder.start({ protocolVersion: `${year}-01-01` }).end()
    const text = await metrics()
    expect(sample(text, COUNT, { ...CALL, mcp_protocol_version: '_OTHER' })).toBe(100)
    expect(text).not.toContain('3000-01-01')
  })

  it('counts error types beyond the fiftieth of an operation as _OTHER', async () => {
    const { operation, metrics } = telemetry()
    const getOrder = operation('tools/call', 'get_order')
    for (let code = 0; code < 200; code++) getOrder.start().end({ errorType: `error ${code}` })
    const text = await metrics()
    expect(sample(text, COUNT, { ...CALL, error_type: 'error 49' })).toBe(1)
    expect(sample(text, COUNT, { ...CALL, error_type: '_OTHER' })).toBe(150)
  })

  it('is kept apart for calls to other servers', async () => {
    const { operation, metrics } = telemetry()
    operation('tools/call', 'get_order', { kind: 'client', serverAddress: 'orders' }).start().end()
    const text = await metrics()
    const labels = { ...CALL, server_address: 'orders' }
    expect(sample(text, 'mcp_client_operation_duration_seconds_count', labels)).toBe(1)
    expect(sample(text, COUNT, CALL)).toBeUndefined()
  })

  it('is measured for sessions too', async () => {
    const { session, metrics } = telemetry()
    session({ protocolVersion: '2025-11-25', transport: 'pipe' })()
    const labels = { mcp_protocol_version: '2025-11-25', network_transport: 'pipe' }
    expect(sample(await metrics(), 'mcp_server_session_duration_seconds_count', labels)).toBe(1)
  })
})

describe('metrics of others', () => {
  it('counts, by labels and without', async () => {
    const { counter, metrics } = telemetry()
    const refusals = counter('atoll_refusals_total', 'Refused calls.', ['reason'])
    const scope = refusals.with({ reason: 'scope' })
    scope.inc()
    scope.inc(2)
    refusals.inc({ reason: 'rate' })
    counter('atoll_starts_total', 'Starts.')
    const text = await metrics()
    expect(text).toContain('# HELP atoll_refusals_total Refused calls.')
    expect(text).toContain('# TYPE atoll_refusals_total counter')
    expect(sample(text, 'atoll_refusals_total', { reason: 'scope' })).toBe(3)
    expect(sample(text, 'atoll_refusals_total', { reason: 'rate' })).toBe(1)
    expect(sample(text, 'atoll_starts_total')).toBe(0)
  })

  it('reads gauges when asked', async () => {
    const { gauge, metrics } = telemetry()
    let open = 3
    gauge('atoll_sessions', 'Open sessions.', () => open)
    const idle = async () => [{ labels: { state: 'idle' }, value: open }]
    gauge('atoll_pool', 'Connections.', idle, ['state'])
    expect(sample(await metrics(), 'atoll_sessions')).toBe(3)
    open = 5
    const text = await metrics()
    expect(sample(text, 'atoll_sessions')).toBe(5)
    expect(sample(text, 'atoll_pool', { state: 'idle' })).toBe(5)
  })

  it('observes in buckets, counting a bound as inside', async () => {
    const { histogram, metrics } = telemetry()
    const sizes = histogram('atoll_rows', 'Rows.', { buckets: [1, 10], labels: ['table'] })
    for (const rows of [1, 2, 10, 11]) sizes.observe({ table: 'orders' }, rows)
    const text = await metrics()
    expect(sample(text, 'atoll_rows_bucket', { table: 'orders', le: '1' })).toBe(1)
    expect(sample(text, 'atoll_rows_bucket', { table: 'orders', le: '10' })).toBe(3)
    expect(sample(text, 'atoll_rows_bucket', { table: 'orders', le: '+Inf' })).toBe(4)
    expect(sample(text, 'atoll_rows_sum', { table: 'orders' })).toBe(24)
    expect(sample(text, 'atoll_rows_count', { table: 'orders' })).toBe(4)
  })

  it('stops at 5000 label sets and counts the rest as _OTHER', async () => {
    const { counter, metrics } = telemetry()
    const refusals = counter('atoll_refusals_total', 'Refused calls.', ['reason'])
    for (let index = 0; index < 6000; index++) refusals.inc({ reason: `reason ${index}` })
    const text = await metrics()
    expect(sample(text, 'atoll_refusals_total', { reason: '_OTHER' })).toBe(1000)
    expect(text.match(/^atoll_refusals_total\{/gm)).toHaveLength(5001)
  })

  it('escapes what labels say', async () => {
    const { counter, metrics } = telemetry()
    counter('atoll_refusals_total', 'Refused calls.', ['reason']).inc({ reason: 'a "b" \\ c\nd' })
    expect(await metrics()).toContain('atoll_refusals_total{reason="a \\"b\\" \\\\ c\\nd"} 1\n')
  })

  it('refuses a second metric of the same name', () => {
    const { counter } = telemetry()
    counter('atoll_refusals_total', 'Refused calls.')
    expect(() => counter('atoll_refusals_total', 'Refused calls.')).toThrow(
      'Two metrics are called "atoll_refusals_total"',
    )
  })

  it('includes the process itself', async () => {
    const { metrics, contentType } = telemetry()
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(sample(await metrics(), 'process_resident_memory_bytes')).toBeGreaterThan(1e6)
  })
})
