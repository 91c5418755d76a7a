import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { createDatabase, type Database } from '@atoll/database'
import { alice, principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { server } from '../../src/server.ts'
import type { Tables } from '../../src/store/tables.ts'
import { hrStore } from '../../src/store.ts'
import { signal } from '../company.ts'

const DEPARTMENTS = `id,name,head_id,cost_center,annual_budget,currency
board,Board,1,C-1,250000.50,EUR
tools,Tools & Dies,2,,,
`
const EMPLOYEES = `id,first_name,last_name,email,role,department_id,location,hired_on,manager_id,employment_type,left_on,salary_band
2,Büşra,Öztürk,Busra@initech.example,Head of Tools,tools,"Graz, Austria",2020-02-29,1,part_time,,B07
1,Bill,Lumbergh,bill@initech.example,President,board,Austin,1999-02-19,,,,B11
3,Milton,Waddams,milton@initech.example,Collator,tools,Austin,1999-03-01,2,full_time,2020-12-31,
`

let database: TestDatabase
let app: Database<Tables>
let directory: string
let tenant: string
let count = 0
beforeAll(async () => {
  database = await testDatabase({ name: 'hr-import', migrations })
  app = createDatabase<Tables>({ url: database.appUrl, applicationName: 'hr-test' })
})
afterAll(async () => {
  await app?.close()
  await database?.close()
})
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hr-import-'))
  count += 1
  tenant = `tenant${count}`
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const put = (file: string, text: string | Buffer) => writeFile(join(directory, file), text)
const me = () => principal({ subject: 'me', tenant, scopes: ['hr:read', 'hr:compensation'] })
const rows = (table: 'employees' | 'departments') =>
  app.inTenant(me(), (trx) => trx.selectFrom(table).selectAll().orderBy('id').execute())

async function run(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const given = args.length > 0 ? args : ['--tenant', tenant, '--dir', directory]
  const env = { DATABASE_OWNER_URL: database.ownerUrl }
  await server.commands.import?.run({ args: given, env, stdout, stderr, signal })
  return { stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

/** The lines of a refused import. */
async function refusal(): Promise<string[]> {
  const error = await run().then(
    () => new Error('The import was not refused'),
    (thrown: unknown) => thrown,
  )
  expect(await rows('employees')).toEqual([])
  expect(await rows('departments')).toEqual([])
  return (error as Error).message.split('\n')
}

describe('an import', () => {
  test('adds departments and employees, in any order of managers', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    const { stdout } = await run()
    expect(stdout).toBe(
      'departments.csv: 2 rows, 2 added, 0 changed, 0 as before\n' +
        'employees.csv: 3 rows, 3 added, 0 changed, 0 as before\n' +
        `Imported into tenant ${tenant}\n`,
    )
    expect(await hrStore(app).employees.find(me(), '2' as never, { signal })).toMatchObject({
      name: 'Büşra Öztürk',
      email: 'busra@initech.example',
      department: { id: 'tools', name: 'Tools & Dies' },
      location: 'Graz, Austria',
      manager: { id: '1', name: 'Bill Lumbergh' },
      employment_type: 'part_time',
      hired_on: '2020-02-29',
      salary_band: 'B07',
    })
    const [board, tools] = await hrStore(app).departments.list(me(), { signal })
    expect(board).toMatchObject({ annual_budget: { amount: 25_000_050, currency: 'EUR' }, headcount: 1 })
    expect(tools).toMatchObject({ annual_budget: null, cost_center: null, head: { id: '2' } })
    const company = await hrStore(app).company.profile(me(), { signal })
    expect(company).toMatchObject({
      tenant,
      name: tenant,
      currency: null,
      employees_on_record: 3,
      headcount: 2,
    })
  })

  test('lets people be found by words without their accents', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    const search = { sort: 'name', direction: 'asc', limit: 10 } as const
    for (const text of ['busra ozt', 'BÜŞRA', 'öztürk']) {
      const { employees } = await hrStore(app).employees.search(me(), { text, ...search }, { signal })
      expect(employees.map(({ id }) => id)).toEqual(['2'])
    }
  })

  test('changes nothing the second time', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    const before = [await rows('departments'), await rows('employees')]
    const { stdout } = await run()
    expect(stdout).toBe(
      'departments.csv: 2 rows, 0 added, 0 changed, 2 as before\n' +
        'employees.csv: 3 rows, 0 added, 0 changed, 3 as before\n' +
        `Nothing changed in tenant ${tenant}\n`,
    )
    expect([await rows('departments'), await rows('employees')]).toEqual(before)
  })

  test('changes what differs, keeps who is missing, and finds people by their new name', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    await rm(join(directory, 'departments.csv'))
    const renamed = EMPLOYEES.split('\n').slice(0, 2).join('\n').replace('Öztürk', 'Yılmaz')
    await put('employees.csv', renamed)
    expect((await run()).stdout).toContain('employees.csv: 1 rows, 0 added, 1 changed, 0 as before')
    expect(await rows('employees')).toHaveLength(3)
    const find = async (text: string) => {
      const search = { text, sort: 'name', direction: 'asc', limit: 10 } as const
      return (await hrStore(app).employees.search(me(), search, { signal })).employees.length
    }
    expect([await find('yılmaz'), await find('ozturk')]).toEqual([1, 0])
  })

  test('leaves alone what a file has no column for, and empties what has an empty cell', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    await put(
      'employees.csv',
      'id,first_name,last_name,email,role,department_id,location,hired_on,salary_band\n' +
        '2,Büşra,Öztürk,busra@initech.example,Head of Tools,tools,"Graz, Austria",2020-02-29,\n',
    )
    await put('departments.csv', 'id,name\nboard,Board\n')
    await run()
    expect((await rows('employees'))[1]).toMatchObject({
      manager_id: '1',
      employment_type: 'part_time',
      salary_band: null,
    })
    expect((await rows('departments'))[0]).toMatchObject({ annual_budget_minor: 25_000_050, head_id: '1' })
  })

  test('swaps e-mail addresses and managers within one file', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    const swapped = EMPLOYEES.replace('bill@', 'x@').replace('milton@', 'bill@').replace('x@', 'milton@')
    await put('employees.csv', swapped)
    expect((await run()).stdout).toContain('2 changed')
  })

  test('reads a byte order mark, CRLF, quotes and other orders of columns, and says which columns it leaves out', async () => {
    await put('departments.csv', `\uFEFF"Name",ID,Floor\r\n"Tools ""and"" Dies",tools,3\r\n`)
    const { stderr } = await run()
    expect(stderr).toContain('departments.csv: columns not used: floor')
    expect(await rows('departments')).toMatchObject([{ id: 'tools', name: 'Tools "and" Dies' }])
  })

  test('shows how far it is in lines where there is no terminal', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    expect((await run()).stderr).toMatch(/^\d+% departments\.csv\n(.*\n)*100% employees\.csv\n$/)
  })

  test('is seen by no other tenant', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    expect(await app.inTenant(alice(), (trx) => trx.selectFrom('departments').selectAll().execute())).toEqual(
      [],
    )
  })
})

describe('a refused import says file, line and reason, and imports nothing:', () => {
  const cases: [string, Record<string, string>, string[]][] = [
    [
      'cells that are wrong, all of them',
      {
        'departments.csv':
          'id,name,annual_budget,currency\na b,Board,,\ntools,,1.5,EUR\nx,X,12,\ny,Y,1.234,EUR\nz,Z,5,XYZ\n,W,,\n',
        'employees.csv': `${EMPLOYEES.split('\n')[0]}\n1,A,B,nobody,Boss,x,Graz,2020-02-30,,sometimes,,\n2,A,B,a@b.example,Boss,x,Graz,2020-01-02,,,2019-01-01,\n`,
      },
      [
        'departments.csv:2: id is not an id: 1 to 64 letters, digits, dots, hyphens or underscores',
        'departments.csv:3: name is empty',
        'departments.csv:4: annual_budget and currency go together: give both or neither',
        'departments.csv:5: annual_budget has more decimals than its currency',
        'departments.csv:6: currency is not an ISO 4217 currency such as EUR',
        'departments.csv:7: id is empty',
        'employees.csv:2: email is not an e-mail address; hired_on is not a date such as 2026-01-31; employment_type is not full_time, part_time, contractor or intern',
        'employees.csv:3: left_on is not after hired_on',
      ],
    ],
    [
      'departments and managers that do not exist',
      {
        'departments.csv': DEPARTMENTS.replace('board,Board,1', 'board,Board,99'),
        'employees.csv': EMPLOYEES.replace(',1,part_time', ',77,part_time').replace(
          'President,board',
          'President,moon',
        ),
      },
      [
        'departments.csv:2: head_id 99 is no employee, here or on record',
        'employees.csv:2: manager_id 77 is no employee, here or on record',
        'employees.csv:3: department_id moon is no department, here or on record',
      ],
    ],
    [
      'people who manage each other in a circle, once',
      {
        'departments.csv': 'id,name\nboard,Board\ntools,Tools\n',
        'employees.csv': EMPLOYEES.replace('1999-02-19,,', '1999-02-19,3,'),
      },
      ['employees.csv:2: manager_id makes a circle: 2 > 1 > 3 > 2'],
    ],
    [
      'somebody who is their own manager',
      {
        'departments.csv': 'id,name\nboard,Board\ntools,Tools\n',
        'employees.csv': EMPLOYEES.replace('1999-02-19,,', '1999-02-19,1,'),
      },
      ['employees.csv:3: manager_id is the id of the same row'],
    ],
    [
      'ids, e-mail addresses and names that appear twice',
      {
        'departments.csv': 'id,name\nboard,Board\nboard,Bored\ntools,Board\n',
        'employees.csv': EMPLOYEES.replace('milton@', 'bill@')
          .replace('\n3,', '\n3,')
          .concat('1,Bob,Porter,bob@initech.example,Consultant,board,Austin,1999-01-01,,,,\n'),
      },
      [
        'departments.csv:3: id board is on line 2 already',
        'departments.csv:4: name Board is on line 2 already',
        'employees.csv:4: email bill@initech.example is on line 3 already',
        'employees.csv:5: id 1 is on line 3 already',
      ],
    ],
    [
      'rows that are no CSV, without blaming those who refer to them',
      {
        'departments.csv': 'id,name\nboard,Board\ntools,Tools,too,many\n',
        'employees.csv': EMPLOYEES,
      },
      ['departments.csv:3: it has 4 cells, the header has 2'],
    ],
    [
      'a quote that is never closed, at the line where it opens',
      { 'departments.csv': 'id,name\nboard,Board\ntools,"Tools\nand,Dies\n' },
      ['departments.csv:3: a quote is opened here and never closed'],
    ],
    [
      'a header without what is needed',
      { 'departments.csv': 'id;name\nboard;Board\n' },
      ['departments.csv:1: the header lacks id, name; it has id;name (separate columns with commas)'],
    ],
    [
      'an empty file',
      { 'employees.csv': '' },
      ['employees.csv:1: the file is empty; its first line must name the columns'],
    ],
  ]
  test.each(cases)('%s', async (_, files, reasons) => {
    for (const [file, text] of Object.entries(files)) await put(file, text)
    const [first, ...lines] = await refusal()
    expect(lines).toEqual(reasons)
    expect(first).toBe(
      `Nothing was imported: ${reasons.length} bad ${reasons.length === 1 ? 'row' : 'rows'}.`,
    )
  })

  test('a line counted right after cells that span lines', async () => {
    await put('departments.csv', 'id,name\r\na,"two\r\nlines"\r\nb,"three\n\nlines"\n\nc,\n\n"d\n",1,2\n')
    expect(await refusal()).toEqual([
      'Nothing was imported: 2 bad rows.',
      'departments.csv:8: name is empty',
      'departments.csv:10: it has 3 cells, the header has 2',
    ])
  })

  test('a file that is not UTF-8', async () => {
    await put('departments.csv', Buffer.from('id,name\nboard,Gesch\xe4ft\n', 'latin1'))
    expect((await refusal())[1]).toBe('departments.csv:2: name is not UTF-8; save the file as UTF-8')
  })

  test('the first hundred of many, and how many more there are', async () => {
    const bad = Array.from({ length: 130 }, (_, index) => `d${index},`).join('\n')
    await put('departments.csv', `id,name\n${bad}\n`)
    const lines = await refusal()
    expect(lines).toHaveLength(102)
    expect(lines[0]).toBe('Nothing was imported: 130 bad rows.')
    expect(lines[100]).toBe('departments.csv:101: name is empty')
    expect(lines[101]).toBe('and 30 more')
  })

  test('what contradicts the records', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    await put('departments.csv', 'id,name\ndies,Board\n')
    await put(
      'employees.csv',
      'id,first_name,last_name,email,role,department_id,location,hired_on,manager_id\n' +
        '1,Bill,Lumbergh,milton@initech.example,President,board,Austin,1999-02-19,3\n',
    )
    await expect(run()).rejects.toThrow(
      [
        'Nothing was imported: 3 bad rows.',
        'departments.csv:2: name Board is that of board on record',
        'employees.csv:2: email milton@initech.example is that of 3 on record',
        'employees.csv:2: manager_id makes a circle: 2 > 1 > 3 > 2',
      ].join('\n'),
    )
  })

  test('somebody hired again, in a file that does not say when they left', async () => {
    await put('departments.csv', DEPARTMENTS)
    await put('employees.csv', EMPLOYEES)
    await run()
    const [header = '', ...people] = EMPLOYEES.trim().split('\n')
    const without = (line: string) => line.split(',').slice(0, -2).join(',')
    const milton = without(people[2] ?? '').replace('1999-03-01', '2021-01-01')
    await put('employees.csv', `${without(header)}\n${milton}\n`)
    await expect(run()).rejects.toThrow(
      'employees.csv:2: hired_on is not before 2020-12-31, when they left on record',
    )
  })

  test.each([
    [['--tenant', 'acme'], 'Usage: import --tenant TENANT --dir DIRECTORY'],
    [['--tenant', 'acme', '--dir', '.', '--force'], 'Usage: import'],
    [['--tenant', 'a b', '--dir', '.'], '--tenant must be 1 to 64 letters'],
    [
      ['--tenant', 'acme', '--dir', '/no/such'],
      'There is no departments.csv and no employees.csv in /no/such',
    ],
  ])('arguments %j', async (args, reason) => {
    await expect(run(...args)).rejects.toThrow(reason)
  })
})

test('two imports at once load the rows once', async () => {
  await put('departments.csv', DEPARTMENTS)
  await put('employees.csv', EMPLOYEES)
  const outputs = await Promise.all([run(), run()])
  const added = outputs.filter(({ stdout }) => stdout.includes('3 added'))
  const same = outputs.filter(({ stdout }) => stdout.includes('Nothing changed'))
  expect([added.length, same.length]).toEqual([1, 1])
})

test('an import that is stopped leaves nothing behind', async () => {
  await put('departments.csv', DEPARTMENTS)
  await put('employees.csv', EMPLOYEES)
  const abort = new AbortController()
  const stderr = new PassThrough()
  stderr.once('data', () => abort.abort(new Error('Stopped by SIGINT.')))
  const running = server.commands.import?.run({
    args: ['--tenant', tenant, '--dir', directory],
    env: { DATABASE_OWNER_URL: database.ownerUrl },
    stdout: new PassThrough(),
    stderr,
    signal: abort.signal,
  })
  await expect(running).rejects.toThrow('Stopped by SIGINT.')
  expect(await rows('employees')).toEqual([])
})
