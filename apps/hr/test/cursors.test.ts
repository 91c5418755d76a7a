import { alice, bob, mallory } from '@atoll/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Companies, ownCompanies } from './company.ts'

let hr: Companies
beforeAll(async () => {
  hr = await ownCompanies()
})
afterAll(() => hr?.close())

const me = alice('hr:read')
const call = (args: Record<string, unknown>, as = me) =>
  hr.server.call('search_employees', { limit: 40, ...args }, { as })

test('a cursor works for the caller and the query it was made for, and for nothing else', async () => {
  const { next_cursor: cursor } = (await call({})).structuredContent
  expect((await call({ cursor })).isError).toBeUndefined()
  const [body, mark] = cursor.split('.')
  const elsewhere = Buffer.from(JSON.stringify(['A', 'E1'])).toString('base64url')
  for (const [args, as] of [
    [{ cursor }, bob('hr:read')],
    [{ cursor }, mallory('hr:read')],
    [{ cursor, sort: 'role' }, me],
    [{ cursor, direction: 'desc' }, me],
    [{ cursor: `${elsewhere}.${mark}` }, me],
    [{ cursor: `${body}.${mark.slice(1)}A` }, me],
    [{ cursor: body }, me],
  ] as const) {
    const refused = await call(args, as)
    expect(refused.isError).toBe(true)
    expect(refused.content[0]?.text).toMatch(/^INVALID: cursor: it does not belong to this search/)
  }
})

describe.each([
  { sort: 'name', direction: 'asc' },
  { sort: 'hired_on', direction: 'desc' },
  { sort: 'role', direction: 'asc' },
])('pages by $sort, $direction', (order) => {
  test('lose and repeat nothing when people come in between', async () => {
    const before = await everybody(100)
    const seen: string[] = []
    let cursor: string | undefined
    for (let page = 1; page === 1 || cursor; page += 1) {
      const got = (await call({ ...order, ...(cursor && { cursor }) })).structuredContent
      seen.push(...got.employees.map(({ id }: { id: string }) => id))
      cursor = got.next_cursor
      if (page === 2) await hire(order.sort)
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => before.includes(id))).toEqual(before)
    const ids = (place: string) => `X-${order.sort}-${place}`
    const [reached, passed] = order.direction === 'asc' ? ['last', 'first'] : ['first', 'last']
    expect(seen).toContain(ids(reached))
    expect(seen).not.toContain(ids(passed))
    expect(await everybody(99)).toEqual(expect.arrayContaining([ids(reached), ids(passed)]))
  })

  /** Pages of another size are not those that the cache remembers. */
  async function everybody(limit: number): Promise<string[]> {
    const all: string[] = []
    let cursor: string | undefined
    do {
      const page = (await call({ ...order, limit, ...(cursor && { cursor }) })).structuredContent
      all.push(...page.employees.map(({ id }: { id: string }) => id))
      cursor = page.next_cursor
    } while (cursor)
    return all
  }
})

/** Somebody who comes first by every order, and somebody who comes last. */
async function hire(sort: string): Promise<void> {
  const owner = new pg.Client({ connectionString: hr.ownerUrl })
  await owner.connect()
  await owner.query(`select set_config('app.tenant', 'acme', false)`)
  await owner.query(
    `insert into employees (tenant, id, first_name, last_name, email, role, department_id, location, hired_on)
    select 'acme', 'X-' || $1 || '-' || place, name, name, $1 || place || '@acme.example', name, 'legal', 'Berlin', hired_on
    from (values ('first', 'Aaa', date '1999-01-01'), ('last', 'Zzz', date '2030-01-01')) as new (place, name, hired_on)`,
    [sort],
  )
  await owner.end()
}
