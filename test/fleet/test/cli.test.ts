import { expect, inject, test } from 'vitest'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')
const { env } = fleet
const json = async (...args: string[]) => {
  const ran = await atoll([...args, '--json'], env)
  expect(ran.code, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout)
}

test('lists what the gateway offers, for people and for scripts', async () => {
  const people = await atoll(['tools'], env)
  expect(people.stdout).toContain('hr__search_employees')
  const tools = await json('tools')
  expect(JSON.stringify(tools)).toContain('orders__cancel_order')
  expect(JSON.stringify(tools)).toContain('knowledge-base__search_knowledge_base')
  expect(JSON.stringify(await json('resources'))).toContain('config://company')
})

test('starts every server ready, the gateway after the others, with nothing to complain of', () => {
  expect(fleet.said).toMatch(
    /Started analytics on port \d+, hr on port \d+, knowledge-base on port \d+, orders on port \d+, reports on port \d+/,
  )
  expect(fleet.said).toContain('Started gateway on port')
  expect(fleet.said).not.toContain('is not ready')
})

test('calls a tool, and says by its exit code how it went', async () => {
  const called = await json('call', 'hr__list_departments', '{}')
  expect(JSON.stringify(called)).toContain('engineering')
  const found = await json('call', 'knowledge-base__search_knowledge_base', '{"query":"days of vacation"}')
  expect(found.results[0]).toMatchObject({ title: 'Vacation', found_by: ['words', 'meaning'] })
  const failed = await atoll(['call', 'hr__get_employee', '{"id":"nobody"}'], env)
  expect(failed.code).toBe(1)
  expect(failed.stderr + failed.stdout).not.toContain('    at ')
  expect((await atoll(['call', 'hr__list_departments', '{nonsense'], env)).code).toBe(2)
  expect((await atoll(['call'], env)).code).toBe(2)
  expect((await atoll(['nonsense'], env)).code).toBe(2)
})

test('signs tokens, and refuses a lifetime that is none', async () => {
  const who = ['--subject', 'carl', '--tenant', 'acme', '--scopes', 'orders:read']
  const signed = await json('token', ...who, '--ttl', '5m')
  expect(signed).toMatchObject({ subject: 'carl', tenant: 'acme', scopes: ['orders:read'] })
  expect(signed.token.split('.')).toHaveLength(3)
  expect((await atoll(['token', ...who, '--ttl', 'soon'], env)).code).toBe(2)
})

test('says that nothing runs where nothing runs', async () => {
  const nowhere = await atoll(['tools'], { ...env, ATOLL_HOME: '/nonexistent/atoll' })
  expect(nowhere.code).toBe(3)
})
