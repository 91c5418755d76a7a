import { alice } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shelves } from './shelves.ts'

const caller = alice('kb:read')
/** Of 16,000 passages each of "turbine", "gasket" and "valve" is in about an eighth, and "engine" in most. */
const PASSAGES = [
  ['Gasket', 'The turbine has a gasket.', 10],
  ['Valve', 'The turbine has a valve.', 10],
  ['Engine', 'The turbine has an engine.', 1880],
  ['Gaskets', 'The gasket has an engine.', 1940],
  ['Valves', 'The valve has an engine.', 1990],
  ['Engines', 'An engine has a name.', 7000],
  ['Names', 'Nothing but a name.', 3170],
] as const
let shelf: Awaited<ReturnType<typeof shelves>>

beforeAll(async () => {
  shelf = await shelves('kb-common-words')
  await shelf.write(
    PASSAGES.map(([title, text, times]) => ({ title, passages: Array.from({ length: times }, () => text) })),
  )
})

afterAll(() => shelf?.close())

const titles = async (query: string) =>
  new Set((await shelf.byWords(caller, { query })).map(({ title }) => title))

test('a word in very many passages finds those that hold another one, and not for one that nearly all hold', async () => {
  expect(await titles('turbine gasket valve engine')).toEqual(new Set(['Gasket', 'Valve']))
})

test.each(['turbine engine', 'turbine engine filter'])(
  'but for that too where the query has no other, or others find too little: %s',
  async (query) => {
    expect(await titles(query)).toEqual(new Set(['Engine']))
  },
)
