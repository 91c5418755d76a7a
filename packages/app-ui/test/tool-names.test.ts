import { expect, test } from 'vitest'
import { fallback, hostName, ownName } from '../src/tool-names.ts'

test.each([
  ['query_metric', 'analytics__revenue_by_period', 'analytics__query_metric'],
  ['query_metric', 'revenue_by_period', 'query_metric'],
  ['query_metric', 'outer__analytics__revenue_by_period', 'outer__analytics__query_metric'],
  ['query_metric', undefined, 'query_metric'],
])('%s, asked by a page that was opened for %s, is %s', (tool, opened, name) => {
  expect(hostName(tool, opened)).toBe(name)
})

test('a tool’s own name is found behind a gateway, and without one', () => {
  expect(ownName('analytics__top_products')).toBe('top_products')
  expect(ownName('top_products')).toBe('top_products')
  expect(ownName(undefined)).toBeUndefined()
  expect(ownName(fallback('top_products', 'analytics'))).toBe('top_products')
})
