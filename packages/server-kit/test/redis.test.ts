import { randomUUID } from 'node:crypto'
import { createTelemetry } from '@atoll/telemetry'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChangeEvent, redisEventBus } from '../src/edge/event-bus.ts'
import { connectRedis } from '../src/host/redis.ts'
import { createUseOnce } from '../src/host/use-once.ts'
import { createLimiters } from '../src/pipeline/limiters.ts'

const url = process.env.TEST_REDIS_URL
const { logger } = createTelemetry({ service: 'test', version: '1', env: { LOG_LEVEL: 'silent' }, output: 2 })
const fail = (error: unknown) => {
  throw error
}

describe.skipIf(!url)('with a real Redis (TEST_REDIS_URL)', () => {
  let one: Redis
  let two: Redis
  beforeAll(async () => {
    one = connectRedis(url ?? '', logger)
    two = connectRedis(url ?? '', logger)
    await Promise.all([one, two].map((redis) => new Promise((resolve) => redis.once('ready', resolve))))
  })
  afterAll(() => {
    one.disconnect()
    two.disconnect()
  })

  test('carries a change from one replica to a listener on another', async () => {
    const name = `test-${randomUUID()}`
    const [here, there] = [redisEventBus(one, name, fail), redisEventBus(two, name, fail)]
    const seen: ChangeEvent[] = []
    const local: ChangeEvent[] = []
    there.subscribe((event) => seen.push(event))
    here.subscribe((event) => local.push(event))
    const audience = { groups: ['board'] }
    const event: ChangeEvent = { kind: 'resource', tenant: 'acme', uri: 'x://1', audience }
    // The subscription takes a moment; what was published before it is not for it.
    await expect.poll(() => here.publish(event) ?? seen.length).toBeGreaterThan(0)
    expect(seen[0]).toEqual(event)
    expect(new Set(local.map((each) => each.uri))).toEqual(new Set(['x://1']))
    await Promise.all([here.close(), there.close()])
  })

  test('keeps on one replica what is only for its own listeners', async () => {
    const name = `test-${randomUUID()}`
    const [here, there] = [redisEventBus(one, name, fail), redisEventBus(two, name, fail)]
    const seen: unknown[] = []
    const local: unknown[] = []
    there.subscribe(({ uri }) => seen.push(uri))
    here.subscribe(({ uri }) => local.push(uri))
    const event = (uri: string): ChangeEvent => ({ kind: 'resource', tenant: 'acme', uri })
    await expect
      .poll(() => {
        here.publishHere(event('x://here'))
        here.publish(event('x://everywhere'))
        return seen.length
      })
      .toBeGreaterThan(0)
    expect(new Set(seen)).toEqual(new Set(['x://everywhere']))
    expect(local.slice(0, 2)).toEqual(['x://here', 'x://everywhere'])
    await Promise.all([here.close(), there.close()])
  })

  test('counts calls of all replicas against one limit', async () => {
    const name = `test:${randomUUID()}`
    const take = [one, two].map((redis) => createLimiters(redis).limiter(name, '3/min'))
    const waits = []
    for (let call = 0; call < 4; call += 1) waits.push(await take[call % 2]?.('alice'))
    expect(waits).toEqual([undefined, undefined, undefined, expect.any(Number)])
  })

  test('says whether a limit is reached, and counts nothing for it', async () => {
    const name = `test:${randomUUID()}`
    const [take, other] = [one, two].map((redis) => createLimiters(redis).limiter(name, '2/min'))
    const waits = []
    for (let call = 0; call < 3; call += 1) {
      waits.push(await other?.wait('alice'), await other?.wait('alice'))
      if (call < 2) await take?.('alice')
    }
    expect(waits).toEqual([...Array(4).fill(undefined), expect.any(Number), expect.any(Number)])
  })

  test('uses a sealed state once among all replicas', async () => {
    const name = `test-${randomUUID()}`
    const [first, second] = [createUseOnce(one, name), createUseOnce(two, name)]
    const inOneMinute = Date.now() + 60_000
    expect(await first('a', inOneMinute)).toBe(true)
    expect(await second('a', inOneMinute)).toBe(false)
  })
})

test('still limits when Redis cannot be reached', async () => {
  const redis = connectRedis('redis://127.0.0.1:1', logger)
  const take = createLimiters(redis).limiter('lonely', '1/min')
  expect(await take.wait('alice')).toBeUndefined()
  expect(await take('alice')).toBeUndefined()
  expect(await take.wait('alice')).toBeGreaterThan(0)
  expect(await take('alice')).toBeGreaterThan(0)
  redis.disconnect()
})
