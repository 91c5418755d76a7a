import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressGuard } from '@atoll/client'
import { expect, onTestFinished, test } from 'vitest'
import { KubernetesSource } from '../src/finding/kubernetes-source.ts'
import { type Found, Members } from '../src/finding/members.ts'
import { startCluster } from './fixture/cluster.ts'

async function start(userIn?: (directory: string) => object) {
  const directory = mkdtempSync(join(tmpdir(), 'cluster-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const cluster = await startCluster(directory, userIn?.(directory))
  cluster.put('hr-1', 3000, [{ addresses: ['127.0.0.1'] }])
  const found: string[][] = []
  const warned: string[] = []
  const members = new Members(() => {})
  const source = new KubernetesSource({
    server: 'hr',
    config: {
      ...{ namespace: 'shop', selector: 'a=b', port: 'mcp', path: '/mcp' },
      kubeconfig: cluster.kubeconfig,
    },
    guard: addressGuard({ networks: ['127.0.0.0/8'] }),
    logger: { warn: (_: object, said: string) => void warned.push(said), info() {} } as never,
    onFound(each: readonly Found[]) {
      members.set('kubernetes', each)
      found.push(each.map(({ url }) => url))
    },
  })
  onTestFinished(() => source.close())
  await source.start()
  const watches = () => cluster.asked.filter((path) => path.includes('watch=true')).length
  await expect.poll(watches).toBe(1)
  return { cluster, directory, found, members, warned, watches }
}

/** A plugin that gives credentials, each of which has expired when it is given, for as long as there is a file. */
function plugin(directory: string): object {
  const status = { token: 'a token of the test', expirationTimestamp: '2020-01-01T00:00:00Z' }
  const version = 'client.authentication.k8s.io/v1'
  const file = join(directory, 'credential')
  writeFileSync(file, JSON.stringify({ apiVersion: version, kind: 'ExecCredential', status }))
  return { exec: { apiVersion: version, command: 'cat', args: [file], interactiveMode: 'Never' } }
}

test('a watch that cannot be begun again for want of credentials is begun when there are some', async () => {
  const { cluster, directory, found, warned, watches } = await start(plugin)
  const file = join(directory, 'credential')
  rmSync(file)
  cluster.endWatches()
  await expect.poll(() => warned).toHaveLength(1)
  plugin(directory)
  await expect.poll(watches, { timeout: 10_000 }).toBeGreaterThan(1)
  cluster.put('hr-2', 3000, [{ addresses: ['127.0.0.2'] }])
  await expect.poll(() => found.at(-1)).toHaveLength(2)
})

test('an endpoint that moved to another slice while nobody watched does not vanish for a moment', async () => {
  const { cluster, found, warned } = await start()
  cluster.isDown = true
  cluster.endWatches(true)
  await expect.poll(() => warned, { timeout: 5000 }).toHaveLength(1)
  cluster.put('hr-1', 3000)
  cluster.put('hr-2', 3000, [{ addresses: ['127.0.0.1'] }])
  const before = found.length
  cluster.isDown = false
  await expect.poll(() => found.length, { timeout: 10_000 }).toBeGreaterThan(before)
  expect(found.slice(before)).not.toContainEqual([])
})

test('an endpoint that is in two slices for a moment is shown once', async () => {
  const { cluster, members, found } = await start()
  cluster.put('hr-2', 3000, [{ addresses: ['127.0.0.1'] }])
  await expect.poll(() => found.at(-1)).toHaveLength(2)
  expect(members.all).toMatchObject([{ sources: ['kubernetes'] }])
})
