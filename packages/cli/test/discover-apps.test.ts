import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { discoverApps } from '../src/apps/discover-apps.ts'
import { readSettings } from '../src/settings.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

async function clone(apps: Record<string, unknown>): Promise<string> {
  const root = await temporaryFolder()
  for (const [name, atoll] of Object.entries(apps)) {
    await mkdir(join(root, 'apps', name), { recursive: true })
    const text = typeof atoll === 'string' ? atoll : JSON.stringify({ name, atoll })
    await writeFile(join(root, 'apps', name, 'package.json'), text)
  }
  return root
}

const gateway = { port: 3000, role: 'gateway' }

test('finds the apps by their folders, and moves their ports', async () => {
  const root = await clone({
    gateway,
    'knowledge-base': { port: 3002, role: 'domain', database: true },
    tool: undefined,
  })
  await writeFile(join(root, 'apps', 'README.md'), '')
  const apps = await discoverApps(readSettings(root, { ATOLL_PORT_KNOWLEDGE_BASE: '4002' }))
  expect(apps.all.map(({ name }) => name)).toEqual(['gateway', 'knowledge-base'])
  expect(apps.domains).toMatchObject([
    { name: 'knowledge-base', database: true, mcp: 'http://127.0.0.1:4002/mcp' },
  ])
  expect(apps.gateway.main).toBe(join(root, 'apps/gateway/src/main.ts'))
})

test.each([
  [{}, 'Exactly one app must have "role": "gateway"'],
  [{ a: gateway, b: { port: 1, role: 'gateway' } }, 'there is a, b'],
  [{ gateway, hr: { port: 'x', role: 'domain' } }, 'The "atoll" field of'],
  [{ gateway, hr: { port: 3001, role: 'domain', typo: 1 } }, 'typo'],
  [
    { gateway, hr: { port: 3000, role: 'domain' } },
    'both want port 3000: move one with ATOLL_PORT_HR or ATOLL_PORT_GATEWAY',
  ],
  [{ gateway, hr: { port: 54329, role: 'domain' } }, 'hr and PostgreSQL both want port 54329'],
  [{ gateway, hr: '{' }, 'cannot be read as JSON'],
])('says what is wrong with %j', async (apps, sentence) => {
  const root = await clone(apps)
  await mkdir(join(root, 'apps'), { recursive: true })
  await expect(discoverApps(readSettings(root, {}))).rejects.toThrow(sentence)
})
