import { randomUUID } from 'node:crypto'
import { hasRedisServer, testRedis } from '@atoll/tooling/redis-server'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Allowance, Counts, redisCounts } from '../src/index.ts'
import { chance } from './fixture/chance.ts'
import { connection } from './fixture/connection.ts'

const url = process.env.TEST_REDIS_URL
const DAY = 86_400_000
/** Tomorrow's: what is over by its own clock Redis forgets. */
const NOON = (Math.floor(Date.now() / DAY) + 1.5) * DAY
const LEASE_SECONDS = 1

describe.skipIf(!url)('replicas that share a Redis (TEST_REDIS_URL)', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = new Redis(url ?? '')
    await redis.ping()
  })
  afterAll(() => redis.disconnect())

  function replicas(many: number) {
    const clock = { now: NOON }
    const name = `test-${randomUUID()}`
    const read = () => clock.now
    const made = Array.from(
      { length: many },
      () => new Counts({ shared: redisCounts(redis, name, { clock: read }), clock: read }),
    )
    return { clock, made }
  }

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'together never admit more than the rate allows (seed %i)',
    async (seed) => {
      const random = chance(seed)
      const { clock, made } = replicas(2)
      const burst = 1 + random(60)
      const perSecond = 1 + random(40)
      const allowance: Allowance = { kind: 'rate', burst, perSecond }
      const admitted: number[] = []
      let sinceStart = 0
      for (let step = 0; step < 60; step++) {
        const calls = Array.from({ length: random(25) }, async () => {
          const replica = made[random(2)]
          const counter = replica?.counter('key', allowance)
          if (counter && !(await replica?.take([{ counter, units: 1 }]))) admitted.push(clock.now)
        })
        await Promise.all(calls)
        sinceStart = (clock.now - NOON) / 1000
        expect(admitted.length).toBeLessThanOrEqual(burst + perSecond * sinceStart)
        clock.now += random(700)
      }
      // Any window: what was leased before it began may be used in it.
      const most = (seconds: number) => Math.ceil(burst + perSecond * (seconds + LEASE_SECONDS))
      const tooMany = admitted.flatMap((start, index) =>
        admitted.slice(index).filter((end, more) => more + 1 > most((end - start) / 1000)),
      )
      expect(tooMany).toEqual([])
      expect(admitted.length).toBeGreaterThan(0)
    },
  )

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'together never use more than a quota, and all of it (seed %i)',
    async (seed) => {
      const random = chance(1000 + seed)
      const { clock, made } = replicas(3)
      const most = 1 + random(400)
      const allowance: Allowance = { kind: 'quota', most, period: 'day' }
      let used = 0
      for (let step = 0; step < 80; step++) {
        await Promise.all(
          Array.from({ length: random(30) }, async () => {
            const replica = made[random(3)]
            const counter = replica?.counter('key', allowance)
            const units = 1 + random(3)
            if (!counter || (await replica?.take([{ counter, units }]))) return
            if (random(10) > 0) used += units
            else replica?.giveBack([{ counter, units }], clock.now)
          }),
        )
        expect(used).toBeLessThanOrEqual(most)
        clock.now += random(900)
      }
      // What one replica leased and did not use comes back, so the last unit is used by whoever asks for it.
      await Promise.all(made.map((replica) => replica.close()))
      const [last] = replicas(1).made
      expect(last).toBeDefined()
      const rest = made[0]
      const counter = rest?.counter('key', allowance)
      if (!rest || !counter) throw new Error('no replica')
      for (let tries = 0; tries < most * 2 + 20; tries++) {
        clock.now += 300
        if (!(await rest.take([{ counter, units: 1 }]))) used += 1
      }
      expect(used).toBe(most)
    },
  )

  test('most calls of a busy caller need no round trip', async () => {
    const name = `test-${randomUUID()}`
    let asked = 0
    const shared = redisCounts(redis, name)
    const counts = new Counts({
      shared: {
        ...shared,
        ask(questions) {
          asked++
          return shared.ask(questions)
        },
      },
    })
    const wants = ['a', 'b', 'c'].map((key) => ({
      counter: counts.counter(key, { kind: 'rate', burst: 1_000_000, perSecond: 100_000 }),
      units: 1,
    }))
    for (let call = 0; call < 3000; call++) expect(await counts.take(wants)).toBeUndefined()
    expect(asked).toBeLessThan(300)
    await counts.close()
  })

  test('the first call asks for all of its counts in one round trip', async () => {
    let asked = 0
    const shared = redisCounts(redis, `test-${randomUUID()}`)
    const ask: typeof shared.ask = (questions) => {
      asked++
      return shared.ask(questions)
    }
    const counts = new Counts({ shared: { ...shared, ask } })
    const allowances: Allowance[] = [
      { kind: 'rate', burst: 5, perSecond: 1 },
      { kind: 'quota', most: 5, period: 'day' },
      { kind: 'quota', most: 5, period: 'month' },
    ]
    const wants = allowances.map((allowance, at) => ({
      counter: counts.counter(`${at}`, allowance),
      units: 1,
    }))
    expect(await counts.take(wants)).toBeUndefined()
    expect(asked).toBe(1)
  })

  test('know how many they are', async () => {
    const { made } = replicas(3)
    await Promise.all(made.map((replica) => replica.start()))
    await made[0]?.start()
    expect(made[0]?.replicas).toBe(3)
    await Promise.all(made.map((replica) => replica.close()))
  })
})

describe.skipIf(!hasRedisServer)('replicas whose Redis goes away', () => {
  async function two(limit: Allowance) {
    const server = await testRedis({ keeps: false })
    const clock = { now: Date.now() }
    const made = await Promise.all(
      ['one', 'other'].map(async () => {
        const redis = await connection(server.url)
        return new Counts({
          shared: redisCounts(redis, 'test', { clock: () => clock.now }),
          clock: () => clock.now,
        })
      }),
    )
    await Promise.all(made.map((replica) => replica.start()))
    await Promise.all(made.map((replica) => replica.start()))
    const admit = async (at: number, calls: number) => {
      let admitted = 0
      const replica = made[at]
      const counter = replica?.counter('key', limit)
      for (let call = 0; call < calls; call++)
        if (counter && !(await replica?.take([{ counter, units: 1 }]))) admitted++
      return admitted
    }
    const away = (is: boolean) => expect.poll(() => made.map(({ isAway }) => isAway)).toEqual([is, is])
    return { server, clock, made, admit, away }
  }

  test('each admits its share, and what was used meanwhile is added when it is back', async () => {
    const { server, made, admit, away, clock } = await two({ kind: 'quota', most: 100, period: 'month' })
    expect(made.map(({ replicas }) => replicas)).toEqual([2, 2])
    expect(await admit(0, 20)).toBe(20)
    expect(await admit(1, 20)).toBe(20)
    server.freeze()
    await away(true)
    // Of 60 that were left, as each last knew, each may use half.
    const alone = await admit(0, 20)
    expect(alone).toBe(20)
    expect(await admit(1, 100)).toBeLessThanOrEqual(31)
    server.thaw()
    await away(false)
    clock.now += 2000
    const rest = (await admit(0, 100)) + (await admit(1, 100))
    expect(rest).toBeLessThanOrEqual(100 - 40 - alone - 29)
    expect(await admit(0, 1)).toBe(0)
  })

  test('a Redis that lost everything learns what was used of a quota', async () => {
    const { server, admit, away, clock } = await two({ kind: 'quota', most: 50, period: 'month' })
    expect(await admit(0, 40)).toBe(40)
    await server.kill()
    await away(true)
    expect(await admit(0, 2)).toBe(2)
    await server.start()
    await away(false)
    clock.now += 2000
    const rest = (await admit(1, 50)) + (await admit(0, 10))
    expect(rest).toBeLessThanOrEqual(8)
    expect(rest).toBeGreaterThan(0)
  })

  test('nobody is refused for good while it is away, and nobody is let through without end', async () => {
    const { server, admit, away, clock } = await two({ kind: 'rate', burst: 10, perSecond: 1 })
    expect(await admit(0, 20)).toBe(10)
    await server.kill()
    await away(true)
    clock.now += 4000
    expect(await admit(0, 20)).toBe(2)
    clock.now += 100_000
    expect(await admit(0, 20)).toBe(5)
    expect(await admit(1, 20)).toBe(5)
    await server.start()
    await away(false)
    // Both used their halves of the bucket, which Redis does not know any more.
    expect((await admit(0, 20)) + (await admit(1, 20))).toBe(0)
    clock.now += 3000
    expect(await admit(0, 20)).toBe(3)
  })
})
