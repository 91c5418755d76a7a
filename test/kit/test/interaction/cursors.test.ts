import { createCursors } from '@atoll/server-kit'
import { alice, bob, mallory } from '@atoll/testing'
import { expect, test } from 'vitest'

const SECRET = 'a secret of at least thirty-two characters'
const cursors = createCursors(SECRET)
const query = ['search', { location: 'Berlin' }]

test('a cursor opens for the caller and the query it was made for, on every replica', () => {
  const cursor = cursors.seal(alice(), query, ['Ingrid Das', 'E1001'])
  expect(createCursors(SECRET).open(alice('hr:read'), query, cursor)).toEqual(['Ingrid Das', 'E1001'])
})

test.each([
  ['somebody else', bob(), query, (cursor: string) => cursor],
  ['another tenant', mallory(), query, (cursor: string) => cursor],
  ['another query', alice(), ['search', {}], (cursor: string) => cursor],
  ['another position', alice(), query, (cursor: string) => `W10${cursor.slice(cursor.indexOf('.'))}`],
  ['no signature', alice(), query, (cursor: string) => cursor.slice(0, cursor.indexOf('.'))],
  ['nothing', alice(), query, () => ''],
])('a cursor does not open for %s', (_, caller, asked, change) => {
  const cursor = cursors.seal(alice(), query, ['Ingrid Das', 'E1001'])
  expect(() => cursors.open(caller, asked, change(cursor))).toThrow('does not belong to this search')
})

test('a cursor of another secret does not open', () => {
  const cursor = createCursors('another secret of more than thirty-two').seal(alice(), query, ['a'])
  expect(() => cursors.open(alice(), query, cursor)).toThrow('does not belong to this search')
})
