import { InvalidError } from '@atoll/errors'
import { expect, test } from 'vitest'
import { fillOptions } from '../src/fill-options.ts'

test('a count is all it needs', () => {
  expect(fillOptions(['--orders', '500'], 'orders', 1000)).toEqual({
    tenant: 'scale',
    count: 500,
    seed: 1,
    replace: false,
  })
})

test('takes a tenant, a seed and leave to replace', () => {
  const args = ['--employees', '1000', '--tenant', 'north.wind', '--seed', '0', '--replace']
  expect(fillOptions(args, 'employees', 1000)).toEqual({
    tenant: 'north.wind',
    count: 1000,
    seed: 0,
    replace: true,
  })
})

test.each([
  [['--orders', '0'], '--orders must be a whole number from 1 to 1000.'],
  [['--orders', '1001'], '--orders must be a whole number from 1 to 1000'],
  [['--orders', '1.5'], '--orders must be a whole number'],
  [['--orders', '9'.repeat(40)], '--orders must be a whole number'],
  [['--orders', '5', '--seed', '-1'], 'Usage: seed --orders COUNT'],
  [['--orders', '5', '--seed', '4000000000'], '--seed must be a whole number from 0 to 1000000000'],
  [['--orders', '5', '--tenant', '../x'], '--tenant must be 1 to 64 letters'],
  [['--orders'], 'Usage: seed --orders COUNT'],
  [['--employees', '5'], 'Usage: seed --orders COUNT'],
  [['5'], 'Usage: seed --orders COUNT'],
  [[], 'Usage: seed --orders COUNT'],
])('refuses %j', (args, message) => {
  const read = () => fillOptions(args, 'orders', 1000)
  expect(read).toThrow(InvalidError)
  expect(read).toThrow(message)
})
