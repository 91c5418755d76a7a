import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { testServer } from '@atoll/testing'
import { expect, inject, test } from 'vitest'
import { server as definition } from '../src/server.ts'
import { analyst } from './figures-server.ts'

const { config, connect: open } = definition.domain

/** The shops' database behind a proxy that keeps what each connection says of itself first. */
async function overheard() {
  const target = new URL(inject('sharedDatabase').appUrl)
  const url = new URL(target)
  const said: string[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    client.once('data', (startup) => said.push(startup.toString('latin1').replaceAll('\0', ' ')))
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return { url: url.href, said, close: () => server.close() }
}

test('however many ask, there are at most ten connections, and no statement runs longer than 30 s', async () => {
  const database = await overheard()
  const server = await testServer(definition, {
    connect: (context) => open(config.parse({ DATABASE_URL: database.url }), context),
  })
  const days = Array.from({ length: 60 }, (_, day) =>
    new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
  )
  const answers = await Promise.all(
    days.map((from) => server.call('revenue_by_period', { from, to: '2026-06-30' }, { as: analyst() })),
  )
  expect(answers.filter(({ isError }) => isError)).toEqual([])
  expect(database.said.length).toBeGreaterThan(1)
  expect(database.said.length).toBeLessThanOrEqual(10)
  for (const startup of database.said) expect(startup).toContain('statement_timeout 30000')
  await server.close()
  database.close()
})

test('more than ten cannot be configured', () => {
  const DATABASE_URL = 'postgres://app@127.0.0.1/analytics'
  expect(config.safeParse({ DATABASE_URL, DATABASE_POOL_SIZE: '11' }).success).toBe(false)
  expect(config.parse({ DATABASE_URL }).DATABASE_POOL_SIZE).toBe(10)
})
