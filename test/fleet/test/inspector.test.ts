import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { run } from '../src/run.ts'

const fleet = inject('fleet')
const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json')
let home: string

// The Inspector writes to its home.
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'atoll-inspector-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function inspect(mcp: string, token: string, args: string[]) {
  const { bin } = createRequire(import.meta.url)(manifest) as { bin: Record<string, string> }
  const script = join(dirname(manifest), Object.values(bin)[0] ?? '')
  const header = `Authorization: Bearer ${token}`
  const cli = [script, '--cli', mcp, '--transport', 'http', '--header', header, ...args]
  const { code, stdout, stderr } = await run(cli, { HOME: home })
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout)
}

for (const era of ['modern', 'legacy'] as const) {
  test(`the Inspector’s CLI lists and calls in the ${era} era, directly and through the gateway`, async () => {
    const eraArgs = ['--protocol-era', era]
    const direct = await inspect(fleet.servers.hr.mcp, fleet.servers.hr.token, [
      ...eraArgs,
      '--method',
      'tools/list',
    ])
    expect(direct.tools.map((tool: { name: string }) => tool.name)).toContain('list_departments')
    const call = ['--method', 'tools/call', '--tool-name', 'hr__list_departments']
    const through = await inspect(fleet.gateway.mcp, fleet.token, [...eraArgs, ...call])
    expect(through.structuredContent.departments).toHaveLength(12)
  })
}
