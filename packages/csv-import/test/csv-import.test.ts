import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { Problems, readCsv } from '../src/index.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'atoll-csv-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const Row = z.object({ id: z.string().min(1, 'is missing'), count: z.coerce.number().int('must be whole') })

async function read(text: string | Buffer) {
  const path = join(directory, `${crypto.randomUUID()}.csv`)
  await writeFile(path, text)
  const problems = new Problems()
  const rows: unknown[] = []
  const { signal } = new AbortController()
  const columns = { required: ['id', 'count'], optional: [] }
  const nothing = () => {}
  const options = { path, file: 'rows.csv', schema: Row, columns, problems, signal }
  for await (const row of readCsv({ ...options, onHeader: nothing, onBad: nothing, onBytes: nothing }))
    rows.push(row)
  return { rows, problems }
}

test('reads quoted cells, any line end and a byte order mark, and knows the line of each row', async () => {
  const { rows, problems } = await read('\uFEFFid,count\r\n"a,\r\nb",1\r\nc,2\r\n')
  expect(problems.count).toBe(0)
  expect(rows).toEqual([
    { line: 2, row: { id: 'a,\r\nb', count: 1 } },
    { line: 4, row: { id: 'c', count: 2 } },
  ])
})

test('names file, line and reason of every bad row, and keeps the good ones', async () => {
  const { rows, problems } = await read('id,count\na,1\n,2\nb,1.5\nc,1,9\nd,4\n')
  expect(rows).toHaveLength(2)
  expect(() => problems.assertNone()).toThrow(
    [
      'Nothing was imported: 3 bad rows.',
      'rows.csv:3: id is missing',
      'rows.csv:4: count must be whole',
      'rows.csv:5: it has 3 cells, the header has 2',
    ].join('\n'),
  )
})

test('lists a hundred problems and counts the rest', async () => {
  const { problems } = await read(`id,count\n${',1\n'.repeat(150)}`)
  expect(() => problems.assertNone()).toThrow(/150 bad rows[\s\S]*rows\.csv:101: id is missing\nand 50 more$/)
})

test.each([
  ['', 'the file is empty'],
  ['id;count\na;1\n', 'the header lacks id, count'],
  ['id,count\n"a,1\n', 'never closed'],
  [Buffer.from([0x69, 0x64, 0x2c, 0x63, 0x6f, 0x75, 0x6e, 0x74, 0x0a, 0xff, 0x2c, 0x31, 0x0a]), 'not UTF-8'],
])('says what is wrong with a file that is none: %j', async (text, reason) => {
  const { problems } = await read(text)
  expect(() => problems.assertNone()).toThrow(reason)
})
