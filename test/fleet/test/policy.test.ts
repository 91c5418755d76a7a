import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readGolden } from '@atoll/policy'
import { describe, expect, inject, test } from 'vitest'
import { connectAs } from '../src/connect.ts'
import { atoll } from '../src/run.ts'
import { ROOT } from '../src/start-fleet.ts'

const fleet = inject('fleet')
const { env } = fleet
const KB = 'kb:read kb:write'
const REMOVE = 'knowledge-base__delete_document'

interface Listed {
  name: string
  _meta?: { 'dev.atoll/tool'?: { effect?: string; data?: string } }
}

async function json(...args: string[]) {
  const ran = await atoll([...args, '--json'], env)
  expect(ran.code, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout)
}

describe('the policy that the fleet starts with', () => {
  test('decides its golden decisions, of which each target is what its server says it is', async () => {
    const tested = await atoll(['policy', 'test'], env)
    expect(tested.code, tested.stdout).toBe(0)
    const text = readFileSync(join(ROOT, 'infra/policy/decisions.yaml'), 'utf8')
    const tools = new Map<string, Listed>(
      ((await json('tools')) as Listed[]).map((tool) => [tool.name, tool] as const),
    )
    const described = readGolden(text, 'decisions.yaml').decisions.flatMap(({ target }) => {
      const tool = tools.get(target.name)
      return tool ? [{ target, said: tool._meta?.['dev.atoll/tool'] }] : []
    })
    expect(described.length).toBeGreaterThan(5)
    for (const { target, said } of described)
      expect({ ...said, name: target.name }).toMatchObject({
        name: target.name,
        effect: target.effect,
        data: target.data,
      })
  })

  test('lets editors delete documents, and hides it from everybody else', async () => {
    const tools = async (subject: string, tenant: string) => {
      const client = await connectAs(fleet, { subject, tenant, scopes: KB })
      const names = (await client.listTools()).tools.map(({ name }) => name)
      await client.close()
      return names
    }
    expect(await tools('alice', 'acme')).toContain(REMOVE)
    expect(await tools('bob', 'globex')).not.toContain(REMOVE)
    expect(await tools('gail', 'acme')).not.toContain('knowledge-base__add_document')
    expect(await tools('gail', 'acme')).toContain('knowledge-base__search_knowledge_base')
  })
})

describe('policy explain', () => {
  test('says which rule decided, and which of its conditions hold', async () => {
    const { code, stdout } = await atoll(['policy', 'explain', '--as', 'alice', '--tool', REMOVE], env)
    expect(code).toBe(0)
    expect(stdout).toContain(`alice asks for ${REMOVE} (tool, destroy, confidential):`)
    expect(stdout).toMatch(/The policy says allowed by editors-delete-documents\b/)
    expect(stdout).toMatch(/^guests-change-nothing +deny +\d+ +does not hold$/m)
    expect(stdout).toMatch(/^editors-delete-documents +allow +\d+ +holds$/m)
    expect(stdout).toMatch(/^ +holds +"editor" in principal\.roles$/m)
  })

  test('says why not', async () => {
    const refused = await atoll(['policy', 'explain', '--as', 'bob', '--tool', REMOVE], env)
    expect(refused.stdout).toContain('The policy says denied by default-destroy.')
    const args = JSON.stringify({ limit: 50 })
    const guest = ['policy', 'explain', '--as', 'gail', '--tool', 'orders__list_my_orders', '--args', args]
    expect((await atoll(guest, env)).stdout).toContain('The policy says denied by guests-take-little.')
    const without = ['--scopes', 'hr:read', '--tool', 'orders__cancel_order']
    const { stdout } = await atoll(['policy', 'explain', '--as', 'alice', ...without], env)
    expect(stdout).toContain('They lack the scope orders:write.')
  })

  test('knows no tool that is none', async () => {
    const { code, stderr } = await atoll(['policy', 'explain', '--as', 'alice', '--tool', 'made__up'], env)
    expect(stderr).toContain('There is no tool, prompt or resource "made__up"')
    expect(code).toBe(2)
  })
})

test('a tool is disabled, listed as such, and enabled again from the command line', async () => {
  const tool = 'hr__headcount_summary'
  const offered = async () => JSON.stringify(await json('tools')).includes(tool)
  expect(await offered()).toBe(true)
  const disabled = await atoll(['disable', tool, '--reason', 'its figures are wrong'], env)
  expect(disabled.stdout).toContain(`Disabled ${tool}`)
  try {
    expect(await offered()).toBe(false)
    const list = await atoll(['disabled'], env)
    expect(list.stdout).toMatch(/^hr__headcount_summary +its figures are wrong +olivia +20/m)
    const explained = await atoll(['policy', 'explain', '--as', 'alice', '--tool', tool], env)
    expect(explained.stdout).toContain('It is disabled (tool:hr__headcount_summary): its figures are wrong.')
    const client = await connectAs(fleet, { subject: 'alice', tenant: 'acme', scopes: 'hr:read' })
    const refused = await client.callTool({ name: tool, arguments: { by: 'department' } })
    expect(JSON.stringify(refused.content)).toContain(
      `${tool} is disabled at the moment: its figures are wrong.`,
    )
    await client.close()
  } finally {
    expect((await atoll(['enable', tool], env)).code).toBe(0)
  }
  expect(await offered()).toBe(true)
  expect((await atoll(['disabled'], env)).stdout).toContain('Nothing is disabled.')
  const mistyped = await atoll(['disable', 'hr__headcount', '--reason', 'a typo'], env)
  expect(mistyped.stderr).toContain('There is no tool or server "hr__headcount"')
  expect(mistyped.code).toBe(2)
})

test('another gateway is asked with the token in ATOLL_TOKEN, which needs the scope', async () => {
  const operator = (await atoll(['token', '--subject', 'olivia'], env)).stdout.trim()
  const at = ['disabled', '--gateway', fleet.gateway.url]
  const nowhere = { ATOLL_HOME: '/nonexistent/atoll' }
  expect((await atoll(at, { ...nowhere, ATOLL_TOKEN: operator })).stdout).toContain('Nothing is disabled.')
  const alice = await atoll(at, { ...nowhere, ATOLL_TOKEN: fleet.token })
  expect(alice.stderr).toContain('gateway:admin')
  expect(alice.code).toBe(4)
})
