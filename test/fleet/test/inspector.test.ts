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

const targets = {
  directly: { mcp: fleet.servers.hr.mcp, token: fleet.servers.hr.token, tool: 'list_departments' },
  'through the gateway': { mcp: fleet.gateway.mcp, token: fleet.token, tool: 'hr__list_departments' },
}

for (const era of ['modern', 'legacy'] as const) {
  for (const [how, { mcp, token, tool }] of Object.entries(targets)) {
    test(`the Inspector’s CLI lists and calls in the ${era} era, ${how}`, async () => {
      const method = ['--protocol-era', era, '--method']
      const listed = await inspect(mcp, token, [...method, 'tools/list'])
      expect(listed.tools.map(({ name }: { name: string }) => name)).toContain(tool)
      const called = await inspect(mcp, token, [...method, 'tools/call', '--tool-name', tool])
      expect(called.structuredContent.departments).toHaveLength(12)
    })
  }
}

for (const era of ['modern', 'legacy'] as const) {
  test(`the Inspector’s CLI searches, reads a document and gets a prompt in the ${era} era`, async () => {
    const ask = (...args: string[]) =>
      inspect(fleet.gateway.mcp, fleet.token, ['--protocol-era', era, '--method', ...args])
    const tool = ['--tool-name', 'knowledge-base__search_knowledge_base']
    const searched = await ask('tools/call', ...tool, '--tool-arg', 'query=days of vacation')
    const [{ uri }] = searched.structuredContent.results
    const { contents } = await ask('resources/read', '--uri', `knowledge-base+${uri}`)
    expect(contents[0].text).toContain('28 days of paid vacation')
    const prompt = ['--prompt-name', 'knowledge-base__answer_with_citations']
    const asked = await ask('prompts/get', ...prompt, '--prompt-args', 'question=days of vacation')
    expect(asked.messages.at(-1).content.text).toContain('Question: days of vacation')
  })
}
