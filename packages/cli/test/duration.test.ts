import { expect, test } from 'vitest'
import { describeSeconds, parseSeconds } from '../src/fleet/duration.ts'

test('reads lengths of time with their unit', () => {
  expect(['90s', '15m', '12h', '7d'].map(parseSeconds)).toEqual([90, 900, 43_200, 604_800])
  for (const wrong of ['', '5', '0s', '-1h', '1.5h', '9999d', '1w']) {
    expect(() => parseSeconds(wrong)).toThrow('is not a length of time')
  }
})

test('says them in the largest whole unit', () => {
  expect([43_200, 90, 60, 86_400, 5_400].map(describeSeconds)).toEqual([
    '12 hours',
    '90 seconds',
    '1 minute',
    '1 day',
    '90 minutes',
  ])
})
