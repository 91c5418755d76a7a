import { expect, test } from 'vitest'
import { errorText, RefusedError } from '../src/refused-error.ts'

test('a tool’s own words are shown, without the code that is for programs', () => {
  const refused = new RefusedError({
    content: [{ type: 'text', text: 'INVALID: from is after to. Swap them.' }],
  })
  expect(errorText(refused)).toBe('from is after to. Swap them.')
})

test('what went wrong between page and server is told without its inside', () => {
  const inside = new Error('connect ECONNREFUSED 10.0.0.1')
  expect(errorText(inside)).toBe('The server could not be asked. Try again in a moment.')
  expect(errorText(new RefusedError({ content: [] }))).toBe(
    'The server could not be asked. Try again in a moment.',
  )
})
