import { createDatabase, type Database } from '@atoll/database'
import { InvalidError } from '@atoll/errors'
import { shopImportCommand } from '@atoll/shop-data'
import { principal, type TestDatabase, testDatabase } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrations } from '../../migrations/index.ts'
import { load } from '../../src/import/load.ts'
import { onceKey } from '../../src/store/once.ts'
import type { Tables } from '../../src/store/tables.ts'
import { ordersStore } from '../../src/store.ts'
import { runCommand } from '../run-command.ts'
import { type Files, folder, GOOD } from './folder.ts'

let target: TestDatabase
let database: Database<Tables>
let store: ReturnType<typeof ordersStore>
const { signal } = new AbortController()

beforeAll(async () => {
  target = await testDatabase({ name: 'orders-import', migrations })
  database = createDatabase<Tables>({ url: target.appUrl, applicationName: 'orders-test' })
  store = ordersStore(database)
})
afterAll(async () => {
  await database?.close()
  await target?.close()
})

async function run(tenant: string, files: Files, stop = signal) {
  await using at = await folder(files)
  return await runCommand(
    shopImportCommand(load),
    ['--tenant', tenant, '--dir', at.path],
    target.ownerUrl,
    stop,
  )
}

async function refusal(tenant: string, files: Files): Promise<string[]> {
  const error: unknown = await run(tenant, files).catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidError)
  expect(await count(tenant)).toBe(0)
  return (error as Error).message.split('\n')
}

const staff = (tenant: string) => principal({ subject: 'sam', tenant, scopes: ['orders:support'] })
const order = (tenant: string, number: string) => store.support.find(staff(tenant), number, { signal })
const count = async (tenant: string) =>
  (await store.support.search(staff(tenant), {}, { limit: 1 }, { signal })).summary?.count

/** The good files with one of them changed. */
const but = (name: keyof Files, change: (text: string) => string | Uint8Array): Files => ({
  ...GOOD,
  [name]: change(GOOD[name as keyof typeof GOOD]),
})

describe('loads', () => {
  test('what the files say', async () => {
    const { stdout, stderr } = await run('loads', GOOD)
    expect(stdout.split('\n')).toEqual([
      'customers.csv: 2 rows, 2 added, 0 changed, 0 as before',
      'products.csv: 2 rows, 2 added, 0 changed, 0 as before',
      'orders.csv: 2 rows, 2 added, 0 changed, 0 as before',
      'order_lines.csv: 3 rows, 3 added, 0 changed, 0 as before',
      'Imported into tenant loads',
      '',
    ])
    expect(stderr).toContain('100%')
    expect(await order('loads', '10248')).toMatchObject({
      number: '10248',
      status: 'delivered',
      customer: { id: 'VINET', name: 'Vins et alcools' },
      lines: [
        { line: 1, charged: { minor: 16_800 } },
        { line: 2, discount_percent: 15, charged: { minor: 14_790 }, exact: '147.9' },
      ],
      totals: { goods: { minor: 31_590 }, shipping: { minor: 3238 }, total: { minor: 34_828 } },
    })
    // 1.15 x 2 x 0.85 is 1.955: half a cent goes away from zero.
    expect((await order('loads', '10249'))?.lines).toMatchObject([
      { charged: { minor: 196 }, exact: '1.955' },
    ])
  })

  test('a byte order mark, CRLF, quotes, accents, tabs and lines inside cells', async () => {
    const text =
      '\uFEFFcustomer_id,company_name,address\r\nQUICK,"Die ""Schnelle"", GmbH","Taucherstraße 10\r\nHinterhaus"\r\nVINET,Zoë\tÅngström \\N,\r\n'
    await run('dialect', { ...GOOD, 'customers.csv': text })
    expect((await order('dialect', '10249'))?.addresses.billing).toMatchObject({
      name: 'Die "Schnelle", GmbH',
      street: 'Taucherstraße 10\r\nHinterhaus',
    })
    expect((await order('dialect', '10248'))?.customer.name).toBe('Zoë\tÅngström \\N')
  })

  test('single-precision floats for the decimals they stand for', async () => {
    const text =
      'order_id,product_id,unit_price,quantity,discount\n10248,11,9.800000190734863,10,0.15000000596046448\n10249,11,1,1,0.05000000074505806\n'
    await run('floats', { ...GOOD, 'order_lines.csv': text })
    expect((await order('floats', '10248'))?.lines).toMatchObject([
      { unit_price: { minor: 980 }, discount_percent: 15, exact: '83.3' },
    ])
    expect((await order('floats', '10249'))?.lines).toMatchObject([{ discount_percent: 5, exact: '0.95' }])
  })

  test('currencies with their own minor units', async () => {
    const orders =
      'order_id,customer_id,order_date,currency,freight\n10248,VINET,2026-01-01,JPY,700\n10249,QUICK,2026-01-01,kwd,1.125\n'
    const lines = 'order_id,product_id,unit_price,quantity\n10248,11,1400,2\n10249,11,0.125,3\n'
    await run('currencies', { ...GOOD, 'orders.csv': orders, 'order_lines.csv': lines })
    expect((await order('currencies', '10248'))?.totals.total.text).toBe('3500 JPY')
    expect((await order('currencies', '10249'))?.totals.total.text).toBe('1.500 KWD')
    const { summary } = await store.support.search(staff('currencies'), {}, { limit: 1 }, { signal })
    expect(summary?.amounts.map(({ charged }) => charged.text)).toEqual(['2800 JPY', '0.375 KWD'])
  })

  test('a status that is given, or what the dates say', async () => {
    const orders = (columns: string, cells: string) =>
      but(
        'orders.csv',
        () =>
          `order_id,customer_id,order_date,${columns}\n10248,VINET,2026-01-01,${cells}\n10249,QUICK,2026-01-01,${','.repeat(columns.split(',').length - 1)}\n`,
      )
    const cases = [
      ['status', 'processing', 'processing'],
      ['status,shipped_date', 'Cancelled,2026-01-02', 'cancelled'],
      ['shipped_date', '2026-01-02', 'delivered'],
      ['shipped_date,delivered_date', '2026-01-02,', 'shipped'],
      ['shipped_date,delivered_date', '2026-01-02,2026-01-05', 'delivered'],
    ] as const
    for (const [index, [columns, cells, status]] of cases.entries()) {
      await run(`status-${index}`, orders(columns, cells))
      expect((await order(`status-${index}`, '10248'))?.status).toBe(status)
      expect((await order(`status-${index}`, '10249'))?.status).toBe('pending')
    }
  })

  test('orders for the subject of their customer', async () => {
    const text =
      'customer_id,company_name,subject\nQUICK,QUICK-Stop,quick@example.com\nVINET,Vins et alcools,\n'
    await run('subjects', { ...GOOD, 'customers.csv': text })
    const own = async (subject: string) =>
      (await store.orders.list(principal({ subject, tenant: 'subjects' }), {}, { limit: 9 }, { signal }))
        .items
    expect((await own('quick@example.com')).map(({ number }) => number)).toEqual(['10249'])
    expect((await own('VINET')).map(({ number }) => number)).toEqual(['10248'])
    expect(await own('QUICK')).toEqual([])
    await run('subjects', GOOD)
    expect((await own('QUICK')).map(({ number }) => number)).toEqual(['10249'])
  })

  test('and says which columns it does not use', async () => {
    const text = 'customer_id,company_name,fax\nQUICK,QUICK-Stop,1\nVINET,Vins,2\n'
    expect((await run('columns', { ...GOOD, 'customers.csv': text })).stderr).toContain(
      'customers.csv: columns not used: fax\n',
    )
  })
})

describe('a second run', () => {
  test('changes nothing, and says so', async () => {
    await run('again', GOOD)
    const { stdout } = await run('again', GOOD)
    expect(stdout).toContain('order_lines.csv: 3 rows, 0 added, 0 changed, 3 as before\n')
    expect(stdout).toContain('Nothing changed in tenant again\n')
  })

  test('changes nothing either when the rows come in another order', async () => {
    await run('sorted', GOOD)
    const upsideDown = (text: string) => {
      const [header, ...rows] = text.trim().split('\n')
      return `${[header, ...rows.toReversed()].join('\n')}\n`
    }
    const files = Object.fromEntries(Object.entries(GOOD).map(([name, text]) => [name, upsideDown(text)]))
    expect((await run('sorted', files)).stdout).toContain('Nothing changed in tenant sorted\n')
  })

  test('writes what the source changed, and takes away lines that are gone', async () => {
    await run('changes', GOOD)
    const text =
      'order_id,product_id,unit_price,quantity,discount\n10248,11,14.00,13,0\n10249,11,1.15,2,0.15\n'
    const { stdout } = await run('changes', { ...GOOD, 'order_lines.csv': text })
    expect(stdout).toContain('orders.csv: 2 rows, 0 added, 1 changed, 1 as before\n')
    expect(stdout).toContain('order_lines.csv: 2 rows, 0 added, 1 changed, 1 as before, 1 removed\n')
    expect(await order('changes', '10248')).toMatchObject({
      line_count: 1,
      totals: { goods: { minor: 18_200 } },
    })
  })

  test('leaves alone what is not in the files', async () => {
    await run('more', GOOD)
    await run('more', {
      'customers.csv': 'customer_id,company_name\n',
      'products.csv': 'product_id,product_name,unit_price\n',
      'orders.csv': 'order_id,customer_id,order_date\n10250,QUICK,1996-07-06\n',
      'order_lines.csv': 'order_id,product_id,unit_price,quantity\n10250,72,1,1\n',
    })
    expect(await count('more')).toBe(3)
  })

  test('keeps cancellations and refunds that were made here', async () => {
    await run('kept', GOOD)
    const [quick, vinet] = [
      principal({ subject: 'QUICK', tenant: 'kept' }),
      principal({ subject: 'VINET', tenant: 'kept' }),
    ]
    const [cancelled, refunded] = [await order('kept', '10249'), await order('kept', '10248')]
    if (!cancelled || !refunded) throw new Error('The import lost orders')
    const once = (key: string) => onceKey('test', key, key)
    await store.cancellations.make(quick, cancelled.id, { once: once('a'), reason: undefined }, { signal })
    const lines = [1]
    await store.refunds.make(vinet, refunded.id, { once: once('b'), lines, reason: undefined }, { signal })
    expect((await run('kept', GOOD)).stdout).toContain('Nothing changed in tenant kept\n')
    expect((await order('kept', '10249'))?.status).toBe('cancelled')
    expect((await order('kept', '10248'))?.status).toBe('partially_refunded')
    const changed = but('order_lines.csv', (text) => text.replace('14.00', '13.00'))
    await expect(run('kept', changed)).rejects.toThrow(
      'orders.csv:2: order 10248 has refunds, so its currency, freight and lines can no longer change',
    )
    expect((await order('kept', '10248'))?.totals.goods.minor).toBe(31_590)
  })
})

describe('refuses bad rows, all of them and nothing imported,', () => {
  test('with file, line and reason', async () => {
    const files: Files = {
      'customers.csv':
        'customer_id,company_name\nQUICK,QUICK-Stop\n,Nameless\nVINET,Vins,extra\nQUICK,Double\nLONG,"two\nlines"\nBAD\u0000,NUL\n',
      'products.csv': 'product_id,product_name,unit_price\n11,Queso,-1\n72,Mozzarella,abc\n42,Mee,9.805\n',
      'orders.csv':
        'order_id,customer_id,order_date,status,currency\n1,QUICK,1996-02-30,,\n2,NOBODY,1996-07-04,lost,\n3,VINET,1996-07-04,,XYZ\n4,NOBODY,1996-07-04,,\n5,LONG,1996-07-04,,\n5,LONG,1996-07-04,,\nord_6,LONG,1996-07-04,,\n',
      'order_lines.csv':
        'order_id,product_id,unit_price,quantity,discount\n1,11,1,1,0\n2,99,1,1,0\n5,72,1,0,0\n5,42,1,1.5,0\n5,42,1,1,15\n9,42,1,1,0\n4,42,1,1,0\n5,42,1,1,0.12345\n',
    }
    expect(await refusal('bad', files)).toEqual([
      'Nothing was imported: 19 bad rows.',
      'customers.csv:3: customer_id is empty',
      'customers.csv:4: it has 3 cells, the header has 2',
      'customers.csv:5: customer_id QUICK is also on line 2',
      'customers.csv:8: customer_id contains a NUL character',
      'products.csv:2: unit_price is not a price such as 14.00',
      'products.csv:3: unit_price is not a price such as 14.00',
      'products.csv:4: unit_price has more decimals than USD has',
      'orders.csv:2: order_date is not a date such as 1996-07-04',
      'orders.csv:3: status is not one of pending, processing, shipped, delivered, cancelled',
      'orders.csv:4: currency is not an ISO 4217 currency such as USD',
      'orders.csv:5: there is no customer NOBODY',
      'orders.csv:7: order_id 5 is also on line 6',
      'orders.csv:8: order_id must not begin with ord_',
      'order_lines.csv:3: there is no product 99',
      'order_lines.csv:4: quantity is not a whole number from 1 to 1000000',
      'order_lines.csv:5: quantity is not a whole number from 1 to 1000000',
      'order_lines.csv:6: discount is not a fraction from 0 to 1 with at most 4 decimals (15 % is 0.15)',
      'order_lines.csv:7: there is no order 9 in orders.csv',
      'order_lines.csv:9: discount is not a fraction from 0 to 1 with at most 4 decimals (15 % is 0.15)',
    ])
  })

  test('the first hundred of many, and how many more there are', async () => {
    const rows = Array.from({ length: 250 }, (_, index) => `C${index},,`).join('\n')
    const lines = await refusal(
      'many',
      but('customers.csv', (text) => `${text}${rows}\n`),
    )
    expect(lines).toHaveLength(102)
    expect(lines[0]).toBe('Nothing was imported: 250 bad rows.')
    expect(lines[1]).toBe('customers.csv:4: company_name is empty')
    expect(lines.at(-1)).toBe('and 150 more')
  })

  test.each([
    [
      'text that is not UTF-8',
      but('customers.csv', (text) => Buffer.from(text.replace('Reims', 'Liège'), 'latin1')),
      'customers.csv:3: city is not UTF-8; save the file as UTF-8',
    ],
    [
      'a header without a column',
      but('orders.csv', (text) => text.replace('order_date', 'day')),
      'orders.csv:1: the header lacks order_date; it has order_id, customer_id, day, shipped_date, freight (separate columns with commas)',
    ],
    [
      'a header with a column twice',
      but('orders.csv', (text) => text.replace('freight', 'order_date')),
      'orders.csv:1: the header has two columns called "order_date"',
    ],
    [
      'an empty file',
      but('products.csv', () => ''),
      'products.csv:1: the file is empty; its first line must name the columns',
    ],
    [
      'a quote that is never closed',
      but('customers.csv', (text) => text.replace('Vins', '"Vins')),
      'customers.csv:3: a quote is opened here and never closed',
    ],
    [
      'an order without lines',
      but('order_lines.csv', (text) => text.replace(/10249.*\n/, '')),
      'orders.csv:3: it has no line in order_lines.csv',
    ],
    [
      'a product twice in an order without line numbers',
      but('order_lines.csv', (text) => `${text}10249,11,2.00,1,0\n`),
      'order_lines.csv:5: product 11 of order 10249 is also on line 4; number the lines of each order in a column "line"',
    ],
    [
      'a price with a fraction of a cent',
      but('order_lines.csv', (text) => text.replace('14.00', '14.005')),
      'order_lines.csv:2: unit_price has more decimals than USD has',
    ],
    [
      'a subject that two customers share',
      but('customers.csv', () => 'customer_id,company_name,subject\nQUICK,A,one\nVINET,B,one\n'),
      'customers.csv:3: subject one is also on line 2',
    ],
  ])('%s', async (_what, files, line) => {
    expect(await refusal('refused', files)).toEqual(['Nothing was imported: 1 bad row.', line])
  })
})

test('accepts a product twice in an order when lines are numbered', async () => {
  const text =
    'order_id,line,product_id,unit_price,quantity\n10248,1,11,1,1\n10248,5,11,2,1\n10249,1,11,1,1\n'
  await run('numbered', { ...GOOD, 'order_lines.csv': text })
  expect((await order('numbered', '10248'))?.lines.map(({ line }) => line)).toEqual([1, 5])
})

test('keeps tenants apart that import the same files', async () => {
  await run('left', GOOD)
  await run(
    'right',
    but('order_lines.csv', (text) => text.replace('14.00', '15.00')),
  )
  const [left, right] = [await order('left', '10248'), await order('right', '10248')]
  expect(left?.id).not.toBe(right?.id)
  expect([left?.totals.goods.minor, right?.totals.goods.minor]).toEqual([31_590, 32_790])
})

test('takes turns when two imports of a tenant run at once', async () => {
  const [first, second] = await Promise.all([run('twice', GOOD), run('twice', GOOD)])
  const said = [first.stdout, second.stdout].map((text) => text.includes('Nothing changed'))
  expect(said.toSorted()).toEqual([false, true])
  expect(await count('twice')).toBe(2)
})

test('stops without a trace when it is interrupted', async () => {
  await expect(run('stopped', GOOD, AbortSignal.abort(new Error('Stopped by SIGINT.')))).rejects.toThrow(
    'Stopped by SIGINT.',
  )
  expect(await count('stopped')).toBe(0)
})

test('says which files are missing and how to call it', async () => {
  const { 'orders.csv': _, ...three } = GOOD
  await expect(run('missing', three)).rejects.toThrow(
    /There is no orders\.csv in .*An import needs customers\.csv/,
  )
  const call = (...args: string[]) => runCommand(shopImportCommand(load), args, target.ownerUrl)
  await expect(call('--tenant', 'x')).rejects.toThrow('Usage: import --tenant TENANT --dir DIRECTORY')
  await expect(call('--folder', 'x')).rejects.toThrow('Usage: import --tenant TENANT --dir DIRECTORY')
  await expect(call('--tenant', 'a b', '--dir', 'x')).rejects.toThrow(/--tenant must be/)
})
