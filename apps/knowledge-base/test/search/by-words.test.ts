import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SearchFilter } from '../../src/store/search.ts'
import { shelves } from './shelves.ts'

const caller = alice('kb:read')
const FILLER = 'Everybody at the company reads this page and signs the form at the desk on the first floor'
let shelf: Awaited<ReturnType<typeof shelves>>

beforeAll(async () => {
  shelf = await shelves('kb-words')
  await shelf.write([
    { title: 'Bicycles', passages: ['They stand in the yard behind the house.'] },
    {
      title: 'Getting here',
      passages: [{ headings: ['Bicycles'], plain: 'They stand in the yard behind it.' }],
    },
    { title: 'The yard', passages: ['Bicycles stand behind the house, and so do they.'] },
    { title: 'Sabbatical', passages: ['After five years you may take twelve paid weeks off.'] },
    {
      title: 'Parental leave',
      passages: ['Parents take sixteen paid weeks off.', 'Tell us when parents leave.'],
    },
    {
      title: 'Sick days',
      passages: ['Stay at home and tell your manager. Parents stay with sick children too.'],
    },
    { title: 'Government forms', category: 'Taxes', passages: ['The government wants form W-4 by March.'] },
    { title: 'Payslips', category: 'Taxes', passages: ['Paid on the last weekday of a month.'] },
    { title: 'Dogs', passages: [`${FILLER}. Dogs sleep under the table.`] },
    {
      title: 'Cats',
      passages: [`${FILLER}. ${FILLER}, again and again, whatever it says. Dogs chase them.`],
    },
    { title: 'News', passages: ['The canteen has a new oven.'], updatedAt: new Date('2026-09-01T08:00:00Z') },
    {
      title: 'Old news',
      passages: ['The canteen has a new stove.'],
      updatedAt: new Date('2025-09-01T08:00:00Z'),
    },
  ])
})

afterAll(() => shelf?.close())

const titles = async (query: string, filter: Omit<SearchFilter, 'query'> = {}) =>
  (await shelf.byWords(caller, { query, ...filter })).map(({ title }) => title)

describe('ranking', () => {
  test('puts a word in the title before one in a heading, and that before one in the text', async () => {
    expect(await titles('bicycles')).toEqual(['Bicycles', 'Getting here', 'The yard'])
  })

  test('puts a passage with the rarer word first', async () => {
    expect((await titles('paid sabbatical'))[0]).toBe('Sabbatical')
  })

  test('puts what says it among fewer words first', async () => {
    expect(await titles('sleep chase dogs')).toHaveLength(2)
    expect(await titles('dogs')).toEqual(['Dogs', 'Cats'])
  })

  test('puts a document first that has more to say about it', async () => {
    expect((await titles('parents'))[0]).toBe('Parental leave')
  })

  test('finds other forms of a word', async () => {
    expect(await titles('bicycle')).toContain('Bicycles')
  })

  test('answers no more than are wanted', async () => {
    const { passages } = await shelf.store.byWords(caller, { query: 'bicycles' }, 2, {
      signal: AbortSignal.timeout(10_000),
    })
    expect(passages).toHaveLength(2)
  })
})

describe('a misspelt word', () => {
  test.each([
    ['goverment', 'Government forms'],
    ['sabatical', 'Sabbatical'],
    ['bicyles', 'Bicycles'],
    ['cantene', 'News'],
    ['parrental', 'Parental leave'],
  ])('%s finds %s', async (misspelt, title) => {
    expect(await titles(misspelt)).toContain(title)
  })

  test('counts less than the word itself', async () => {
    const [right] = await shelf.byWords(caller, { query: 'government' })
    const [wrong] = await shelf.byWords(caller, { query: 'goverment' })
    expect(wrong?.score).toBeLessThan(right?.score ?? 0)
    expect(wrong?.score).toBeGreaterThan(0)
  })

  test('is not guessed where the word occurs', async () => {
    expect(await titles('oven')).toEqual(['News'])
  })

  test('that is like none finds nothing', async () => {
    expect(await titles('xylophone')).toEqual([])
  })
})

describe('a synonym', () => {
  test('finds what the words of the query do not', async () => {
    expect(await titles('cellar')).toEqual([])
    expect(await titles('cellar', { synonyms: [['Bicycles']] })).toEqual([
      'Bicycles',
      'Getting here',
      'The yard',
    ])
  })

  test('of several words finds only where all of them are', async () => {
    expect(await titles('wages', { synonyms: [['paid weeks']] })).toEqual(['Parental leave', 'Sabbatical'])
    expect(await titles('wages', { synonyms: [['weekday bicycles']] })).toEqual([])
  })

  test('adds nothing to what the query says itself', async () => {
    const asked = await shelf.byWords(caller, { query: 'paid weeks' })
    expect(await shelf.byWords(caller, { query: 'paid weeks', synonyms: [['weeks paid', 'week']] })).toEqual(
      asked,
    )
  })

  test('tells more where it names a document than where the text goes on about it', async () => {
    const score = async (query: string, synonyms: string[][] = []) => {
      const found = await shelf.byWords(caller, { query, synonyms })
      return (title: string) => found.find((passage) => passage.title === title)?.score ?? 0
    }
    const asked = await score('dogs')
    const meant = await score('hounds', [['dogs']])
    expect(meant('Dogs') / meant('Cats')).toBeGreaterThan(asked('Dogs') / asked('Cats'))
    expect(meant('Cats')).toBeGreaterThan(0)
  })

  test('counts once, however many of a phrase are there', async () => {
    const [one] = await shelf.byWords(caller, { query: 'x', synonyms: [['gate', 'oven']] })
    const [both] = await shelf.byWords(caller, { query: 'x', synonyms: [['oven', 'canteen']] })
    const [apart] = await shelf.byWords(caller, { query: 'x', synonyms: [['oven'], ['canteen']] })
    expect(both?.score).toBeGreaterThan(one?.score ?? 0)
    expect(apart?.score).toBeGreaterThan(both?.score ?? 0)
  })

  test('does not stand for words in double quotes', async () => {
    expect(await titles('"twelve paid weeks"', { synonyms: [['parents']] })).toEqual(['Sabbatical'])
  })

  test.each(['', ' & |', "it's", String.raw`'\ \' ) |`])('is a word like others: %s', async (term) => {
    expect(await titles('oven', { synonyms: [[term]] })).toEqual(['News'])
  })
})

describe('words in double quotes', () => {
  test('must follow each other', async () => {
    expect(await titles('weeks paid')).toEqual(expect.arrayContaining(['Sabbatical', 'Parental leave']))
    expect(await titles('"twelve paid weeks"')).toEqual(['Sabbatical'])
    expect(await titles('"weeks paid"')).toEqual([])
  })

  test('must all be there, and other words may', async () => {
    expect(await titles('"paid weeks" parents')).toEqual(['Parental leave', 'Sabbatical'])
    expect(await titles('"paid weeks" "five years"')).toEqual(['Sabbatical'])
  })

  test('say nothing where all are too common', async () => {
    expect(await titles('"to be" bicycles')).toHaveLength(3)
  })

  test('are words as ever when a quote is missing', async () => {
    expect(await titles('"weeks paid sabbatical')).toContain('Sabbatical')
  })
})

describe('a filter', () => {
  test('keeps to a category, however it is written', async () => {
    expect(await titles('paid', { category: 'taxes' })).toEqual(['Payslips'])
    expect(await titles('bicycles', { category: 'Taxes' })).toEqual([])
  })

  test('keeps to what changed since', async () => {
    expect(await titles('canteen')).toEqual(['News', 'Old news'])
    expect(await titles('canteen', { updatedSince: new Date('2026-01-01') })).toEqual(['News'])
  })
})

test.each([
  'the of and',
  `it's`,
  '"',
  '""',
  '& | ! ( ) <-> :*',
  "bicycles' | !yard:A & \\",
  String.raw`\' \\ "\'"`,
])('takes %s for words', async (query) => {
  expect(await shelf.byWords(caller, { query })).toBeInstanceOf(Array)
})

test('finds nothing of another tenant', async () => {
  expect(await shelf.byWords(mallory('kb:read'), { query: 'bicycles' })).toEqual([])
})
