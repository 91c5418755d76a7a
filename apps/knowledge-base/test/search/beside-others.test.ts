import { alice } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shelves } from './shelves.ts'

const caller = alice('kb:read')
const QUERIES = [
  { query: 'who repairs a broken bicycle in the yard' },
  { query: 'who repairs a broken bicycle in the yard', category: 'Travel' },
  { query: 'bycicle repairs' },
  { query: '"bicycles stand" yard' },
]
let shelf: Awaited<ReturnType<typeof shelves>>

beforeAll(async () => {
  shelf = await shelves('kb-beside')
  await shelf.write([
    {
      title: 'The house',
      passages: [
        'Bicycles stand in the yard.',
        'A broken lamp is repaired by the janitor.',
        ...Array.from({ length: 10 }, (_, room) => `Room ${room} has a table and a window to the yard.`),
      ],
    },
    { title: 'Cycling', category: 'Travel', passages: ['Who comes by bicycle gets its repairs paid.'] },
    { title: 'Closed', visibility: 'confidential', passages: ['A bicycle of the board broke in the yard.'] },
  ])
})

afterAll(() => shelf?.close())

const answers = () => Promise.all(QUERIES.map((filter) => shelf.byWords(caller, filter)))

test('a tenant that is alone, one among others and one category of it are looked through alike', async () => {
  const alone = await answers()
  expect(alone.map((found) => [...new Set(found.map(({ title }) => title))])).toEqual([
    expect.arrayContaining(['Cycling', 'The house']),
    ['Cycling'],
    expect.arrayContaining(['Cycling', 'The house']),
    ['The house'],
  ])
  await shelf.write([
    {
      tenant: 'globex',
      title: 'Bicycles of others',
      passages: Array.from(
        { length: 100 },
        (_, day) => `On day ${day} a bicycle broke, repairs in the yard.`,
      ),
    },
  ])
  expect(await answers()).toEqual(alone)
})
