import { alice } from '@atoll/testing'
import { expect, test } from 'vitest'
import { attritionPercent, canSeeField } from '../src/rules.ts'

test('only holders of hr:compensation see pay; everything else is for every reader', () => {
  expect(canSeeField(alice('hr:read'), 'salary_band')).toBe(false)
  expect(canSeeField(alice('hr:read', 'hr:compensation'), 'salary_band')).toBe(true)
  expect(canSeeField(alice(), 'name')).toBe(true)
})

test('attrition is leavers per mean headcount', () => {
  expect(attritionPercent({ opening: 100, leavers: 10, headcount: 100 })).toBe(10)
  expect(attritionPercent({ opening: 90, leavers: 5, headcount: 110 })).toBe(5)
  expect(attritionPercent({ opening: 3, leavers: 1, headcount: 3 })).toBe(33.3)
  expect(attritionPercent({ opening: 0, leavers: 0, headcount: 0 })).toBeNull()
})
