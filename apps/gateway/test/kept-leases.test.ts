import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keepLeases } from '../src/finding/kept-leases.ts'
import { type Lease, Leases } from '../src/finding/leases.ts'

const url = process.env.TEST_REDIS_URL
const AT = { server: 'till', url: 'http://127.0.0.1:4000/mcp', instance: 'one', state: 'ready' } as const
const FIELD = `${AT.server} ${AT.url}`

function connected(): Redis {
  const redis = new Redis(url ?? '')
  onTestFinished(() => redis.disconnect())
  return redis
}

describe.skipIf(!url)('leases that replicas keep in Redis (TEST_REDIS_URL)', () => {
  test('are not thrown away by a replica that read them before they were renewed', async () => {
    const [redis, other] = [connected(), connected()]
    const name = randomUUID()
    const key = `atoll:gateway:${name}:leases`
    onTestFinished(async () => void (await other.del(key)))
    const renewed: Lease = { ...AT, until: Date.now() + 60_000 }
    const over: Lease = { ...AT, until: Date.now() - 1 }
    const gone = { ...over, url: 'http://127.0.0.1:4001/mcp' }
    await other.hset(key, FIELD, JSON.stringify(over), `till ${gone.url}`, JSON.stringify(gone))
    // Another replica hears of it in the moment between reading and throwing away.
    const hgetall = redis.hgetall.bind(redis)
    redis.hgetall = (async (its: string) => {
      const all = await hgetall(its)
      await other.hset(key, FIELD, JSON.stringify(renewed))
      return all
    }) as typeof redis.hgetall
    const leases = new Leases({ lifetime: 60_000, isAllowed: () => true, onChange() {} })
    const errors: unknown[] = []
    const kept = keepLeases(redis, name, leases, (error) => void errors.push(error))
    onTestFinished(() => {
      kept.close()
      leases.close()
    })
    await kept.start()
    expect(errors).toEqual([])
    expect(await other.hgetall(key)).toEqual({ [FIELD]: JSON.stringify(renewed) })
  })
})
