import { hasRedisServer, testRedis } from '@atoll/tooling/redis-server'
import { describe, expect, test } from 'vitest'
import { startFleet, type TestGateway } from './fixture/fleet.ts'
import { limitsOf, outcomeOf } from './fixture/limits.ts'

describe.skipIf(!hasRedisServer)('two replicas that share a Redis', () => {
  test('count together, each its share while Redis is away, and together again when it is back', async () => {
    const redis = await testRedis()
    const { env } = limitsOf({ limits: [{ name: 'tenant', per: ['tenant'], day: 20 }] })
    const shared = { ...env, REDIS_URL: redis.url, PUBLIC_URL: 'http://gateway.test/mcp' }
    const replica = async () => {
      const gateway = await startFleet({ env: shared })
      return { ...gateway, mcp: `${gateway.origin}/mcp` }
    }
    const [one, other] = [await replica(), await replica()]
    const call = async ({ post }: TestGateway) => outcomeOf(await post('tools/list', {}))
    const admitted = async (gateway: TestGateway, calls: number) => {
      const outcomes = []
      for (let each = 0; each < calls; each++) outcomes.push(await call(gateway))
      return outcomes.filter((outcome) => outcome === 'ok').length
    }
    const gauge = async ({ origin }: TestGateway, name: string) =>
      new RegExp(`^atoll_gateway_limits_${name} (\\d+)$`, 'm').exec(
        await (await fetch(`${origin}/metrics`)).text(),
      )?.[1]
    await expect.poll(() => gauge(one, 'replicas'), { timeout: 5000 }).toBe('2')
    expect((await admitted(one, 5)) + (await admitted(other, 5))).toBe(10)
    await redis.stop()
    await expect.poll(() => gauge(one, 'alone'), { timeout: 5000 }).toBe('1')
    await expect.poll(() => gauge(other, 'alone'), { timeout: 5000 }).toBe('1')
    // Half of what each last knew to be left: closed to nobody, open to nobody.
    const alone = await admitted(one, 20)
    expect(alone).toBeGreaterThanOrEqual(5)
    expect(alone).toBeLessThanOrEqual(8)
    await redis.start()
    await expect.poll(() => gauge(one, 'alone'), { timeout: 15_000 }).toBe('0')
    await expect.poll(() => gauge(other, 'alone'), { timeout: 15_000 }).toBe('0')
    // Redis had forgotten all of it, and knows it again.
    const rest = (await admitted(other, 20)) + (await admitted(one, 20))
    expect(10 + alone + rest).toBeLessThanOrEqual(20)
    expect(rest).toBeGreaterThan(0)
  }, 60_000)
})
