import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { analyst, type FiguresServer, figuresServer, textOf } from '../figures-server.ts'

/** So little that only what is answered from small sums is cheap enough. */
const LITTLE = 90

let figures: FiguresServer
beforeAll(async () => {
  figures = await figuresServer({ costLimit: LITTLE })
})
afterAll(() => figures?.close())

const ask = (args: Record<string, unknown>, tool = 'query_metric') =>
  figures.server.call(tool, { metric: 'revenue', ...args }, { as: analyst() })
const refusal = async (args: Record<string, unknown>, tool?: string) => {
  const result = await ask(args, tool)
  expect(result.isError).toBe(true)
  return textOf(result)
}

describe('a question that would cost too much is refused before it runs', () => {
  test('with what it would cost, and the dimension that makes it costly', async () => {
    const text = await refusal({ dimensions: ['product', 'country'] })
    expect(text).toMatch(/^INVALID: This would read too much at once \(estimated cost \d+, at most 90\)\./)
    expect(text).toContain('Leave out the dimension product or country.')
    expect(text).toContain('Give from and to, such as one year.')
    expect(
      (await ask({ dimensions: ['country'], from: '2026-01-01', to: '2026-01-31' })).isError,
    ).toBeUndefined()
  })

  test('with the days that would be cheaper', async () => {
    const text = await refusal({ dimensions: ['customer', 'country'], from: '2025-02-02', to: '2026-10-10' })
    expect(text).toContain('Ask for a shorter time.')
  })

  test('also when it compares', async () => {
    const text = await refusal(
      { metric: 'customers', dimension: 'product', from: '2026-01-01', to: '2026-06-30' },
      'compare_periods',
    )
    expect(text).toContain('This would read too much at once')
  })

  test('while the usual ones are answered', async () => {
    expect((await ask({})).isError).toBeUndefined()
    expect((await ask({ dimensions: ['customer'] })).isError).toBeUndefined()
  })
})
