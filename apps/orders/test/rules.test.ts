import { ConflictError, InvalidError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { assertCancellable, type Paid, planRefund } from '../src/rules.ts'

const paid: Paid = {
  number: '10248',
  status: 'delivered',
  shippingMinor: 500,
  shippingRefundedMinor: 0,
  lines: [
    { line: 1, chargedMinor: 16_800, refunded: false },
    { line: 2, chargedMinor: 9800, refunded: false },
  ],
}
const after = (changes: Partial<Paid>): Paid => ({ ...paid, ...changes })

describe('planRefund', () => {
  test('pays everything back without a choice', () => {
    expect(planRefund(paid, undefined)).toEqual({
      amountMinor: 27_100,
      shippingMinor: 500,
      lines: [
        { line: 1, amountMinor: 16_800 },
        { line: 2, amountMinor: 9800 },
      ],
      status: 'refunded',
    })
  })

  test('pays chosen lines back, without shipping', () => {
    expect(planRefund(paid, [2])).toEqual({
      amountMinor: 9800,
      shippingMinor: 0,
      lines: [{ line: 2, amountMinor: 9800 }],
      status: 'partially_refunded',
    })
  })

  test('is complete with the last line when nothing was paid for shipping', () => {
    const last = after({
      status: 'partially_refunded',
      shippingMinor: 0,
      lines: paid.lines.map((line) => ({ ...line, refunded: line.line === 1 })),
    })
    expect(planRefund(last, [2])).toMatchObject({ amountMinor: 9800, status: 'refunded' })
  })

  test('pays back what is left', () => {
    const some = after({
      status: 'partially_refunded',
      lines: paid.lines.map((line) => ({ ...line, refunded: line.line === 1 })),
    })
    expect(planRefund(some, undefined)).toMatchObject({ amountMinor: 10_300, shippingMinor: 500 })
  })

  test('refuses lines that do not exist or were refunded, and orders that were not delivered', () => {
    expect(() => planRefund(paid, [3])).toThrow(InvalidError)
    const some = after({ lines: paid.lines.map((line) => ({ ...line, refunded: true })) })
    expect(() => planRefund(some, [1])).toThrow(ConflictError)
    for (const status of ['pending', 'processing', 'shipped', 'cancelled', 'refunded'] as const) {
      expect(() => planRefund(after({ status }), undefined)).toThrow(ConflictError)
    }
  })
})

test('assertCancellable lets pending and processing orders pass', () => {
  expect(() => assertCancellable('1', 'pending')).not.toThrow()
  expect(() => assertCancellable('1', 'processing')).not.toThrow()
  expect(() => assertCancellable('1', 'shipped')).toThrow(/Once it is delivered, use request_refund/)
  expect(() => assertCancellable('1', 'partially_refunded')).toThrow(/Use request_refund instead/)
})
