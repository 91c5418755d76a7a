import { describe, expect, test } from 'vitest'
import { argumentsOf } from '../../ui/console/tool/arguments-of.ts'
import { constraintsOf } from '../../ui/console/tool/constraints.ts'
import { groupsOf, keyOf } from '../../ui/console/tool/fields.ts'
import { outcomeOf } from '../../ui/console/tool/outcome-of.ts'

const schema = {
  type: 'object',
  properties: {
    id: { type: 'string', minLength: 1 },
    limit: { anyOf: [{ type: 'integer', minimum: 1, maximum: 100 }, { type: 'null' }] },
    grain: { enum: ['day', 'month'] },
    filters: { type: 'array', items: { type: 'object' } },
    range: { anyOf: [{ type: 'string', enum: ['last_week'] }, { type: 'object' }] },
    numbers: { type: 'array', items: { type: 'integer' } },
    place: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
  required: ['id'],
}
const fields = groupsOf(schema).flatMap((group) => group.fields)

describe('the form of a tool', () => {
  test('asks for each value of the schema in its own way', () => {
    expect(Object.fromEntries(fields.map((field) => [keyOf(field), field.kind]))).toEqual({
      id: 'text',
      limit: 'number',
      grain: 'choice',
      filters: 'json',
      range: 'json',
      numbers: 'list',
      'place.city': 'text',
    })
  })

  test('needs within an object that may be left out nothing', () => {
    expect(fields.filter(({ isRequired }) => isRequired).map(keyOf)).toEqual(['id'])
  })

  test('leaves out what was left empty', () => {
    expect(argumentsOf(fields, { id: 'T-1', limit: '  ' })).toEqual({
      arguments: { id: 'T-1' },
      problems: {},
    })
  })

  test('takes JSON, and a bare word where a text will do', () => {
    const draft = { id: 'T-1', filters: '[{"by": "team"}]' }
    expect(argumentsOf(fields, { ...draft, range: 'last_week' }).arguments).toMatchObject({
      filters: [{ by: 'team' }],
      range: 'last_week',
    })
    expect(argumentsOf(fields, { ...draft, range: '{"from": "2026-01-01"}' }).arguments).toMatchObject({
      range: { from: '2026-01-01' },
    })
  })

  test('says of each value what is wrong with it', () => {
    const draft = { limit: '1.5', filters: 'by team', numbers: '1\ntwo' }
    expect(argumentsOf(fields, draft).problems).toEqual({
      id: 'This is needed.',
      limit: 'This must be a whole number.',
      filters: 'This is no JSON.',
      numbers: '"two" is no number.',
    })
  })

  test('says what a schema asks for in words', () => {
    const limit = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, default: 20 }
    expect(constraintsOf(limit)).toBe('integer; from 1; 20 unless given')
    expect(constraintsOf({ type: 'string', minLength: 1, maxLength: 80 })).toBe(
      'string; at least 1 character; at most 80 characters',
    )
  })
})

describe('what a call came to', () => {
  test.each([
    ['DISABLED', 'refused'],
    ['FORBIDDEN', 'refused'],
    ['LIMITED', 'limited'],
    ['NOT_FOUND', 'failed'],
  ])('is, where the tool answered %s, %s', (code, kind) => {
    const content = [{ type: 'text', text: `${code}: It is so.` }]
    const answer = {
      result: { isError: true, content, _meta: { 'dev.atoll/error': { code, retryAfter: 2 } } },
    }
    expect(outcomeOf({ answer })).toMatchObject({ kind, code, words: 'It is so.', retryAfter: 2 })
  })

  test('is a failure in the words of JSON-RPC, where no tool answered', () => {
    const answer = { error: { code: -32602, message: 'There is no such tool.' } }
    expect(outcomeOf({ answer })).toMatchObject({
      kind: 'failed',
      code: '-32602',
      words: 'There is no such tool.',
    })
  })
})
