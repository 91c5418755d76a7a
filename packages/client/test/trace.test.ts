import { createTelemetry, type Output } from '@atoll/telemetry'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Client } from '../src/index.ts'
import { keptSpans } from './kept-spans.ts'
import { type BadServer, badServer, hangUp } from './servers/bad.ts'

const nowhere: Output = {
  write: () => true,
  waiting: 0,
  dropped: 0,
  flush: async () => {},
  flushSync() {},
  close: async () => {},
}
const INCOMING = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, baggage: 'secret=1' }

let server: BadServer
beforeEach(async () => {
  server = await badServer()
})
afterEach(() => server.close())

function metaOfCall(index = -1) {
  return server.calls.at(index)?.message.params._meta as Record<string, string>
}

async function traced(run: (client: Client) => Promise<unknown>): Promise<ReadableSpan[]> {
  const exporter = keptSpans()
  const env = { OTEL_TRACES_SAMPLER_ARG: '1' }
  const telemetry = createTelemetry({ service: 'test', version: '1', env, output: nowhere, exporter })
  await telemetry.ready()
  const client = new Client({ url: server.url, telemetry, retry: { firstPause: 1 } })
  await run(client).catch(() => undefined)
  await client.close()
  await telemetry.shutdown()
  return exporter.spans
}

describe('the trace of a call', () => {
  test('goes on with the span of this hop as the parent, without baggage', async () => {
    const spans = await traced((client) => client.request('tools/call', { name: 'x' }, { meta: INCOMING }))
    expect(spans.map(({ name }) => name)).toEqual(['tools/call x'])
    const { traceId, spanId } = spans[0]?.spanContext() ?? {}
    expect(traceId).toBe('a'.repeat(32))
    expect(metaOfCall().traceparent).toBe(`00-${traceId}-${spanId}-01`)
    expect(metaOfCall()).not.toHaveProperty('baggage')
  })

  test('has one span, whatever it took', async () => {
    server.next.push(hangUp)
    const spans = await traced((client) =>
      client.request('tools/call', { name: 'x' }, { isRepeatable: true }),
    )
    expect(server.calls).toHaveLength(2)
    expect(spans.map(({ name }) => name)).toEqual(['tools/call x'])
  })

  test('says why it failed', async () => {
    server.next.push(hangUp)
    const spans = await traced((client) => client.request('tools/call', { name: 'x' }))
    expect(spans[0]?.attributes['error.type']).toBe('OUTCOME_UNKNOWN')
  })
})

test('a program without telemetry hands its trace context on as it is', async () => {
  const client = new Client({ url: server.url })
  await client.request('tools/call', { name: 'x' }, { meta: { traceparent: INCOMING.traceparent, mine: 1 } })
  await client.close()
  expect(metaOfCall()).toMatchObject({ traceparent: INCOMING.traceparent, mine: 1 })
})
