import { describe, expect, it } from 'vitest'
import { createTelemetry, type Environment } from '../../src/index.ts'
import { capture, collectSpans } from '../capture.ts'

function logged(env: Environment = {}) {
  const output = capture()
  const telemetry = createTelemetry({ service: 'orders', version: '1.2.3', output, env })
  return { output, telemetry, logger: telemetry.logger }
}

describe('the log', () => {
  it('is lines of JSON with level, time and service', () => {
    const { output, logger } = logged()
    logger.info({ tool: 'get_order' }, 'Refused')
    expect(output.lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        service: 'orders',
        version: '1.2.3',
        tool: 'get_order',
        msg: 'Refused',
      },
    ])
  })

  it('says as much as LOG_LEVEL asks for', () => {
    const { output, logger } = logged({ LOG_LEVEL: 'warn' })
    logger.info('no')
    logger.warn('yes')
    expect(output.lines.map((line) => line.msg)).toEqual(['yes'])
  })

  it.each([
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent'],
    [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT must be one of json, pretty'],
    [{ OTEL_TRACES_SAMPLER_ARG: 'many' }, 'OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "many"'],
    [{ OTEL_TRACES_SAMPLER: 'mine' }, /^OTEL_TRACES_SAMPLER must be one of parentbased_traceidratio/],
  ])('refuses %o', (env, message) => {
    expect(() => logged(env)).toThrow(message)
  })

  it('hides secrets in fields, children, messages, arguments and errors', () => {
    const { output, logger } = logged()
    const child = logger.child({ authorization: 'Bearer child-secret-1', nested: { cookie: ['c-secret'] } })
    child.info({ user: { apiKey: 'field-secret' } }, 'with %s and %o', 'Bearer argument-secret-2', {
      password: 'object-secret',
    })
    const cause = new Error('redis://:cause-secret@cache:6379 refused')
    logger.error({ err: new Error('connect postgres://app:error-secret@db/x', { cause }) }, 'Failed')
    logger.error(new Error('token=bare-secret'))
    expect(output.lines).toHaveLength(3)
    expect(output.text).not.toMatch(/secret/)
    expect(output.text.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(8)
  })

  it('shows an error with its type, stack and causes, and nothing that hangs on it', () => {
    const { output, logger } = logged()
    const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' })
    const error = new TypeError('could not load', { cause })
    Object.assign(error, { parameters: ['4711'], config: { url: 'x' } })
    logger.error({ err: error }, 'Failed')
    const [line] = output.lines
    expect(line?.err).toEqual({
      type: 'TypeError',
      message: 'could not load',
      stack: expect.stringContaining('logger.test.ts'),
      cause: {
        type: 'Error',
        message: 'connection refused',
        code: 'ECONNREFUSED',
        stack: expect.any(String),
      },
    })
    expect(output.text).not.toContain('4711')
  })

  it('shows the parts of an AggregateError and survives an error that is its own cause', () => {
    const { output, logger } = logged()
    const error = new AggregateError([new Error('first'), 'second'], 'both failed')
    error.cause = error
    logger.error({ err: error }, 'Failed')
    const [line] = output.lines
    expect(line?.err).toMatchObject({
      errors: [{ message: 'first' }, 'second'],
      cause: { message: 'both failed' },
    })
  })

  it('carries the ids of the operation that is current and recorded', async () => {
    const output = capture()
    const exporter = collectSpans()
    const telemetry = createTelemetry({ service: 'orders', version: '1', output, exporter })
    await telemetry.ready()
    const active = telemetry.operation('ping').start()
    await active.run(async () => {
      await Promise.resolve()
      telemetry.logger.info('inside')
    })
    telemetry.logger.info('outside')
    active.end()
    await telemetry.shutdown()
    const [inside, outside] = output.lines
    const span = exporter.spans[0]?.spanContext()
    expect(inside).toMatchObject({ trace_id: span?.traceId, span_id: span?.spanId })
    expect(outside).not.toHaveProperty('trace_id')
  })

  it('carries trace and request id through the operation’s own logger, recorded or not', () => {
    const { output, telemetry } = logged()
    const meta = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00` }
    telemetry.operation('ping').start({ meta, requestId: 7, logId: 'req_1' }).logger.info('Refused')
    telemetry.operation('ping').start({ requestId: 7 }).logger.info('Refused')
    expect(output.lines[0]).toMatchObject({ trace_id: 'a'.repeat(32), request_id: 'req_1' })
    expect(output.lines[1]).toMatchObject({ request_id: 7 })
    expect(output.lines[1]).not.toHaveProperty('trace_id')
  })
})

describe('the log for people', () => {
  it('is one line with time, level, message and the rest, and stacks below', () => {
    const { output, logger } = logged({ LOG_FORMAT: 'pretty' })
    logger.warn({ tool: 'get_order', token: 'abc', count: 3 }, 'Refused')
    logger.error({ err: new Error('broken', { cause: new Error('inner') }) }, 'Failed')
    expect(output.text).toMatch(/^\d\d:\d\d:\d\d WARN {2}Refused tool=get_order token=\[redacted\] count=3\n/)
    expect(output.text).toMatch(/ERROR Failed\n {2}Error: broken\n {6}at /)
    expect(output.text).toMatch(/\n {2}caused by Error: inner\n/)
  })
})
