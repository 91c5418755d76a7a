import { describe, expect, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { nameServer } from './fixture/name-server.ts'
import { rawServer } from './fixture/raw-server.ts'

const HR = { name: 'hr', audience: 'http://hr.test/mcp' }

async function instancesOf({ origin }: TestGateway) {
  const response = await fetch(`${origin}/services`)
  const { services } = (await response.json()) as { services: [ServiceView] }
  return services[0].instances.map(({ url, health }) => `${health} ${url}`)
}

const portOf = (url: string) => Number(new URL(url).port)

describe('a server whose instances are in DNS', () => {
  test('by address is called at each, and followed when the answer changes', async () => {
    const raw = await rawServer()
    const names = await nameServer()
    names.hosts.set('hr.test', ['127.0.0.1'])
    const dns = { name: 'hr.test', port: portOf(raw.url), servers: [names.address] }
    const gateway = await startGateway(await newSite(), [{ ...HR, dns }])
    expect(await instancesOf(gateway)).toEqual([`healthy ${raw.url}`])
    const client = await gateway.connect()
    expect(await client.callTool({ name: 'hr__echo', arguments: {} })).toMatchObject({
      content: [{ text: 'echo' }],
    })
    names.hosts.set('hr.test', ['127.0.0.1', '127.0.0.2'])
    const other = `http://127.0.0.2:${portOf(raw.url)}/mcp`
    await expect.poll(() => instancesOf(gateway), { timeout: 5000 }).toHaveLength(2)
    await expect.poll(() => instancesOf(gateway), { timeout: 5000 }).toContain(`unhealthy ${other}`)
    names.hosts.delete('hr.test')
    await expect.poll(() => instancesOf(gateway), { timeout: 5000 }).toEqual([])
  })

  test('by service is called at the ports of the first priority', async () => {
    const [one, two, spare] = [await rawServer(), await rawServer(), await rawServer()]
    const names = await nameServer()
    names.hosts.set('pod.hr.test', ['127.0.0.1'])
    const target = 'pod.hr.test'
    names.services.set('_mcp._tcp.hr.test', [
      { target, port: portOf(one.url) },
      { target, port: portOf(two.url) },
      { target, port: portOf(spare.url), priority: 9 },
    ])
    const dns = { name: '_mcp._tcp.hr.test', type: 'SRV', servers: [names.address] }
    const gateway = await startGateway(await newSite(), [{ ...HR, dns }])
    const expected = [one, two].map(({ url }) => `healthy ${url}`)
    expect((await instancesOf(gateway)).toSorted()).toEqual(expected.toSorted())
  })

  test('by service gets the share of calls that its weight says', async () => {
    const [heavy, light] = [await rawServer(), await rawServer()]
    const names = await nameServer()
    names.hosts.set('pod.hr.test', ['127.0.0.1'])
    const target = 'pod.hr.test'
    names.services.set('_mcp._tcp.hr.test', [
      { target, port: portOf(heavy.url), weight: 300 },
      { target, port: portOf(light.url), weight: 100 },
    ])
    const dns = { name: '_mcp._tcp.hr.test', type: 'SRV', servers: [names.address] }
    const gateway = await startGateway(await newSite(), [{ ...HR, dns }])
    const response = await fetch(`${gateway.origin}/services`)
    const { services } = (await response.json()) as { services: [ServiceView] }
    const weights = services[0].instances.map(({ url, weight }) => [url, weight])
    expect(Object.fromEntries(weights)).toEqual({ [heavy.url]: 1.5, [light.url]: 0.5 })
    const client = await gateway.connect()
    expect(await client.callTool({ name: 'hr__echo', arguments: {} })).toHaveProperty('content')
  })

  test('keeps those it knows while nobody answers', async () => {
    const raw = await rawServer()
    const names = await nameServer()
    names.hosts.set('hr.test', ['127.0.0.1'])
    const dns = { name: 'hr.test', port: portOf(raw.url), servers: [names.address] }
    const gateway = await startGateway(await newSite(), [{ ...HR, dns }])
    names.isBroken = true
    const before = names.asked.length
    await expect.poll(() => names.asked.length, { timeout: 10_000 }).toBeGreaterThan(before + 6)
    expect(await instancesOf(gateway)).toEqual([`healthy ${raw.url}`])
    names.isBroken = false
    names.hosts.clear()
    await expect.poll(() => instancesOf(gateway), { timeout: 5000 }).toEqual([])
  })

  test('is never looked for where clouds keep credentials', async () => {
    const raw = await rawServer()
    const names = await nameServer()
    names.hosts.set('hr.test', ['169.254.169.254', '127.0.0.1'])
    const dns = { name: 'hr.test', port: portOf(raw.url), servers: [names.address] }
    const gateway = await startGateway(await newSite(), [{ ...HR, dns }])
    expect(await instancesOf(gateway)).toEqual([`healthy ${raw.url}`])
  })
})
