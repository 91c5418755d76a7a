import { describe, expect, it } from 'vitest'
import { readTraceContext, unsampledContext, writeTraceContext } from '../../src/trace/trace-context.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'

describe('reading a trace context', () => {
  it('takes trace, span and the sampled flag from a traceparent', () => {
    const context = readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a=1' })
    expect(context).toMatchObject({ traceId: TRACE, spanId: SPAN, isSampled: true, tracestate: 'a=1' })
  })

  it.each([
    ['00', false],
    ['01', true],
    ['02', false],
    ['03', true],
    ['0a', false],
    ['0b', true],
    ['ff', true],
  ])('reads flags %s as sampled: %s', (flags, isSampled) => {
    expect(readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-${flags}` })?.isSampled).toBe(isSampled)
  })

  it('reads a later version as version 00, whatever it appends', () => {
    const context = readTraceContext({ traceparent: `cc-${TRACE}-${SPAN}-01-what-comes` })
    expect(context?.traceparent).toBe(`00-${TRACE}-${SPAN}-01`)
  })

  it.each([
    ['nothing', undefined],
    ['a number', 7],
    ['an empty text', ''],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more fields', `00-${TRACE}-${SPAN}-01-more`],
    ['a later version that runs on', `cc-${TRACE}-${SPAN}-01more`],
    ['a short one', `00-${TRACE}-${SPAN}-0`],
    ['a dash in the wrong place', `00-${TRACE}${SPAN}--01`],
    ['a character that is no hex digit', `00-${TRACE.slice(1)}é-${SPAN}-01`],
  ])('ignores %s', (_what, traceparent) => {
    expect(readTraceContext({ traceparent })).toBeUndefined()
  })

  it('drops a tracestate longer than W3C Trace Context makes anybody keep', () => {
    const context = readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'a'.repeat(513) })
    expect(context).toMatchObject({ traceId: TRACE, tracestate: undefined })
  })
})

describe('writing a trace context', () => {
  it('replaces the trace of the message, keeps its other keys and drops its baggage', () => {
    const meta = { traceparent: 'old', tracestate: 'old=1', baggage: 'user=alice', progressToken: 4 }
    const context = readTraceContext({ traceparent: `00-${TRACE}-${SPAN}-01` })
    expect(writeTraceContext(meta, context)).toEqual({
      traceparent: `00-${TRACE}-${SPAN}-01`,
      progressToken: 4,
    })
    expect(meta.baggage).toBe('user=alice')
  })

  it('removes a trace that is not to be continued', () => {
    expect(writeTraceContext({ traceparent: 'x', tracestate: 'y' }, undefined)).toEqual({})
  })
})

describe('a trace that is not recorded', () => {
  it('is valid, says so, and is never the same', () => {
    const contexts = Array.from({ length: 1000 }, unsampledContext)
    expect(new Set(contexts.map((each) => each.traceId)).size).toBe(1000)
    expect(new Set(contexts.map((each) => each.spanId)).size).toBe(1000)
    for (const context of contexts) {
      expect(readTraceContext({ traceparent: context.traceparent })).toEqual(context)
      expect(context.isSampled).toBe(false)
    }
  })
})
