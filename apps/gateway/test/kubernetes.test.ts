import { expect, test } from 'vitest'
import type { ServiceView } from '../src/services-view.ts'
import { startCluster } from './fixture/cluster.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { rawServer } from './fixture/raw-server.ts'

const SELECTOR = 'kubernetes.io/service-name=hr'
const HERE = { addresses: ['127.0.0.1'] }

async function instancesOf({ origin }: TestGateway) {
  const response = await fetch(`${origin}/services`)
  const { services } = (await response.json()) as { services: [ServiceView] }
  return services[0].instances.map(({ url, state }) => `${state} ${url}`)
}

/** A gateway that watches a cluster with one instance. */
async function start() {
  const raw = await rawServer()
  const site = await newSite()
  const cluster = await startCluster(site.directory)
  const port = Number(new URL(raw.url).port)
  cluster.put('hr-1', port, [HERE])
  const { kubeconfig } = cluster
  const kubernetes = { namespace: 'shop', selector: SELECTOR, port: 'mcp', kubeconfig }
  const gateway = await startGateway(site, [{ name: 'hr', audience: 'http://hr.test/mcp', kubernetes }])
  const shows = (...expected: string[]) =>
    expect.poll(() => instancesOf(gateway), { timeout: 10_000 }).toEqual(expected)
  return { raw, cluster, port, gateway, shows }
}

test('a server whose instances are in EndpointSlices is called', async () => {
  const { raw, cluster, gateway, shows } = await start()
  await shows(`serving ${raw.url}`)
  const client = await gateway.connect()
  const result = await client.callTool({ name: 'hr__echo', arguments: {} })
  expect(result).toMatchObject({ content: [{ text: 'echo' }] })
  const selector = `labelSelector=${encodeURIComponent(SELECTOR)}`
  for (const path of cluster.asked) expect(path).toContain(selector)
})

test('slices that change are followed: instances come, drain and go', async () => {
  const { raw, cluster, port, shows } = await start()
  const [second, third] = ['127.0.0.2', '127.0.0.3'].map((host) => `http://${host}:${port}/mcp`)
  await expect.poll(() => cluster.asked.some((path) => path.includes('watch=true'))).toBe(true)
  cluster.put('hr-2', port, [{ addresses: ['127.0.0.2'], conditions: { ready: true } }])
  await shows(`serving ${raw.url}`, `serving ${second}`)
  cluster.put('hr-2', port, [
    { addresses: ['127.0.0.2'], conditions: { ready: false, serving: true, terminating: true } },
    { addresses: ['127.0.0.3'], conditions: { ready: false, serving: false } },
  ])
  await shows(`serving ${raw.url}`, `draining ${second}`)
  cluster.put('hr-2', port, [{ addresses: ['127.0.0.3'], conditions: { ready: true } }])
  await shows(`serving ${raw.url}`, `serving ${third}`)
  cluster.put('hr-2', port)
  await shows(`serving ${raw.url}`)
})

test.each([false, true])(
  'a watch that ends is begun again, also when its place was forgotten: %s',
  async (isExpired) => {
    const { raw, cluster, port, shows } = await start()
    const watches = () => cluster.asked.filter((path) => path.includes('watch=true')).length
    await expect.poll(watches).toBe(1)
    cluster.endWatches(isExpired)
    await expect.poll(watches, { timeout: 10_000 }).toBeGreaterThan(1)
    cluster.put('hr-2', port, [{ addresses: ['127.0.0.2'] }])
    await shows(`serving ${raw.url}`, `serving http://127.0.0.2:${port}/mcp`)
  },
)

test('a cluster that cannot be asked takes nothing away, and is asked again', async () => {
  const { raw, cluster, port, shows } = await start()
  await expect.poll(() => cluster.asked.some((path) => path.includes('watch=true'))).toBe(true)
  cluster.isDown = true
  const before = cluster.asked.length
  cluster.endWatches(true)
  await expect.poll(() => cluster.asked.length, { timeout: 10_000 }).toBeGreaterThan(before + 1)
  await shows(`serving ${raw.url}`)
  cluster.put('hr-2', port, [{ addresses: ['127.0.0.2'] }])
  cluster.isDown = false
  await shows(`serving ${raw.url}`, `serving http://127.0.0.2:${port}/mcp`)
})

test('a gateway that starts while the cluster is away starts, and finds instances later', async () => {
  const raw = await rawServer()
  const site = await newSite()
  const cluster = await startCluster(site.directory)
  const port = Number(new URL(raw.url).port)
  cluster.put('hr-1', port, [HERE])
  cluster.isDown = true
  const kubernetes = { namespace: 'shop', selector: SELECTOR, port, kubeconfig: cluster.kubeconfig }
  const gateway = await startGateway(site, [{ name: 'hr', audience: 'http://hr.test/mcp', kubernetes }])
  expect(await instancesOf(gateway)).toEqual([])
  cluster.isDown = false
  await expect.poll(() => instancesOf(gateway), { timeout: 10_000 }).toEqual([`serving ${raw.url}`])
})
