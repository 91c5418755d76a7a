import { InvalidError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { importArguments } from '../src/index.ts'

test('takes a tenant and a directory', () => {
  expect(importArguments(['--tenant', 'acme.eu-1', '--dir', 'csv'])).toEqual({
    tenant: 'acme.eu-1',
    directory: 'csv',
  })
})

test.each([
  [[]],
  [['--tenant', 'acme']],
  [['--tenant', 'acme', '--dir', 'csv', '--force']],
  [['acme', 'csv']],
])('says how it is used: %j', (args) => {
  expect(() => importArguments(args)).toThrow('Usage: import --tenant TENANT --dir DIRECTORY')
})

test.each(['', '-acme', 'a b', "a'; drop table sales", 'a'.repeat(65), 'ä'])(
  'refuses "%s" as a tenant',
  (tenant) => {
    expect(() => importArguments([`--tenant=${tenant}`, '--dir', 'csv'])).toThrow(InvalidError)
    expect(() => importArguments([`--tenant=${tenant}`, '--dir', 'csv'])).toThrow(
      '--tenant must be 1 to 64 letters, digits, dots, hyphens or underscores.',
    )
  },
)
