import { alice, mallory, principal } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shelves } from './shelves.ts'

const colleague = alice('kb:read')
const guest = principal({ subject: 'gus', tenant: 'acme', scopes: ['kb:read'], roles: ['guest'] })
const { signal } = new AbortController()
const six = (topic: string) => Array.from({ length: 6 }, (_, place) => `Number ${place} is about ${topic}.`)
let shelf: Awaited<ReturnType<typeof shelves>>
/** Of two documents and a third, six each, in turns. */
let inTurns: number[]

beforeAll(async () => {
  shelf = await shelves('kb-show')
  await shelf.write([
    { title: 'Gates', passages: six('gates'), category: 'Buildings' },
    { title: 'Doors', passages: six('doors'), visibility: 'public' },
    { title: 'Windows', passages: six('windows') },
  ])
  const ids = await Promise.all(['gates', 'doors', 'windows'].map(async (query) => await idsOf(query)))
  inTurns = [0, 1, 2, 3, 4, 5].flatMap((place) => ids.map((of) => of[place] ?? 0))
})

afterAll(() => shelf?.close())

test('four passages of each of the first documents are shown, the first of each with its text', async () => {
  const shown = await shelf.store.show(colleague, inTurns, 2, { signal })
  const line = ({ title, category, position, plain }: (typeof shown)[number]) => [
    title,
    category,
    position,
    plain,
  ]
  expect(shown.map(line).toSorted()).toEqual([
    ['Doors', 'handbook', 0, 'Number 0 is about doors.'],
    ['Doors', 'handbook', 1, ''],
    ['Doors', 'handbook', 2, ''],
    ['Doors', 'handbook', 3, ''],
    ['Gates', 'Buildings', 0, 'Number 0 is about gates.'],
    ['Gates', 'Buildings', 1, ''],
    ['Gates', 'Buildings', 2, ''],
    ['Gates', 'Buildings', 3, ''],
  ])
})

test('what a caller may not read takes no place from what they may', async () => {
  const titles = async (who: typeof guest) =>
    new Set((await shelf.store.show(who, inTurns, 1, { signal })).map(({ title }) => title))
  expect(await titles(guest)).toEqual(new Set(['Doors']))
  expect(await titles(mallory('kb:read'))).toEqual(new Set())
})

async function idsOf(query: string): Promise<number[]> {
  const { passages } = await shelf.store.byWords(colleague, { query }, 50, { signal })
  return passages.map(({ passage }) => passage).sort((a, b) => a - b)
}
