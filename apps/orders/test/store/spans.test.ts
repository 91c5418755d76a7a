import { expect, test } from 'vitest'
import { spans } from '../../src/store/spans.ts'

const parts = (from?: string, to?: string) =>
  spans(from, to).map((span) => `${span.grain} ${span.from ?? ''}..${span.to ?? ''}`)

test.each([
  [undefined, undefined, ['month ..']],
  ['2026-01-01', '2026-12-31', ['month 2026-01-01..2026-12-31']],
  [
    '2026-01-15',
    '2026-03-10',
    ['day 2026-01-15..2026-01-31', 'month 2026-02-01..2026-02-28', 'day 2026-03-01..2026-03-10'],
  ],
  ['2025-12-31', undefined, ['day 2025-12-31..2025-12-31', 'month 2026-01-01..']],
  [undefined, '2024-02-29', ['month ..2024-02-29']],
  [undefined, '2024-02-28', ['month ..2024-01-31', 'day 2024-02-01..2024-02-28']],
  ['2026-05-02', '2026-05-30', ['day 2026-05-02..2026-05-30']],
  ['2026-05-02', '2026-06-29', ['day 2026-05-02..2026-06-29']],
  ['0001-01-02', '0001-03-31', ['day 0001-01-02..0001-01-31', 'month 0001-02-01..0001-03-31']],
  ['1997-01-01', '9999-12-31', ['day 1997-01-01..9999-12-31']],
])('from %s to %s', (from, to, expected) => {
  expect(parts(from, to)).toEqual(expected)
})
