import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressGuard } from '@atoll/client'
import { expect, onTestFinished, test } from 'vitest'
import { KubernetesSource } from '../src/finding/kubernetes-source.ts'
import { type Found, Members } from '../src/finding/members.ts'
import { startCluster } from './fixture/cluster.ts'

async function start(userIn?: (directory: string) => object, networks: string[] = []) {
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
    guard: addressGuard({ networks: ['127.0.0.0/8', ...networks] }),
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

const POD = { targetRef: { kind: 'Pod', uid: 'the one pod' } }
const READY = { ready: true }
const LEAVING = { ready: false, serving: true, terminating: true }

test('a pod that has an address of each family is one instance, at the one of IPv4', async () => {
  const { cluster, members, found } = await start(undefined, ['fd00::/8'])
  cluster.put('hr-v6', 3000, [{ addresses: ['fd00::2'], conditions: READY, ...POD }])
  await expect.poll(() => found.at(-1)).toHaveLength(2)
  cluster.put('hr-v4', 3000, [{ addresses: ['127.0.0.2'], conditions: READY, ...POD }])
  const [one, two] = ['http://127.0.0.1:3000/mcp', 'http://127.0.0.2:3000/mcp']
  await expect.poll(() => found.at(-1)).toEqual([one, two])
  // A pod that is not ready yet, or not any more, does not move to its other address for a moment.
  cluster.put('hr-v4', 3000, [{ addresses: ['127.0.0.2'], conditions: { ready: false }, ...POD }])
  await expect.poll(() => found.at(-1)).toEqual([one])
  cluster.put('hr-v4', 3000, [{ addresses: ['127.0.0.2'], conditions: READY, ...POD }])
  await expect.poll(() => found.at(-1)).toEqual([one, two])
  cluster.put('hr-v6', 3000, [{ addresses: ['fd00::2'], conditions: LEAVING, ...POD }])
  await expect.poll(() => members.all.map(({ isDraining }) => isDraining)).toEqual([false, true])
  expect(found.at(-1)).toEqual([one, two])
})

test('a pod whose address of IPv4 is nowhere where servers may be is found at its other one', async () => {
  const { cluster, found } = await start(undefined, ['fd00::/8'])
  cluster.put('hr-v4', 3000, [{ addresses: ['10.0.0.2'], conditions: READY, ...POD }])
  cluster.put('hr-v6', 3000, [{ addresses: ['fd00::2'], conditions: READY, ...POD }])
  const expected = ['http://127.0.0.1:3000/mcp', 'http://[fd00::2]:3000/mcp']
  await expect.poll(() => found.at(-1)).toEqual(expected)
})

test('two pods are two instances, whatever is the same of them', async () => {
  const { cluster, found } = await start()
  const other = { targetRef: { kind: 'Pod', uid: 'another pod' } }
  cluster.put('hr-2', 3000, [
    { addresses: ['127.0.0.2'], ...POD },
    { addresses: ['127.0.0.3'], ...other },
  ])
  await expect.poll(() => found.at(-1)).toHaveLength(3)
})
