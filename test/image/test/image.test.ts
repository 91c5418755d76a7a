import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@atoll/tooling/free-port'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCollector } from '../src/collector.ts'
import { apps, type Fleet, partsOf, prepareFleet, stores } from '../src/fleet.ts'
import { checkHealth, runJob } from '../src/run-image.ts'
import type { Running } from '../src/running.ts'

let fleet: Fleet
beforeAll(async () => {
  fleet = await prepareFleet()
}, 600_000)
afterAll(() => fleet?.close(), 60_000)

describe.each(apps)('the image of %s', (app) => {
  it('holds Node, what its bundle is made of, which nobody may change, and nothing else', () => {
    const { root } = fleet.image(app)
    const { workers, outside, apps: pages } = partsOf(app)
    const isPackage = (path: string) => path.startsWith('app/node_modules/')
    const files = filesUnder(root)
    expect(files.filter((path) => !isPackage(path))).toEqual(
      [
        ...['main', ...workers].map((name) => `app/${name}.mjs`),
        ...pages.map((name) => `app/${name}.html`),
        'nodejs/bin/node',
      ].sort(),
    )
    expect(files.some(isPackage)).toBe(outside.length > 0)
    for (const name of outside) expect(files).toContain(`app/node_modules/${name}/package.json`)
    for (const path of files.filter((path) => path.startsWith('app/'))) {
      expect(statSync(join(root, path)).mode & 0o777, path).toBe(0o444)
    }
  })

  it('says what it is, and runs as a numbered user who is not root', () => {
    const { labels, user, environment, port } = fleet.image(app)
    expect(labels).toMatchObject({
      'org.opencontainers.image.title': `atoll-${app}`,
      'org.opencontainers.image.version': '1.2.3',
    })
    expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
    expect(environment).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: String(port) })
  })

  it('starts, is healthy, and stops when told', async () => {
    const variables = fleet.environment(app)
    expect(await checkHealth(fleet.image(app), variables)).toBe(1)
    const server = await fleet.start(app)
    expect(await checkHealth(fleet.image(app), variables)).toBe(0)
    const answer = await fetch(`http://127.0.0.1:${variables.PORT}/health`)
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ok', name: app }])
    expect(await server.stop()).toBe(0)
  })
})

describe('the fleet of the compose file', () => {
  it.each(stores)(
    'brings the database of %s up to date, once, and fills it',
    async (app) => {
      const image = fleet.image(app)
      const first = await runJob(image, fleet.environment(`${app}-migrate`), ['migrate'])
      expect(first).toMatchObject({ code: 0, output: expect.stringContaining('Applied') })
      const second = await runJob(image, fleet.environment(`${app}-migrate`), ['migrate'])
      expect(second).toMatchObject({ code: 0, output: expect.not.stringContaining('Applied') })
      // What makes its data by itself has nothing to begin with.
      if (!fleet.has(`${app}-seed`)) return
      expect(await runJob(image, fleet.environment(`${app}-seed`), ['seed'])).toMatchObject({ code: 0 })
    },
    120_000,
  )

  it('answers through the gateway from every server, and sends the traces of all', async () => {
    const collector = await startCollector()
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
    const servers: Running[] = []
    for (const app of stores) servers.push(await fleet.start(app, traced))
    const gateway = await fleet.start('gateway', traced)
    servers.push(gateway)

    const departments = await gateway.call(fleet.token, 'hr__list_departments', {})
    expect(departments).toMatchObject({ departments: expect.arrayContaining([expect.any(Object)]) })
    const products = await gateway.call(fleet.token, 'orders__search_products', {})
    expect(products).toMatchObject({ products: expect.arrayContaining([expect.any(Object)]) })
    const revenue = await gateway.call(fleet.token, 'analytics__revenue_by_period', { grain: 'year' })
    expect(revenue).toMatchObject({ rows: [{ period: '2025-01-01' }, { period: '2026-01-01' }] })

    const query = { query: 'How many days off do I get?' }
    expect(await gateway.call(fleet.token, 'knowledge-base__search_knowledge_base', query)).toMatchObject({
      results: expect.arrayContaining([expect.objectContaining({ title: 'Vacation' })]),
      searched: { by_meaning: 'full' },
    })

    const half = { from: '2026-01-01', to: '2026-06-30' }
    const ask = { type: 'headcount', date_range: half }
    const made = await gateway.call(fleet.token, 'reports__generate_report', ask)
    expect(made).toMatchObject({ ready: true, content: { sections: Array(4).fill({ status: 'complete' }) } })
    const read = { id: made.id, charts: 'png' }
    expect(await gateway.call(fleet.token, 'reports__get_report', read)).toMatchObject({
      report: { attempts: 1 },
    })

    for (const server of servers) expect(await server.stop()).toBe(0)
    await Promise.all(apps.map((service) => collector.spansOf(service)))
    await collector.close()
  }, 60_000)
})

describe.skipIf(!process.env.TEST_DATABASE_URL || !process.env.TEST_REDIS_URL)(
  'two replicas of orders, over the PostgreSQL of TEST_DATABASE_URL and the Redis of TEST_REDIS_URL',
  () => {
    const token = 'the-token-of-alice-for-both-replicas-0123'
    let replicas: readonly [Running, Running]

    beforeAll(async () => {
      const replica = async () => {
        const port = String(await freePort())
        return fleet.start('orders', {
          PORT: port,
          PUBLIC_URL: `http://127.0.0.1:${port}/mcp`,
          MCP_BEARER_TOKEN: token,
          MCP_BEARER_TENANT: 'acme',
          MCP_BEARER_SUBJECT: 'alice',
          MCP_BEARER_SCOPES: 'orders:read orders:write',
        })
      }
      replicas = [await replica(), await replica()]
    }, 60_000)

    const orders = async (replica: Running, status: string) => {
      const { orders } = await replica.call(token, 'list_my_orders', { status })
      return orders as { id: string }[]
    }

    it('uses the given server', () => {
      const given = new URL(process.env.TEST_DATABASE_URL ?? '')
      const used = new URL(fleet.environment('orders').DATABASE_URL ?? '')
      expect([used.hostname, used.port]).toEqual([given.hostname, given.port])
    })

    it('shows on one what was changed through the other, cached or not', async () => {
      const [one, other] = replicas
      const [order] = await orders(one, 'pending')
      expect(order).toBeDefined()
      const read = { id: order?.id }
      expect(await other.call(token, 'get_order', read)).toMatchObject({ order: { status: 'pending' } })
      await one.call(token, 'cancel_order', { ...read, confirm: true, idempotency_key: 'replicas-1' })
      // The word travels through Redis.
      const seen = () => other.call(token, 'get_order', read)
      await expect.poll(seen, { timeout: 5000 }).toMatchObject({ order: { status: 'cancelled' } })
    })

    it('acts once for a key that reaches both at the same time', async () => {
      const [order] = await orders(replicas[0], 'processing')
      const args = { id: order?.id, confirm: true, idempotency_key: 'replicas-2' }
      const [first, second] = await Promise.all(
        replicas.map((each) => each.call(token, 'cancel_order', args)),
      )
      expect(first).toEqual(second)
    })
  },
)

function filesUnder(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}
