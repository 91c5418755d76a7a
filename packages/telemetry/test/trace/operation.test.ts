import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it } from 'vitest'
import { createTelemetry, type Environment, type Telemetry } from '../../src/index.ts'
import { capture, collectSpans } from '../capture.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const SAMPLED = `00-${TRACE}-${SPAN}-01`
const UNSAMPLED = `00-${TRACE}-${SPAN}-00`
const HTTP = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`

let telemetry: Telemetry
afterEach(() => telemetry.shutdown())

async function traced(env: Environment = {}) {
  const exporter = collectSpans()
  telemetry = createTelemetry({ service: 'orders', version: '1.2.3', output: capture(), exporter, env })
  await telemetry.ready()
  const exported = async () => {
    await telemetry.shutdown()
    return exporter.spans
  }
  return { telemetry, exported }
}

describe('a recorded operation', () => {
  it('is a SERVER span named and described as the MCP conventions ask', async () => {
    const { telemetry, exported } = await traced()
    const operation = telemetry.operation('tools/call', 'get_order')
    operation.start({ requestId: 7, protocolVersion: '2026-07-28' }).end()
    const [span] = await exported()
    expect(span?.name).toBe('tools/call get_order')
    expect(span?.kind).toBe(SpanKind.SERVER)
    expect(span?.status.code).toBe(SpanStatusCode.UNSET)
    expect(span?.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'gen_ai.tool.name': 'get_order',
      'gen_ai.operation.name': 'execute_tool',
      'jsonrpc.request.id': '7',
      'mcp.protocol.version': '2026-07-28',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    })
    expect(span?.resource.attributes).toMatchObject({ 'service.name': 'orders', 'service.version': '1.2.3' })
  })

  it('names a prompt, and never a resource', async () => {
    const { telemetry, exported } = await traced()
    telemetry.operation('prompts/get', 'explain').start().end()
    telemetry.operation('resources/read', 'order').start().end()
    const [prompt, resource] = await exported()
    expect(prompt?.name).toBe('prompts/get explain')
    expect(prompt?.attributes['gen_ai.prompt.name']).toBe('explain')
    expect(prompt?.attributes).not.toHaveProperty('gen_ai.operation.name')
    expect(resource?.name).toBe('resources/read')
  })

  it('says over stdio that the transport is a pipe', async () => {
    const { telemetry, exported } = await traced()
    telemetry.operation('ping', undefined, { transport: 'pipe' }).start().end()
    const [span] = await exported()
    expect(span?.attributes).toEqual({ 'mcp.method.name': 'ping', 'network.transport': 'pipe' })
  })

  it('is a CLIENT span with the address of the server that is called', async () => {
    const { telemetry, exported } = await traced()
    const options = { kind: 'client', serverAddress: 'orders.internal', serverPort: 3004 } as const
    telemetry.operation('tools/call', 'get_order', options).start().end()
    const [span] = await exported()
    expect(span?.kind).toBe(SpanKind.CLIENT)
    expect(span?.attributes).toMatchObject({ 'server.address': 'orders.internal', 'server.port': 3004 })
  })

  it('has status ERROR and error.type tool_error for a result with isError', async () => {
    const { telemetry, exported } = await traced()
    telemetry.operation('tools/call', 'get_order').start().end({ errorType: 'tool_error' })
    const [span] = await exported()
    expect(span?.status.code).toBe(SpanStatusCode.ERROR)
    expect(span?.attributes['error.type']).toBe('tool_error')
  })

  it('has the JSON-RPC code as error.type and as status code', async () => {
    const { telemetry, exported } = await traced()
    telemetry.operation('tools/call', 'get_order').start().end({ statusCode: -32602, message: 'Bad cursor' })
    const [span] = await exported()
    expect(span?.attributes).toMatchObject({ 'error.type': '-32602', 'rpc.response.status_code': '-32602' })
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'Bad cursor' })
  })

  it('keeps secrets out of the message of its status', async () => {
    const { telemetry, exported } = await traced()
    const message = 'could not reach postgres://app:hunter2@db/orders'
    telemetry.operation('tools/call', 'get_order').start().end({ errorType: 'tool_error', message })
    const [span] = await exported()
    expect(span?.status.message).toBe('could not reach postgres://[redacted]@db/orders')
  })

  it('ends once', async () => {
    const { telemetry, exported } = await traced()
    const active = telemetry.operation('ping').start()
    active.end()
    active.end({ errorType: 'tool_error' })
    expect(await telemetry.metrics()).toMatch(/mcp_server_operation_duration_seconds_count\{[^}]*\} 1\n/)
    expect(await exported()).toHaveLength(1)
  })
})

describe('the parent of an operation', () => {
  it('is the context in _meta, and the HTTP context is linked', async () => {
    const { telemetry, exported } = await traced()
    const meta = { traceparent: SAMPLED, tracestate: 'vendor=1' }
    telemetry
      .operation('ping')
      .start({ meta, headers: { traceparent: HTTP } })
      .end()
    const [span] = await exported()
    expect(span?.spanContext().traceId).toBe(TRACE)
    expect(span?.spanContext().traceState?.serialize()).toBe('vendor=1')
    expect(span?.parentSpanContext).toMatchObject({ spanId: SPAN, isRemote: true })
    expect(span?.links.map((link) => link.context.spanId)).toEqual(['d'.repeat(16)])
  })

  it('is the HTTP context when _meta has none or a broken one', async () => {
    const { telemetry, exported } = await traced()
    const headers = { traceparent: HTTP }
    telemetry.operation('ping').start({ headers }).end()
    telemetry
      .operation('ping')
      .start({ meta: { traceparent: 'broken' }, headers })
      .end()
    for (const span of await exported()) {
      expect(span.parentSpanContext?.spanId).toBe('d'.repeat(16))
      expect(span.links).toEqual([])
    }
  })

  it('is the span that is current, for what is called inside', async () => {
    const { telemetry, exported } = await traced()
    const server = telemetry.operation('tools/call', 'report').start({ meta: { traceparent: SAMPLED } })
    const sent = await server.run(async () => {
      await Promise.resolve()
      const client = telemetry.operation('tools/call', 'get_order', { kind: 'client' }).start()
      const meta = client.inject({ progressToken: 1 })
      client.end()
      return meta
    })
    server.end()
    const [client, outer] = await exported()
    expect(client?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
    expect(sent).toEqual({ progressToken: 1, traceparent: `00-${TRACE}-${client?.spanContext().spanId}-01` })
  })

  it('is the operation that is handed over, where nothing is current', async () => {
    const { telemetry, exported } = await traced()
    const server = telemetry.operation('tools/call', 'report').start()
    telemetry.operation('ping', undefined, { kind: 'client' }).start({ parent: server }).end()
    server.end()
    const [client, outer] = await exported()
    expect(client?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  })

  it('is also that of spans which tools open themselves', async () => {
    const { telemetry, exported } = await traced()
    const server = telemetry.operation('ping').start()
    server.run(() => trace.getTracer('a tool').startSpan('SELECT').end())
    server.end()
    const [own, outer] = await exported()
    expect(own?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId)
  })
})

describe('an operation that is not recorded', () => {
  it('leaves no span when the caller decided so, and passes the context on as it came', async () => {
    const { telemetry, exported } = await traced()
    const meta = { traceparent: UNSAMPLED, tracestate: 'vendor=1', baggage: 'user=alice' }
    const active = telemetry.operation('ping').start({ meta })
    expect(active.isRecording).toBe(false)
    expect(active.traceId).toBe(TRACE)
    expect(active.inject({})).toEqual({ traceparent: UNSAMPLED, tracestate: 'vendor=1' })
    active.end()
    expect(await exported()).toEqual([])
  })

  it('tells servers further on, where the trace would begin here, that it is not recorded', async () => {
    const { telemetry, exported } = await traced({ OTEL_TRACES_SAMPLER_ARG: '0' })
    const active = telemetry.operation('ping').start()
    const { traceparent } = active.inject()
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(active.inject().traceparent).toBe(traceparent)
    const inner = telemetry.operation('ping', undefined, { kind: 'client' }).start({ parent: active })
    expect(inner.traceId).toBe(active.traceId)
    expect(await exported()).toEqual([])
  })

  it('lets no span of a tool begin a trace of its own', async () => {
    const { telemetry, exported } = await traced({ OTEL_TRACES_SAMPLER_ARG: '0' })
    telemetry
      .operation('ping')
      .start()
      .run(() => trace.getTracer('a tool').startSpan('SELECT').end())
    expect(await exported()).toEqual([])
  })

  it('still leaves its duration', async () => {
    const { telemetry } = await traced({ OTEL_TRACES_SAMPLER_ARG: '0' })
    telemetry.operation('ping').start().end()
    expect(await telemetry.metrics()).toContain(
      'mcp_server_operation_duration_seconds_count{mcp_method_name="ping",network_transport="tcp"} 1',
    )
  })
})

describe('after shutdown', () => {
  it('operations still pass the trace on and leave their duration', async () => {
    const { telemetry, exported } = await traced()
    expect(await exported()).toEqual([])
    const active = telemetry.operation('ping').start({ meta: { traceparent: SAMPLED } })
    expect(active.isRecording).toBe(false)
    expect(active.inject()).toEqual({ traceparent: SAMPLED })
    active.end()
    expect(await telemetry.metrics()).toContain('mcp_server_operation_duration_seconds_count')
  })
})

describe('sampling', () => {
  it('follows the caller whatever the ratio', async () => {
    const { telemetry, exported } = await traced({ OTEL_TRACES_SAMPLER_ARG: '0' })
    telemetry
      .operation('ping')
      .start({ meta: { traceparent: SAMPLED } })
      .end()
    expect(await exported()).toHaveLength(1)
  })

  it('does not follow the caller with a sampler that is not parent-based', async () => {
    const { telemetry, exported } = await traced({ OTEL_TRACES_SAMPLER: 'always_off' })
    const active = telemetry.operation('ping').start({ meta: { traceparent: SAMPLED } })
    expect(active.inject().traceparent).toBe(SAMPLED)
    active.end()
    expect(await exported()).toEqual([])
  })
})

describe('with tracing off', () => {
  it('passes the caller’s context on, begins none, and records nothing', () => {
    telemetry = createTelemetry({ service: 'orders', version: '1', output: capture() })
    expect(telemetry.isTracing).toBe(false)
    const operation = telemetry.operation('ping')
    const meta = { traceparent: SAMPLED, tracestate: 'vendor=1', baggage: 'user=alice' }
    expect(operation.start({ meta }).inject({ a: 1 })).toEqual({
      a: 1,
      traceparent: SAMPLED,
      tracestate: 'vendor=1',
    })
    expect(operation.start({ meta }).traceId).toBe(TRACE)
    expect(operation.start({}).inject({ a: 1 })).toEqual({ a: 1 })
    expect(operation.start({}).traceId).toBeUndefined()
    expect(operation.start({ headers: { traceparent: HTTP } }).traceId).toBe('c'.repeat(32))
  })
})

describe('making operations', () => {
  it('gives the same operation for the same arguments', () => {
    telemetry = createTelemetry({ service: 'orders', version: '1', output: capture() })
    const first = telemetry.operation('tools/call', 'get_order')
    expect(telemetry.operation('tools/call', 'get_order')).toBe(first)
    expect(telemetry.operation('tools/call', 'get_order', { kind: 'client' })).not.toBe(first)
  })

  it('counts everything under _OTHER once somebody makes them without end', async () => {
    telemetry = createTelemetry({ service: 'orders', version: '1', output: capture() })
    for (let index = 0; index < 2100; index++)
      telemetry.operation('tools/call', `made_up_${index}`).start().end()
    const text = await telemetry.metrics()
    const counts = text.match(/^mcp_server_operation_duration_seconds_count/gm)
    expect(counts?.length).toBeLessThanOrEqual(2001)
    expect(text).toContain(
      'mcp_server_operation_duration_seconds_count{mcp_method_name="_OTHER",network_transport="tcp"} 100',
    )
  })
})
