import type { AuditEvent } from '@atoll/telemetry'
import { expect, test } from 'vitest'
import { Traffic } from '../src/console/traffic.ts'
import { verdictOf } from '../src/console/verdict.ts'
import { CONSOLE_ENV, consoleOf } from './fixture/console.ts'
import { behindGateway, openShop, tool } from './fixture/shop.ts'

const CALL: AuditEvent = {
  ...{ event: 'call', requestId: 'r', server: 'shop', kind: 'tool', name: 'shop__pay' },
  ...{ decision: 'allowed', outcome: 'ok', durationMs: 10 },
}

test.each([
  ['answered', { outcome: 'ok' }],
  ['answered', { outcome: 'input_required' }],
  ['declined', { outcome: 'tool_error', errorCode: 'NOT_FOUND' }],
  ['declined', { outcome: 'tool_error' }],
  ['declined', { outcome: 'error', errorCode: '-32602' }],
  ['failed', { outcome: 'tool_error', errorCode: 'INTERNAL' }],
  ['failed', { outcome: 'error', errorCode: 'UNAVAILABLE' }],
  ['failed', { outcome: 'timeout', errorCode: 'TIMEOUT' }],
  ['refused', { decision: 'refused', outcome: 'refused', errorCode: 'FORBIDDEN' }],
] as const)('a call is %s: %o', (verdict, change) => {
  expect(verdictOf({ ...CALL, ...change })).toBe(verdict)
})

test('counts what a server did by second, apart from what never got to it and what was no call', () => {
  let now = 1_000_000
  const traffic = new Traffic(() => now)
  traffic.add(CALL)
  traffic.add({ ...CALL, outcome: 'timeout', durationMs: 30 })
  traffic.add({ ...CALL, decision: 'refused', outcome: 'refused', durationMs: 0 })
  traffic.add({ ...CALL, kind: 'definition', durationMs: 0 })
  now += 1000
  traffic.add({ ...CALL, outcome: 'tool_error', errorCode: 'INVALID' })
  const { calls, failed, declined, refused, latency } = traffic.of('shop')
  const last = (all: readonly number[]) => all.slice(-2)
  expect([calls, failed, declined, refused, latency].map(last)).toEqual([
    [2, 1],
    [1, 0],
    [0, 1],
    [1, 0],
    [20, 10],
  ])
  now += 60_000
  expect(new Set(traffic.of('shop').calls)).toEqual(new Set([0]))
})

test('tells a no of a tool from its failure by what its server says of it, also in the audit', async () => {
  const said = (code: unknown) => ({ isError: true, content: [], _meta: { 'dev.atoll/error': { code } } })
  const results = [said('NOT_FOUND'), said('INTERNAL'), said('no code <at> all'), { content: [] }]
  const shop = await openShop({
    tools: [tool('pay')],
    answer: ({ reply }) => reply(results.shift() ?? {}),
  })
  const gateway = await behindGateway(shop, undefined, CONSOLE_ENV)
  const { get, post, signIn } = consoleOf(gateway)
  const alice = await signIn('alice')
  for (const _ of [...results]) await post('call', { tool: 'shop__pay', arguments: {} }, alice)
  const [server] = (await get('fleet', alice)).servers
  const sum = (all: readonly number[]) => all.reduce((total, value) => total + value, 0)
  const { calls, failed, declined } = server.traffic
  expect([calls, failed, declined].map(sum)).toEqual([4, 1, 2])
  expect((await get('calls', alice)).entries).toMatchObject([
    { outcome: 'ok' },
    { outcome: 'tool_error' },
    { outcome: 'tool_error', errorCode: 'INTERNAL' },
    { outcome: 'tool_error', errorCode: 'NOT_FOUND' },
  ])
})
