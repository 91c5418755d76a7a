import { expect, test } from 'vitest'
import { lifetimeSeconds } from '../src/index.ts'

test('knows seconds, minutes, hours and days', () => {
  expect((['30s', '5m', '1.5h', '7d'] as const).map(lifetimeSeconds)).toEqual([30, 300, 5400, 604_800])
})

test('refuses what is no lifetime', () => {
  for (const text of ['', '5', '5ms', '0.5s', '-1m', '1e3s', 'toStrings', '5m '] as never[]) {
    expect(() => lifetimeSeconds(text)).toThrow('is not a lifetime')
  }
})
