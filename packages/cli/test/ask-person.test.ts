import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { askPerson, parseAnswer } from '../src/mcp/ask-person.ts'

type Params = Parameters<typeof askPerson>[0]

async function ask(params: Params, typed: string) {
  const input = new PassThrough()
  const output = new PassThrough()
  input.end(typed)
  const answer = await askPerson(params, { input, output })
  output.end()
  return { answer, shown: await text(output) }
}

const agreement: Params = {
  message: 'Cancel ord_1?\u001b[2J',
  requestedSchema: {
    type: 'object',
    properties: { confirm: { type: 'boolean', description: 'Whether to go ahead' } },
    required: ['confirm'],
  },
}

test('asks a yes-or-no question, whose safe answer is no', async () => {
  const { answer, shown } = await ask(agreement, 'y\n')
  expect(answer).toEqual({ action: 'accept', content: { confirm: true } })
  expect(shown).toBe('\nCancel ord_1?\nWhether to go ahead (y/N) ')
  expect((await ask(agreement, '\n')).answer).toEqual({ action: 'accept', content: { confirm: false } })
})

test('asks again until an answer fits', async () => {
  const { answer, shown } = await ask(agreement, 'perhaps\nYES\n')
  expect(answer).toEqual({ action: 'accept', content: { confirm: true } })
  expect(shown).toContain('Please answer with y or n.')
})

test('asks for each field of a form; what is optional may be left empty', async () => {
  const { answer } = await ask(
    {
      message: 'Why?',
      requestedSchema: {
        type: 'object',
        properties: {
          reason: { type: 'string', enum: ['late', 'broken'] },
          lines: { type: 'integer', minimum: 1 },
          note: { type: 'string' },
          speed: { type: 'string', default: 'slow' },
        },
        required: ['reason', 'lines'],
      },
    },
    'late\n3\n\n\n',
  )
  expect(answer).toEqual({ action: 'accept', content: { reason: 'late', lines: 3, speed: 'slow' } })
})

test('answers "cancel" when the person leaves', async () => {
  expect((await ask(agreement, '')).answer).toEqual({ action: 'cancel' })
})

test('declines what is no form', async () => {
  const { answer } = await ask(
    { mode: 'url', message: 'Go there', url: 'https://example.com', elicitationId: '1' },
    '',
  )
  expect(answer).toEqual({ action: 'decline' })
})

test('holds answers against their fields', () => {
  expect(parseAnswer('2.5', { type: 'integer' })).toBeUndefined()
  expect(parseAnswer('2.5', { type: 'number', maximum: 3 })).toBe(2.5)
  expect(parseAnswer('9', { type: 'number', maximum: 3 })).toBeUndefined()
  expect(parseAnswer('abc', { type: 'string', maxLength: 2 })).toBeUndefined()
  expect(parseAnswer('a, c', { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] } })).toEqual([
    'a',
    'c',
  ])
})
