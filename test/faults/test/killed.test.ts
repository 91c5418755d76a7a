import { setTimeout as pause } from 'node:timers/promises'
import { testRedis } from '@atoll/tooling/redis-server'
import { describe, expect, test } from 'vitest'
import { tally } from '../src/report.ts'
import { audienceOf, instancesOf, newSite, REGISTER } from '../src/site.ts'
import { expectOnce, printTraffic, startTraffic } from '../src/traffic.ts'

const TOOLS = { read: 'ledger__look', write: 'ledger__pay' }
const LEDGER = { name: 'ledger', audience: audienceOf('ledger'), register: REGISTER }
/** An instance that was killed says no goodbye, and is found gone by the first connection it does not take. */
const LEASE = { GATEWAY_LEASE: '2s' }

describe('under load', () => {
  test('an instance that is killed loses no read, and no payment is made twice', async () => {
    const site = await newSite()
    const gateway = await site.gateway([LEDGER], LEASE)
    const [first] = [await site.server('ledger', gateway), await site.server('ledger', gateway)]
    const traffic = await startTraffic(site, () => gateway.mcp, TOOLS)
    await traffic.served()
    await first.stop('SIGKILL')
    await traffic.served()
    await site.server('ledger', gateway)
    await traffic.served()
    const { reads, writes } = await traffic.stop()
    expect(tally(reads)).toEqual({ ok: reads.length })
    expectOnce(site.payments(), writes)
    // Whatever did not go well was under way in the process that was killed.
    const { ok, OUTCOME_UNKNOWN: unknown = 0, ...others } = tally(writes)
    expect(others).toEqual({})
    expect(unknown).toBeLessThanOrEqual(6)
    printTraffic('an instance was killed', { reads, writes })
  })

  test('every instance is replaced in turn without a failed call or a payment made twice', async () => {
    const site = await newSite()
    const gateway = await site.gateway([LEDGER], LEASE)
    let serving = [
      await site.server('ledger', gateway),
      await site.server('ledger', gateway),
      await site.server('ledger', gateway),
    ]
    const traffic = await startTraffic(site, () => gateway.mcp, TOOLS)
    for (const old of serving) {
      await traffic.served()
      const next = await site.server('ledger', gateway)
      await old.stop('SIGTERM')
      expect(old.exitCode()).toBe(0)
      serving = [...serving.filter((each) => each !== old), next]
    }
    await traffic.served()
    expect((await instancesOf(gateway.origin)).toSorted()).toEqual(serving.map(({ url }) => url).toSorted())
    const { reads, writes } = await traffic.stop()
    expect(tally(reads)).toEqual({ ok: reads.length })
    expect(tally(writes)).toEqual({ ok: writes.length })
    expectOnce(site.payments(), writes)
    printTraffic('all three instances were replaced', { reads, writes })
  })

  test('a gateway that is killed loses only what was under way in it', async () => {
    const site = await newSite()
    const redis = await testRedis({ keeps: false })
    const env = { ...LEASE, REDIS_URL: redis.url }
    const gateways = [await site.gateway([LEDGER], env), await site.gateway([LEDGER], env)]
    const [first, second] = gateways
    if (!first || !second) throw new Error('There are two')
    await site.server('ledger', gateways)
    let turn = 0
    const mcp = () => gateways[turn++ % gateways.length]?.mcp ?? second.mcp
    const traffic = await startTraffic(site, mcp, TOOLS)
    await traffic.served()
    gateways.splice(0, 1)
    await first.stop('SIGKILL')
    await traffic.served()
    const { reads, writes } = await traffic.stop()
    // One call a client at most had its answer on the way.
    expect(tally(reads).lost ?? 0).toBeLessThanOrEqual(6)
    expect(tally(writes).lost ?? 0).toBeLessThanOrEqual(6)
    expect(new Set([...Object.keys(tally(reads)), ...Object.keys(tally(writes))])).toEqual(
      new Set(['ok', 'lost']),
    )
    expectOnce(site.payments(), writes)
    printTraffic('a gateway was killed', { reads, writes })
  })

  test('Redis may go away and come back without a failed call', async () => {
    const site = await newSite()
    const redis = await testRedis({ keeps: false })
    const gateway = await site.gateway([LEDGER], { ...LEASE, REDIS_URL: redis.url })
    const env = { REDIS_URL: redis.url }
    await site.server('ledger', gateway, env)
    await site.server('ledger', gateway, env)
    const traffic = await startTraffic(site, () => gateway.mcp, TOOLS)
    await traffic.served()
    await redis.kill()
    await traffic.served()
    // Longer than the lease: who says that he is there stays, with or without Redis.
    await pause(3_000)
    await traffic.served()
    await redis.start()
    await traffic.served()
    const { reads, writes } = await traffic.stop()
    expect(tally(reads)).toEqual({ ok: reads.length })
    expect(tally(writes)).toEqual({ ok: writes.length })
    expectOnce(site.payments(), writes)
    printTraffic('Redis went away', { reads, writes })
  })
})
