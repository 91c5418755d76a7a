import { join } from 'node:path'
import { beforeAll, expect, inject, test } from 'vitest'
import { atoll, run } from '../src/run.ts'
import { ROOT } from '../src/start-fleet.ts'

const fleet = inject('fleet')
const AGENT = join(ROOT, 'examples/agent/src/main.ts')

let token = ''
beforeAll(async () => {
  const who = ['--subject', 'alice', '--tenant', 'acme', '--ttl', '1h']
  token = (await atoll(['token', ...who], fleet.env)).stdout.trim()
})

const ask = (question: string, ATOLL_URL = fleet.gateway.mcp) =>
  run([AGENT, question], { ...fleet.env, ATOLL_URL, ATOLL_TOKEN: token })

test('the example agent answers from the tool that fits', async () => {
  const people = await ask('How many employees has each department?')
  expect([people.code, people.stderr]).toEqual([0, expect.stringContaining('hr__')])
  expect(people.stdout.toLowerCase()).toContain('engineering')
  const vacation = await ask('How many days of vacation does the handbook say I have?')
  expect(vacation.stderr).toContain('knowledge-base__search_knowledge_base')
  expect(vacation.stdout).toContain('Vacation')
})

test('the example agent goes around a replica of the gateway that is gone', async () => {
  const { code, stdout } = await ask(
    'How many employees has each department?',
    `http://127.0.0.1:1/mcp,${fleet.gateway.mcp}`,
  )
  expect(code).toBe(0)
  expect(stdout.toLowerCase()).toContain('engineering')
})

test('the example agent says what is wrong when there is nobody', async () => {
  const { code, stderr, stdout } = await ask('How many employees?', 'http://127.0.0.1:1/mcp')
  expect([code, stdout, stderr]).toEqual([1, '', 'The fleet offers no tools right now.\n'])
})
