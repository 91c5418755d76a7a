import { InsufficientScopeError } from '@atoll/errors'
import { alice, bob, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Companies, companies } from '../company.ts'

interface Listed {
  uri: string
  title?: string
}
interface Table {
  name: string
  description: string
  rows: number
  columns: { name: string; type: string; description: string }[]
}

const reader = alice('hr:read')
let hr: Companies
beforeAll(async () => {
  hr = await companies()
})
afterAll(() => hr?.close())

async function read(uri: string, as = reader) {
  const { contents } = await hr.server.request('resources/read', { uri }, { as })
  const [content] = contents as { uri: string; mimeType: string; text: string }[]
  expect(content).toMatchObject({ uri, mimeType: 'application/json' })
  return JSON.parse(content?.text ?? '')
}

describe('config://company', () => {
  test('says who the company is and how far the records reach', async () => {
    expect(await read('config://company')).toEqual({
      tenant: 'acme',
      name: 'Acme Robotics',
      headquarters: 'Berlin',
      time_zone: 'Europe/Berlin',
      currency: 'EUR',
      fiscal_year_start_month: 1,
      hours_per_week: 38.5,
      founded_on: '2012-03-05',
      employees_on_record: 342,
      headcount: 311,
      departments: 12,
      projects: 67,
      locations: expect.objectContaining({ Berlin: expect.any(Number) }),
      timesheets: { from: '2026-01-05', to: '2026-06-30' },
    })
  })

  test('is another one for another tenant', async () => {
    expect(await read('config://company', mallory('hr:read'))).toMatchObject({
      tenant: 'globex',
      name: 'Globex Energy',
      employees_on_record: 58,
    })
  })
})

describe('schema://hr', () => {
  test('describes every table and column of the live database, with the rows of the tenant', async () => {
    const { tables }: { tables: Table[] } = await read('schema://hr')
    expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
      ['employees', 342],
      ['departments', 12],
      ['projects', 67],
      ['timesheets', 15_420],
    ])
    for (const { description, columns } of tables) {
      expect(description).not.toBe('')
      expect(columns.length).toBeGreaterThan(5)
      for (const column of columns) expect(column.description, column.name).toMatch(/\.$/)
    }
    const hours = tables[3]?.columns.find(({ name }) => name === 'hours')
    expect(hours).toMatchObject({ type: 'numeric' })
  })

  test('names exactly the columns that query_hr_data allows', async () => {
    for (const as of [reader, alice('hr:read', 'hr:compensation')]) {
      const { tables }: { tables: Table[] } = await read('schema://hr', as)
      for (const { name, columns } of tables) {
        const result = await hr.server.call('query_hr_data', { table: name, limit: 1 }, { as })
        expect(columns.map((column) => column.name)).toEqual(result.structuredContent.columns)
      }
    }
  })

  test('knows of salary bands only with hr:compensation', async () => {
    expect(JSON.stringify(await read('schema://hr', alice('hr:read', 'hr:compensation')))).toContain(
      'salary_band',
    )
    expect(JSON.stringify(await read('schema://hr'))).not.toMatch(/salary|band/i)
  })

  test('counts the rows of another tenant for that tenant', async () => {
    const { tables }: { tables: Table[] } = await read('schema://hr', mallory('hr:read'))
    expect(tables.map(({ rows }) => rows)).toEqual([58, 5, 9, 1200])
  })
})

describe('employee://{id}', () => {
  test('answers what get_employee answers', async () => {
    const { structuredContent } = await hr.server.call('get_employee', { id: 'E1002' }, { as: reader })
    expect(await read('employee://E1002')).toEqual(structuredContent.employee)
  })

  test('shows the salary band with hr:compensation only', async () => {
    expect(await read('employee://E1001', alice('hr:read', 'hr:compensation'))).toHaveProperty('salary_band')
    expect(await read('employee://E1001')).not.toHaveProperty('salary_band')
  })

  test.each([
    ['employee://E9999', reader],
    ['employee://not%20an%20id', reader],
    ['employee://E1001', mallory('hr:read')],
  ])('does not know %s', async (uri, as) => {
    await expect(hr.server.request('resources/read', { uri }, { as })).rejects.toThrow('There is no employee')
  })

  test('lists everybody, page by page', async () => {
    const listed: Listed[] = []
    let cursor: unknown
    do {
      const page = await hr.server.request('resources/list', cursor ? { cursor } : {}, { as: reader })
      listed.push(...(page.resources as Listed[]))
      cursor = page.nextCursor
    } while (cursor)
    const uris = listed.map(({ uri }) => uri)
    expect(uris.slice(0, 2)).toEqual(['config://company', 'schema://hr'])
    expect(new Set(uris.slice(2)).size).toBe(342)
    expect(listed.find(({ uri }) => uri === 'employee://E1001')?.title).toBe('Ingrid Das')
  })

  test('does not go on with the cursor of somebody else', async () => {
    const { nextCursor } = await hr.server.request('resources/list', {}, { as: reader })
    const call = hr.server.request('resources/list', { cursor: nextCursor }, { as: bob('hr:read') })
    await expect(call).rejects.toThrow('does not belong to this search')
  })

  test('completes ids of the tenant', async () => {
    const complete = async (value: string, as = reader) => {
      const ref = { type: 'ref/resource', uri: 'employee://{id}' }
      const params = { ref, argument: { name: 'id', value } }
      const result = await hr.server.request('completion/complete', params, { as })
      return result.completion as { values: string[]; hasMore: boolean }
    }
    expect((await complete('E134')).values).toEqual(['E1340', 'E1341', 'E1342'])
    expect(await complete('E1')).toMatchObject({ hasMore: true, values: { length: 100 } })
    expect((await complete('E134', mallory('hr:read'))).values).toEqual([])
    expect((await complete('%')).values).toEqual([])
    expect((await complete('\u0000')).values).toEqual([])
  })
})

test.each(['config://company', 'schema://hr', 'employee://E1001'])('%s needs hr:read', async (uri) => {
  const call = hr.server.request('resources/read', { uri }, { as: alice('hr:compensation') })
  await expect(call).rejects.toBeInstanceOf(InsufficientScopeError)
})
