import { expect, test } from 'vitest'
import { createCursors, type Place } from '../src/cursor.ts'

const SECRET = 'a secret of at least 32 characters!!'

test.each<Place>([
  { offset: 0 },
  { offset: 2000 },
  { server: 'hr' },
  { server: 'hr', cursor: '' },
  { server: 'hr', cursor: 'what.ever' },
])('a cursor for %j leads back to it, at another replica too', (place) => {
  const cursor = createCursors(SECRET).write('resources/list', place)
  expect(createCursors(SECRET).read('resources/list', cursor)).toEqual(place)
  expect(createCursors(SECRET).read('tools/list', cursor)).toBeUndefined()
})
