import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { UnavailableError } from '@atoll/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { answer, type Decide } from '../src/agent.ts'
import { decideByModel } from '../src/decide-by-model.ts'
import { decideByWords } from '../src/decide-by-words.ts'
import { fakeFleet } from './fake-fleet.ts'

const { signal } = new AbortController()
const headcount = {
  name: 'hr__headcount_summary',
  description: 'Counts employees by department, location or level.',
  inputSchema: {
    type: 'object',
    properties: { by: { type: 'string', enum: ['department', 'location'] } },
    required: ['by'],
  },
  says: 'Engineering: 12',
}
const search = {
  name: 'knowledge-base__search',
  description: 'Searches the company handbook: vacation, expenses, security.',
  inputSchema: { type: 'object', properties: { query: { type: 'string' } }, required: ['query'] },
  says: '30 days of vacation',
}
const cancel = {
  name: 'orders__cancel_order',
  description: 'Cancels an order.',
  readOnly: false,
  inputSchema: { type: 'object' },
  says: 'cancelled',
}

describe('an agent that goes by words', () => {
  test('finds the tool, and its arguments in the question', async () => {
    const fleet = fakeFleet([headcount, search, cancel])
    const text = await answer('How many employees has each department?', {
      fleet,
      decide: decideByWords,
      signal,
    })
    expect(text).toBe('Engineering: 12')
    expect(fleet.calls).toEqual([['hr__headcount_summary', { by: 'department' }]])
  })

  test('hands the question on to a tool that searches', async () => {
    const fleet = fakeFleet([headcount, search, cancel])
    const question = 'How many days of vacation do I have?'
    expect(await answer(question, { fleet, decide: decideByWords, signal })).toBe('30 days of vacation')
    expect(fleet.calls).toEqual([['knowledge-base__search', { query: question }]])
  })

  test('calls nothing that acts, and says so', async () => {
    const fleet = fakeFleet([cancel])
    expect(await answer('Cancel my order', { fleet, decide: decideByWords, signal })).toMatch(/^No tool/)
    expect(fleet.calls).toEqual([])
  })

  test('asks the next best tool when one cannot be had', async () => {
    const away = { ...headcount, says: new UnavailableError('hr cannot be reached right now.') }
    const description = 'Estimates how large a department is.'
    const other = { ...headcount, name: 'analytics__estimate', description, says: 'about 12' }
    const fleet = fakeFleet([other, away])
    const question = 'How many employees has each department?'
    expect(await answer(question, { fleet, decide: decideByWords, signal })).toBe('about 12')
    expect(fleet.calls.map(([name]) => name)).toEqual(['hr__headcount_summary', 'analytics__estimate'])
    const alone = fakeFleet([away])
    expect(await answer(question, { fleet: alone, decide: decideByWords, signal })).toContain(
      'hr__headcount_summary said: hr cannot be reached right now.',
    )
  })
})

test('an agent that never comes to an end is stopped', async () => {
  const fleet = fakeFleet([headcount])
  const decide: Decide = async ({ tools: [tool] }) =>
    tool ? { kind: 'call', tool, args: {} } : { kind: 'answer', text: 'none' }
  expect(await answer('?', { fleet, decide, signal })).toBe('I did not come to an answer within 8 steps.')
  expect(fleet.calls).toHaveLength(8)
})

describe('an agent with a model', () => {
  /** An API like OpenAI's that says these messages one after the other. */
  async function modelSaying(...messages: unknown[]) {
    const asked: { messages: unknown[]; tools: { function: { name: string } }[] }[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      asked.push(JSON.parse(body))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ choices: [{ message: messages.shift() }] }))
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    return { asked, decide: decideByModel({ url: `http://127.0.0.1:${port}/v1`, model: 'any' }) }
  }
  const call = (name: string, args: string) => ({ tool_calls: [{ function: { name, arguments: args } }] })

  test('offers it the tools, calls what it wants and lets it read the answer', async () => {
    const { asked, decide } = await modelSaying(call('hr__headcount_summary', '{"by":"location"}'), {
      content: 'Twelve, says hr.',
    })
    const fleet = fakeFleet([headcount, search])
    expect(await answer('How many?', { fleet, decide, signal })).toBe('Twelve, says hr.')
    expect(fleet.calls).toEqual([['hr__headcount_summary', { by: 'location' }]])
    expect(asked[0]?.tools.map((tool) => tool.function.name)).toEqual([headcount.name, search.name])
    expect(asked[1]?.messages.at(-1)).toMatchObject({ role: 'tool', content: 'Engineering: 12' })
  })

  test.each([
    ['a tool that there is not', call('shell', '{}'), 'wants to call "shell"'],
    ['arguments that are no JSON', call('hr__headcount_summary', '{'), 'no JSON object'],
    ['nothing that it could mean', 7, 'no chat completion'],
  ])('says so when it sends %s', async (_, message, words) => {
    const { decide } = await modelSaying(message)
    const fleet = fakeFleet([headcount])
    await expect(answer('How many?', { fleet, decide, signal })).rejects.toThrow(words)
  })
})
