import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type AuditEvent, createAuditLog, fileOutput } from '../../src/index.ts'
import { capture } from '../capture.ts'

const EVENT: AuditEvent = {
  event: 'call',
  time: Date.UTC(2026, 7, 28, 12),
  requestId: 'req_1',
  traceId: 'a'.repeat(32),
  subject: 'alice',
  tenant: 'acme',
  clientId: 'claude',
  issuer: 'https://issuer.test',
  actor: 'gateway',
  server: 'orders',
  kind: 'tool',
  name: 'cancel_order',
  decision: 'refused',
  rule: 'scope',
  outcome: 'refused',
  redactions: { card: 2 },
  flags: { tags: 1, instructions: 1 },
  errorCode: 'INSUFFICIENT_SCOPE',
  cached: false,
  durationMs: 1.23456,
}

describe('the audit log', () => {
  it('writes one line of JSON for each event, in order', async () => {
    const stream = capture()
    const audit = createAuditLog({ stream })
    audit.record(EVENT)
    audit.record({
      event: 'call',
      requestId: 'req_2',
      server: 'orders',
      kind: 'tool',
      decision: 'allowed',
      outcome: 'ok',
      durationMs: 0,
    })
    await audit.close()
    expect(stream.lines).toEqual([
      { ...EVENT, time: '2026-08-28T12:00:00.000Z', durationMs: 1.235 },
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        event: 'call',
        requestId: 'req_2',
        server: 'orders',
        kind: 'tool',
        decision: 'allowed',
        outcome: 'ok',
        durationMs: 0,
      },
    ])
  })

  it('keeps a line a line whatever callers call things', async () => {
    const stream = capture()
    const audit = createAuditLog({ stream })
    const names = [
      '"quoted"',
      'back\\slash',
      'new\nline',
      'tab\t',
      'Côte de Blaye',
      '猫',
      '😀',
      '\ud800',
      '\u2028',
    ]
    for (const name of names) audit.record({ ...EVENT, name, requestId: name })
    audit.record({ ...EVENT, name: 'x'.repeat(10_000) })
    await audit.close()
    const read = stream.lines.map((line) => line.name)
    expect(read.slice(0, names.length)).toEqual(names)
    expect(stream.lines.map((line) => line.requestId).slice(0, names.length)).toEqual(names)
    expect(read.at(-1)).toBe(`${'x'.repeat(512)}…`)
  })

  it('writes many events in few writes', async () => {
    const stream = capture()
    let writes = 0
    const audit = createAuditLog({
      stream: {
        ...stream,
        write(lines) {
          writes++
          return stream.write(lines)
        },
      },
    })
    for (let index = 0; index < 5000; index++) audit.record({ ...EVENT, requestId: `req_${index}` })
    await audit.flush()
    expect(stream.lines.map((line) => line.requestId)).toEqual(
      Array.from({ length: 5000 }, (_, index) => `req_${index}`),
    )
    expect(writes).toBeLessThan(60)
    await audit.close()
  })

  it('writes by itself after a while', async () => {
    const stream = capture()
    const { promise: written, resolve } = Promise.withResolvers<void>()
    const audit = createAuditLog({ stream: { ...stream, flush: async () => resolve() }, flushEvery: 1 })
    audit.record(EVENT)
    expect(stream.text).toBe('')
    // The log's own timer does not keep a process alive, so this one must.
    const alive = setInterval(() => {}, 1000)
    await written
    clearInterval(alive)
    expect(stream.lines).toHaveLength(1)
    await audit.close()
  })

  it('waits for a slow reader, drops what does not fit, counts it and says so', async () => {
    const stream = capture()
    let { promise: taken, resolve: take } = Promise.withResolvers<void>()
    const audit = createAuditLog({ stream: { ...stream, flush: () => taken }, maxWaiting: 128 * 1024 })
    audit.record(EVENT)
    const first = audit.flush()
    const sent = 5000
    for (let index = 0; index < sent; index++) audit.record(EVENT)
    expect(audit.dropped).toBeGreaterThan(0)
    expect(stream.lines).toHaveLength(1)
    take()
    ;({ promise: taken, resolve: take } = Promise.withResolvers<void>())
    take()
    await first
    const gaps = stream.lines.filter((line) => line.event === 'gap')
    const calls = stream.lines.filter((line) => line.event === 'call')
    expect(gaps).toEqual([{ time: expect.any(String), event: 'gap', lost: audit.dropped }])
    expect(calls).toHaveLength(1 + sent - audit.dropped)
    audit.record(EVENT)
    await audit.close()
    expect(stream.lines.at(-1)?.event).toBe('call')
  })

  it('counts what the stream itself refuses', async () => {
    const stream = capture()
    const audit = createAuditLog({ stream: { ...stream, write: () => false } })
    for (let index = 0; index < 10; index++) audit.record(EVENT)
    await audit.flush()
    expect(audit.dropped).toBe(10)
    await audit.close()
  })

  it('appends to a file that only its owner may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'audit-'))
    try {
      const path = join(folder, 'deep', 'audit.log')
      for (const requestId of ['req_1', 'req_2']) {
        const output = fileOutput(path)
        const audit = createAuditLog({ stream: output })
        audit.record({ ...EVENT, requestId })
        await audit.close()
        await output.close()
      }
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line).requestId)).toEqual(['req_1', 'req_2'])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
