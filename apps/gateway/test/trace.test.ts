import { expect, test } from 'vitest'
import { newSite, SILENT, startGateway } from './fixture/fleet.ts'
import { keptSpans } from './fixture/kept-spans.ts'
import { rawServer } from './fixture/raw-server.ts'

const TRACE = 'a'.repeat(32)
const traceparent = `00-${TRACE}-${'b'.repeat(16)}-01`

test('a trace goes from the client through the gateway to the server', async () => {
  const exporter = keptSpans()
  const raw = await rawServer()
  const { post, telemetry } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], {
    env: { OTEL_TRACES_SAMPLER_ARG: '1' },
    telemetry: { output: SILENT, exporter },
  })
  await telemetry.ready()
  const _meta = { traceparent, tracestate: 'vendor=1', baggage: 'secret=1' }
  await post('tools/call', { name: 'raw__echo', arguments: {}, _meta })
  await telemetry.shutdown()
  const spans = exporter.spans.filter((span) => span.spanContext().traceId === TRACE)
  const [server, client] = ['tools/call raw__echo', 'tools/call echo'].map((name) =>
    spans.find((span) => span.name === name),
  )
  expect(server?.parentSpanContext?.spanId).toBe('b'.repeat(16))
  expect(client?.parentSpanContext?.spanId).toBe(server?.spanContext().spanId)
  expect(client?.attributes).toMatchObject({ 'mcp.method.name': 'tools/call', 'server.address': '127.0.0.1' })
  const sent = raw.requests.at(-1)?.params._meta as Record<string, unknown>
  expect(sent.traceparent).toBe(`00-${TRACE}-${client?.spanContext().spanId}-01`)
  expect(sent.tracestate).toBe('vendor=1')
  expect(sent).not.toHaveProperty('baggage')
})

test('a trace goes through a gateway that does not trace', async () => {
  const raw = await rawServer()
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  await post('tools/call', { name: 'raw__echo', arguments: {}, _meta: { traceparent } })
  expect(raw.requests.at(-1)?.params._meta).toMatchObject({ traceparent })
})

test('every call is measured and audited, and what a caller makes up names no time series', async () => {
  const lines: string[] = []
  const output = { ...SILENT, write: (text: string) => lines.push(text) > 0 }
  const raw = await rawServer()
  const { post, origin } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], {
    telemetry: { output },
  })
  await post('tools/call', { name: 'raw__echo', arguments: { password: 'hunter2' } })
  await post('tools/call', { name: 'raw__made_up', arguments: {} })
  await post('tools/list', {})
  await post('server/discover', {})
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  for (const method of ['tools/list', 'server/discover'])
    expect(metrics).toMatch(
      new RegExp(`mcp_server_operation_duration_seconds_count\\{mcp_method_name="${method}"[^}]*\\} 1`),
    )
  expect(metrics).toMatch(
    /mcp_server_operation_duration_seconds_count\{[^}]*gen_ai_tool_name="raw__echo"[^}]*\} 1/,
  )
  expect(metrics).toMatch(
    /mcp_client_operation_duration_seconds_count\{[^}]*gen_ai_tool_name="echo"[^}]*\} 1/,
  )
  expect(metrics).toContain('atoll_gateway_server_up{server="raw"} 1')
  expect(metrics).not.toContain('made_up')
  await expect.poll(() => lines.join('')).toContain('"name":"raw__echo"')
  const audited = lines
    .join('')
    .split('\n')
    .find((line) => line.includes('"event":"call"'))
  expect(JSON.parse(audited ?? '')).toMatchObject({
    subject: 'alice',
    tenant: 'acme',
    server: 'raw',
    kind: 'tool',
    name: 'raw__echo',
    decision: 'allowed',
    outcome: 'ok',
  })
  expect(lines.join('')).not.toContain('hunter2')
})
