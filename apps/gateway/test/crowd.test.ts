import { freePort } from '@atoll/tooling/free-port'
import { hasRedisServer, testRedis } from '@atoll/tooling/redis-server'
import { describe, expect, onTestFinished, test } from 'vitest'
import { domainServer } from './fixture/domain-server.ts'
import { hrServer, newDesk } from './fixture/domains.ts'
import { newSite, startFleet, startGateway, type TestGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { limitsOf, outcomeOf } from './fixture/limits.ts'
import { connectThinking } from './fixture/old-client.ts'

const NOISY = { tenant: 'noisy' }

/** So many calls of one tenant that end only when they are left. */
async function flood({ mcp, token }: TestGateway, calls: number) {
  const over = new AbortController()
  const authorization = `Bearer ${await token(NOISY)}`
  const outcomes: unknown[] = []
  const all = Array.from({ length: calls }, async (_, id) => {
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
    outcomes.push(await outcomeOf(response))
  })
  const settled = Promise.allSettled(all)
  return {
    refused: () => outcomes.filter((outcome) => outcome === 'LIMITED').length,
    async leave() {
      over.abort()
      await settled
    },
  }
}

test('a tenant that floods the gateway with slow calls does not keep another from being answered', async () => {
  const concurrency = { tenant: 8, tenantAtServer: 8, queue: 4, wait: '50ms' }
  const { telemetry, events } = keptAudit()
  const gateway = await startFleet({ env: limitsOf({ concurrency }).env, telemetry })
  const { desk, post, origin } = gateway
  const flooding = await flood(gateway, 40)
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
  expect(flooding.refused()).toBe(32)
  await flooding.leave()
  // What they held is free again.
  await expect.poll(() => desk.cancelled.length).toBe(8)
  expect(
    await outcomeOf(await post('tools/call', { name: 'hr__who_am_i', arguments: {} }, { as: NOISY })),
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

describe('a call whose caller is asked something', () => {
  const WHO_AM_I = { name: 'hr__who_am_i', arguments: {} }

  async function asking() {
    const { env } = limitsOf({ concurrency: { tenant: 1, queue: 0 } })
    const gateway = await startFleet({ env: { ...env, MCP_SESSIONS: 'true' } })
    const { client, asked, confirm } = await connectThinking(gateway)
    const call = new AbortController()
    const promoted = client.callTool({ name: 'hr__promote', arguments: { name: 'Ada' } }, undefined, {
      signal: call.signal,
    })
    const ended = promoted.then(
      () => 'answered',
      () => 'left',
    )
    await asked
    /** Another call of the tenant, which has begun and ends when it is left. */
    async function waiting() {
      const over = new AbortController()
      const other = await gateway.connect()
      const waits = other.callTool({ name: 'hr__wait_for_ever', arguments: {} }, { signal: over.signal })
      const left = expect(waits).rejects.toThrow()
      await expect.poll(() => gateway.desk.log).toContain('wait')
      return {
        leave() {
          over.abort()
          return left
        },
      }
    }
    return { ...gateway, call, confirm, ended, waiting }
  }

  test('leaves its place to others of its tenant until the answer', async () => {
    const { post, confirm, ended, waiting } = await asking()
    for (let calls = 0; calls < 3; calls++)
      expect(await outcomeOf(await post('tools/call', WHO_AM_I))).toBe('ok')
    const slow = await waiting()
    // It was under way, and goes on though there is no room.
    confirm()
    expect(await ended).toBe('answered')
    expect(await outcomeOf(await post('tools/call', WHO_AM_I))).toBe('LIMITED')
    await slow.leave()
    await expect.poll(async () => outcomeOf(await post('tools/call', WHO_AM_I))).toBe('ok')
  })

  test('leaves it once where the caller goes', async () => {
    const { post, call, ended, waiting } = await asking()
    call.abort()
    expect(await ended).toBe('left')
    const slow = await waiting()
    expect(await outcomeOf(await post('tools/call', WHO_AM_I))).toBe('LIMITED')
    await slow.leave()
  })
})

describe.skipIf(!hasRedisServer)('two replicas that share a Redis', () => {
  test('let a tenant have as many calls at once as the file says, together, and keep another answered', async () => {
    const redis = await testRedis()
    const concurrency = { tenant: 8, tenantAtServer: 8, queue: 0 }
    const sites = [await newSite(), await newSite()]
    const desk = newDesk()
    const issuers = sites.flatMap((site) => site.issuers)
    const hr = await domainServer(hrServer, desk, { port: await freePort(), issuers })
    onTestFinished(() => hr.close())
    const { env } = limitsOf({ concurrency })
    const replicas = await Promise.all(
      sites.map((site) =>
        startGateway(site, [{ name: 'hr', url: hr.url }], {
          env: {
            ...env,
            ...{ REDIS_URL: redis.url, PUBLIC_URL: 'http://gateway.test/mcp', GATEWAY_ISSUER: site.origin },
          },
        }),
      ),
    )
    const known = async ({ origin }: TestGateway) =>
      /^atoll_gateway_limits_replicas (\d+)$/m.exec(await (await fetch(`${origin}/metrics`)).text())?.[1]
    for (const each of replicas) await expect.poll(() => known(each), { timeout: 5000 }).toBe('2')
    const floods = await Promise.all(replicas.map((each) => flood(each, 20)))
    // What is refused is all that is answered: the rest is held.
    for (const { refused } of floods) await expect.poll(refused).toBe(16)
    expect(desk.log).toHaveLength(8)
    for (const { post } of replicas) {
      const calls = Array.from({ length: 4 }, async () =>
        outcomeOf(await post('tools/call', { name: 'hr__who_am_i', arguments: {} })),
      )
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']))
    }
    for (const { leave } of floods) await leave()
  }, 60_000)
})
