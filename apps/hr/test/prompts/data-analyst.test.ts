import { InsufficientScopeError } from '@atoll/errors'
import { alice } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Companies, companies } from '../company.ts'

let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

const get = (args: Record<string, unknown>, as = alice('hr:read')) =>
  hr.server.request('prompts/get', { name: 'data_analyst', arguments: args }, { as })

test('hands over the question with the tables the caller may query', async () => {
  const { messages } = await get({ question: 'Who joined in May?' })
  const text = JSON.stringify(messages)
  expect(text).toContain('Question: Who joined in May?')
  expect(text).toContain('timesheets')
  expect(text).not.toContain('salary_band')
})

test('mentions salary bands to those who may see them', async () => {
  const { messages } = await get({ question: 'Which bands?' }, alice('hr:read', 'hr:compensation'))
  expect(JSON.stringify(messages)).toContain('salary_band')
})

test('names only tools that exist', async () => {
  const { messages } = await get({ question: 'Anything' })
  const { tools } = await hr.server.request('tools/list', {}, { as: alice('hr:read') })
  const names = (tools as { name: string }[]).map(({ name }) => name)
  const text = (messages as { content: { text?: string } }[]).map(({ content }) => content.text ?? '').join()
  const mentioned = text.match(/\b[a-z]+_[a-z_]+\b/g) ?? []
  expect(mentioned.length).toBeGreaterThan(3)
  for (const name of mentioned) expect(names).toContain(name)
})

test('needs a question', async () => {
  await expect(get({})).rejects.toThrow('question')
})

test('refuses a caller without hr:read', async () => {
  await expect(get({ question: 'Who?' }, alice())).rejects.toBeInstanceOf(InsufficientScopeError)
})
