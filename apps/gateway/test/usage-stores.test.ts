import { randomUUID } from 'node:crypto'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createTelemetry } from '@atoll/telemetry'
import { Redis } from 'ioredis'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fileStore } from '../src/usage/file-store.ts'
import { postgresStore } from '../src/usage/postgres-store.ts'
import { redisStore } from '../src/usage/redis-store.ts'
import { UsageLog } from '../src/usage/usage-log.ts'
import type { Batch, UsageStore } from '../src/usage/usage-store.ts'
import { newFolder } from './fixture/policy.ts'

const redisUrl = process.env.TEST_REDIS_URL
const databaseUrl = process.env.TEST_DATABASE_URL
const today = new Date().toISOString().slice(0, 10)
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
const ROW = {
  day: today,
  tenant: 'acme',
  team: 'a "team"]',
  server: 'hr',
  tool: 'hr__x',
  calls: 2,
  units: 6,
  failed: 1,
}

const stores: Record<string, { skip: boolean; open(): Promise<{ one: UsageStore; other: UsageStore }> }> = {
  'a file': {
    skip: false,
    async open() {
      const store = fileStore(join(newFolder(), 'usage.jsonl'))
      return { one: store, other: store }
    },
  },
  Redis: {
    skip: !redisUrl,
    async open() {
      const redis = new Redis(redisUrl ?? '')
      onTestFinished(() => redis.disconnect())
      const name = `test-${randomUUID()}`
      return { one: redisStore(redis, name), other: redisStore(redis, name) }
    },
  },
  PostgreSQL: {
    skip: !databaseUrl,
    async open() {
      const url = await newDatabase()
      const open = () => postgresStore(url, () => {})
      const [one, other] = [open(), open()]
      onTestFinished(async () => {
        await Promise.all([one.close(), other.close()])
      })
      return { one, other }
    },
  },
}

describe.each(Object.entries(stores).filter(([, { skip }]) => !skip))('usage in %s', (_name, { open }) => {
  test('adds up what replicas keep, by day, tenant, team and tool', async () => {
    const { one, other } = await open()
    const batch = (...rows: Batch['rows']): Batch => ({ id: randomUUID(), rows })
    await Promise.all([
      one.keep(batch(ROW, { ...ROW, tenant: 'globex' })),
      other.keep(batch(ROW, { ...ROW, day: yesterday })),
    ])
    const all = await other.read({ since: yesterday, until: today })
    expect(all).toHaveLength(3)
    expect(await one.read({ since: today, until: today })).toEqual(
      expect.arrayContaining([
        { ...ROW, calls: 4, units: 12, failed: 2 },
        { ...ROW, tenant: 'globex' },
      ]),
    )
    expect(await one.read({ since: '2020-01-01', until: '2020-12-31' })).toEqual([])
  })

  test('keeps a batch once, however often it is handed over', async () => {
    const { one } = await open()
    const batch = { id: randomUUID(), rows: [ROW] }
    await one.keep(batch)
    await one.keep(batch)
    expect(await one.read({ since: today, until: today })).toEqual([ROW])
  })
})

test('a file goes on after a process that was killed while it wrote, and gets shorter', async () => {
  const path = join(newFolder(), 'usage.jsonl')
  const store = fileStore(path)
  for (let batch = 0; batch < 5; batch++) await store.keep({ id: `${batch}`, rows: [ROW] })
  appendFileSync(path, '{"id":"6","rows":[{"day":"20')
  const again = fileStore(path)
  expect(await again.read({ since: today, until: today })).toEqual([
    { ...ROW, calls: 10, units: 30, failed: 5 },
  ])
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1)
  writeFileSync(path, 'something else\n')
  expect(() => fileStore(path)).toThrow('line 1 is not right')
})

test('what cannot be kept waits, and is read all the same', async () => {
  let isAway = true
  const kept: Batch[] = []
  const store: UsageStore = {
    name: 'a store',
    async keep(batch) {
      kept.push(batch)
      if (isAway) throw new Error('away')
    },
    read: async () => [],
    close: async () => {},
  }
  const telemetry = createTelemetry({
    service: 'test',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const log = new UsageLog({ stores: [store], logger: telemetry.logger })
  const tool = { exposed: 'hr__x', server: 'hr' }
  log.add('acme', '', tool, 2, false)
  await log.flush()
  log.add('acme', '', tool, 3, true)
  await log.flush()
  expect(await log.read({ since: yesterday, until: today })).toMatchObject([
    { calls: 2, units: 5, failed: 1 },
  ])
  isAway = false
  await log.flush()
  // The first one with the id it had, because it may have been kept.
  expect(new Set(kept.slice(0, -1).map(({ id }) => id)).size).toBe(1)
  expect(kept.at(-1)?.rows).toMatchObject([{ calls: 1, units: 3, failed: 1 }])
  expect(log.waiting).toBe(0)
})

async function newDatabase(): Promise<string> {
  const name = `usage_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(`create database ${name}`)
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })
  const url = new URL(databaseUrl ?? '')
  url.pathname = `/${name}`
  return url.href
}
