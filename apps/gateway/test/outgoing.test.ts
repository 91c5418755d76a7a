import { setImmediate as nextTurn } from 'node:timers/promises'
import { usualProtection } from '@atoll/protection'
import type { Call } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { expect, test } from 'vitest'
import { asked } from '../src/audit.ts'
import { protectionMetrics } from '../src/protection/metrics.ts'
import { Outgoing } from '../src/protection/outgoing.ts'

const telemetry = createTelemetry({ service: 'x', version: '1', env: { LOG_LEVEL: 'silent' }, output: 2 })
const outgoing = new Outgoing(
  usualProtection(),
  protectionMetrics(telemetry),
  () => false,
  () => false,
)
const principal = {
  ...{ subject: 'alice', tenant: 'acme', clientId: 'app', issuer: 'https://id.test', expiresAt: 0 },
  ...{ roles: new Set<string>(), scopes: new Set<string>() },
}
const call = { principal } as unknown as Call

/** What a subscriber to a task is told when it is done (SEP-2663). */
function done(meta: object = {}) {
  return {
    taskId: 'bank__pay.4111111111111111',
    status: 'completed',
    result: { content: [{ type: 'text', text: 'Card 4111 1111 1111 1111' }], ...meta },
  }
}

test('what subscribers are told of a task is masked, and what others are told of it is left as it was', async () => {
  const params = done()
  expect(outgoing.told(params, 'bank', call)).toEqual({
    ...params,
    result: { content: [{ type: 'text', text: 'Card **** **** **** 1111' }] },
  })
  expect(params).toEqual(done())
  expect(await telemetry.metrics()).toContain('atoll_gateway_redactions_total{detector="card"} 1')
})

test('what is restricted, or has no end, is not told at all', () => {
  const deep = JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`)
  expect(outgoing.told({ deep }, 'bank', call)).toBeUndefined()
  expect(
    outgoing.told(done({ _meta: { 'dev.atoll/tool': { data: 'restricted' } } }), 'bank', call),
  ).toBeUndefined()
})

test('a list of several servers is masked as at the one that shows least', async () => {
  const skills = [{ uri: 'skill://x', description: 'Pays with 4111111111111111' }]
  expect(await outgoing.page({ skills }, undefined, call)).toEqual({
    skills: [{ uri: 'skill://x', description: 'Pays with ************1111' }],
  })
})

test('a large answer leaves masked, and others have their turn meanwhile', async () => {
  const about = Object.assign(asked('tool', 'bank__pay'), { server: 'bank' })
  const result = { content: [{ type: 'text', text: 'Paid with 4111 1111 1111 1111. '.repeat(100_000) }] }
  let turns = 0
  let isDone = false
  const others = async () => {
    while (!isDone) {
      await nextTurn()
      turns++
    }
  }
  const released = outgoing.release(result, about, call).finally(() => {
    isDone = true
  })
  await Promise.all([released, others()])
  expect(result.content[0]?.text).toBe('Paid with **** **** **** 1111. '.repeat(100_000))
  expect(about.found).toEqual({ redactions: { card: 100_000 } })
  // One for each 32 kB at least.
  expect(turns).toBeGreaterThan((31 * 100_000) / (32 * 1024))
})

test('a line of a log that is larger than anybody reads is not told', () => {
  const about = Object.assign(asked('tool', 'bank__pay'), { server: 'bank' })
  expect(outgoing.notification({ data: 'Card 4111111111111111' }, about, call)).toEqual({
    data: 'Card ************1111',
  })
  expect(outgoing.notification({ data: 'all is well '.repeat(100_000) }, about, call)).toBeUndefined()
})
