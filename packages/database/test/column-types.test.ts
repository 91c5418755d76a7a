import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
})
afterAll(() => scratch.drop())

const value = async (expression: string) => {
  const { kysely } = openDatabase(scratch.appUrl)
  const { rows } = await sql.raw<{ value: unknown }>(`select ${expression} as value`).execute(kysely)
  return rows[0]?.value
}

test.each([
  ['9007199254740991::bigint', 9007199254740991],
  ['count(*)', 1],
  ['array[1, null, -3]::bigint[]', [1, null, -3]],
  [`date '2024-02-29'`, '2024-02-29'],
  [`array[date '2024-02-29', null]`, ['2024-02-29', null]],
  ['1.10::numeric', '1.10'],
  [`timestamptz '2024-02-29 12:00Z'`, new Date('2024-02-29T12:00:00Z')],
  [`'{"a": 1}'::jsonb`, { a: 1 }],
  [`array['a']`, ['a']],
  ['current_setting($$timezone$$)', 'UTC'],
])('%s arrives as %j', async (expression, expected) => {
  expect(await value(expression)).toEqual(expected)
})

test('a bigint that a number cannot hold is an error, not another number', async () => {
  await expect(value('9007199254740993::bigint')).rejects.toThrow(RangeError)
})
