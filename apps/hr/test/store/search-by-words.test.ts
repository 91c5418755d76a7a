import { createDatabase, type Database } from '@atoll/database'
import type { Position } from '@atoll/server-kit'
import { principal, type TestDatabase, testDatabase } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import type { Search } from '../../src/store/search.ts'
import { MOST_FEW, MOST_TERMS } from '../../src/store/survey-words.ts'
import type { Tables } from '../../src/store/tables.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'
import { seedBig } from '../seed/seed-big.ts'

const alice = principal({ subject: 'alice', tenant: 'scale' })
/** So many that some words are too common, and some beginnings have too many terms, to be gone through. */
const EMPLOYEES = 12_000
const ORDERS = [
  { sort: 'name', direction: 'asc' },
  { sort: 'name', direction: 'desc' },
  { sort: 'hired_on', direction: 'desc' },
  { sort: 'role', direction: 'asc' },
] as const

let target: TestDatabase
let database: Database<Tables>
let store: ReturnType<typeof hrStore>
let owner: pg.Client
beforeAll(async () => {
  target = await testDatabase({ name: 'hr-words', migrations })
  await seedBig(target.ownerUrl, '--employees', String(EMPLOYEES))
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'hr-test' })
  store = hrStore(database)
  owner = new pg.Client({ connectionString: target.ownerUrl })
  await owner.connect()
  await owner.query(`select set_config('app.tenant', 'scale', false)`)
  await owner.query(
    `create temporary table words as
    select id, true as in_role, search_words(role) as word from employees
    union all select id, false, search_words(name || ' ' || split_part(email, '@', 1)) from employees`,
  )
  await owner.query('analyze words')
})
afterAll(async () => {
  await owner?.end()
  await database?.close()
  await target?.close()
})

type Asked = Omit<Search, 'sort' | 'direction' | 'limit'>

/** Everybody who matches, found by looking at every word of everybody. */
async function looked({ text = '', role = '', location, status }: Asked, order: (typeof ORDERS)[number]) {
  const has = (word: string, where: string) =>
    `id = any (array(select id from words where starts_with(word, search_key('${word}')) and ${where}))`
  const conditions = [
    ...wordsIn(text).map((word) => has(word, 'true')),
    ...wordsIn(role).map((word) => has(word, 'in_role')),
    '($1::text is null or location = $1) and ($2::text is null or employment_status(hired_on, left_on) = $2)',
  ]
  const { rows } = await owner.query<{ id: string }>(
    `select id from employees where ${conditions.join(' and ')}
    order by ${order.sort} ${order.direction}, id ${order.direction}`,
    [location, status],
  )
  return rows.map(({ id }) => id)
}

const wordsIn = (text: string) => text.split(' ').filter((word) => word !== '')

/** The first pages. */
async function found(asked: Asked, order: (typeof ORDERS)[number], limit: number) {
  const ids: string[] = []
  let after: Position | undefined
  do {
    const page = await store.employees.search(alice, { ...asked, ...order, limit }, { signal, after })
    ids.push(...page.employees.map(({ id }) => id))
    after = page.end
  } while (after && ids.length < limit * 5)
  return { ids, isAll: after === undefined }
}

const SEARCHES: Asked[] = [
  { text: 'maria' },
  { text: 'Mária' },
  { text: 'maria garcia' },
  { text: 'garcia maria engineer' },
  { text: 'm' },
  { text: 'e' },
  { text: 'e a' },
  { text: '1' },
  { text: '1 2' },
  { text: '123 e' },
  { text: 'maria', location: 'Lisbon' },
  { text: 'e', status: 'left' },
  { text: 'maria zzz' },
  { role: 'engineer' },
  { role: 'e', text: 'm' },
  { role: 'senior engineer', location: 'Berlin', status: 'active' },
  { role: 'maria' },
  { text: 'chief' },
]

test.each(SEARCHES)('%j finds whoever has the words, in every order', async (asked) => {
  for (const order of ORDERS) {
    const { ids, isAll } = await found(asked, order, 7)
    const expected = await looked(asked, order)
    expect(ids, JSON.stringify(order)).toEqual(isAll ? expected : expected.slice(0, ids.length))
  }
})

test('some of these words are common, and some beginnings are those of many terms', async () => {
  const { rows } = await owner.query(
    `select count(*)::int as matches, count(distinct term)::int as terms from employee_terms where starts_with(term, '1')`,
  )
  expect(rows[0].terms).toBeGreaterThan(MOST_TERMS)
  expect(rows[0].matches).toBeGreaterThan(MOST_FEW)
})

test('people are found by the words they have now', async () => {
  await owner.query(`update employees set first_name = 'Zuleika', role = 'Zoologist' where id = 'E1100'`)
  const search = { sort: 'name', direction: 'asc', limit: 5 } as const
  const zoologists = await store.employees.search(alice, { ...search, text: 'zul zoo' }, { signal })
  expect(zoologists.employees.map(({ id }) => id)).toEqual(['E1100'])
  await owner.query(`update employees set first_name = 'Ann' where id = 'E1100'`)
  const nobody = await store.employees.search(alice, { ...search, text: 'zul' }, { signal })
  expect(nobody.employees).toEqual([])
  const ann = await store.employees.search(alice, { ...search, text: 'zoo' }, { signal })
  expect(ann.employees.map(({ name }) => name.split(' ')[0])).toEqual(['Ann'])
})
