import { addressGuard } from '@atoll/client'
import { expect, onTestFinished, test } from 'vitest'
import type { DnsConfig } from '../src/config.ts'
import { DnsSource } from '../src/finding/dns-source.ts'
import { nameServer } from './fixture/name-server.ts'

async function open(config: Pick<DnsConfig, 'name' | 'type'>) {
  const names = await nameServer()
  const warned: string[] = []
  const found: string[][] = []
  const source = new DnsSource({
    server: 'hr',
    config: { ...config, port: 3000, path: '/mcp', interval: 10_000, servers: [names.address] },
    guard: addressGuard({ networks: ['127.0.0.0/8', 'fd00::/8'] }),
    logger: { warn: (_: object, said: string) => void warned.push(said), info() {} } as never,
    onFound: (each) => void found.push(each.map(({ url }) => url)),
  })
  onTestFinished(() => source.close())
  return { names, warned, found, source }
}

const HOST = { name: 'hr.test', type: 'A' } as const
const FOUR = 'http://127.0.0.1:3000/mcp'
const SIX = 'http://[fd00::1]:3000/mcp'

test.each([
  ['SERVFAIL', 2],
  ['NOTIMP', 4],
  ['REFUSED', 5],
])(
  'the addresses of a name are used although those of the other family are answered with %s',
  async (_, code) => {
    const { names, warned, found, source } = await open(HOST)
    names.hosts.set('hr.test', ['127.0.0.1'])
    names.failing.set('AAAA', code)
    await source.start()
    expect({ found, warned }).toEqual({ found: [[FOUR]], warned: [] })
  },
)

test('the addresses of a family stay while it fails, and go when it has none', async () => {
  const { names, found, source } = await open(HOST)
  names.hosts.set('hr.test', ['127.0.0.1', 'fd00::1'])
  await source.start()
  names.failing.set('AAAA', 2)
  await expect.poll(() => found.length, { timeout: 5000 }).toBe(3)
  expect(found).toEqual(Array(3).fill([FOUR, SIX]))
  names.failing.clear()
  names.hosts.set('hr.test', ['127.0.0.1'])
  await expect.poll(() => found.at(-1), { timeout: 5000 }).toEqual([FOUR])
})

test('what is left out is logged when that changes, also where a service has several targets', async () => {
  const { names, warned, found, source } = await open({ name: '_mcp._tcp.hr.test', type: 'SRV' })
  const targets = ['a.test', 'b.test', 'c.test']
  for (const target of targets) names.hosts.set(target, ['127.0.0.1'])
  names.hosts.set('b.test', ['169.254.169.254'])
  names.services.set(
    '_mcp._tcp.hr.test',
    targets.map((target) => ({ target, port: 3000, weight: 1 })),
  )
  await source.start()
  await expect.poll(() => found.length, { timeout: 5000 }).toBe(3)
  expect(found[0]).toEqual([FOUR, FOUR])
  expect(warned).toHaveLength(1)
})
