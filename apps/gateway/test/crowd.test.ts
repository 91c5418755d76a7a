import { expect, test } from 'vitest'
import { startFleet } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { limitsOf, outcomeOf } from './fixture/limits.ts'

test('a tenant that floods the gateway with slow calls does not keep another from being answered', async () => {
  const concurrency = { tenant: 8, tenantAtServer: 8, queue: 4, wait: '50ms' }
  const { telemetry, events } = keptAudit()
  const { desk, post, token, mcp, origin } = await startFleet({
    env: limitsOf({ concurrency }).env,
    telemetry,
  })
  const over = new AbortController()
  const noisy = { tenant: 'noisy' }
  const authorization = `Bearer ${await token(noisy)}`
  const flood = Array.from({ length: 40 }, async (_, id) => {
    const response = await fetch(mcp, {
      method: 'POST',
      signal: over.signal,
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: { name: 'hr__wait_for_ever', arguments: {} },
      }),
    })
    return outcomeOf(response)
  })
  const settled = Promise.allSettled(flood)
  await expect.poll(() => desk.log.length).toBe(8)
  // All of the calls of another tenant to the very server succeed while the slow ones are in flight.
  for (let round = 0; round < 5; round++) {
    const calls = Array.from({ length: 8 }, async () =>
      outcomeOf(await post('tools/call', { name: 'hr__who_am_i', arguments: {} })),
    )
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']))
  }
  const refused = () => events().filter(({ rule }) => rule === 'concurrency')
  await expect.poll(() => refused().length).toBe(32)
  expect(desk.log).toHaveLength(8)
  expect(desk.cancelled).toHaveLength(0)
  const metrics = await (await fetch(`${origin}/metrics`)).text()
  expect(metrics).toContain('atoll_gateway_limited_total{limit="concurrency"} 32')
  over.abort()
  const outcomes = await settled
  expect(outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))).toEqual(
    Array.from({ length: 32 }, () => 'LIMITED'),
  )
  // What they held is free again.
  await expect.poll(() => desk.cancelled.length).toBe(8)
  expect(
    await outcomeOf(await post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { as: noisy })),
  ).toBe('ok')
})

test('a call that waits has its turn when one of its tenant ends', async () => {
  const concurrency = { tenant: 1, queue: 5, wait: '30s' }
  const { desk, post, connect } = await startFleet({ env: limitsOf({ concurrency }).env })
  const client = await connect()
  const slow = new AbortController()
  const first = client.callTool({ name: 'hr__wait_for_ever', arguments: {} }, { signal: slow.signal })
  const ended = expect(first).rejects.toThrow()
  await expect.poll(() => desk.log.length).toBe(1)
  const waiting = post('tools/call', { name: 'hr__who_am_i', arguments: {} })
  slow.abort()
  expect(await outcomeOf(await waiting)).toBe('ok')
  await ended
})
