import { ConflictError, InvalidError } from '@atoll/errors'
import type { Order, OrderStatus } from './model.ts'

/**
 * pending -> processing -> shipped -> delivered -> partially_refunded -> refunded
 *    \__________\__> cancelled
 */
const CANCELLABLE: ReadonlySet<OrderStatus> = new Set(['pending', 'processing'])
const REFUNDABLE: ReadonlySet<OrderStatus> = new Set(['delivered', 'partially_refunded'])

/** What a refund decision looks at. Minor units of one currency. */
export interface Paid {
  number: string
  status: OrderStatus
  shippingMinor: number
  shippingRefundedMinor: number
  lines: readonly { line: number; chargedMinor: number; refunded: boolean }[]
}

export interface RefundPlan {
  amountMinor: number
  shippingMinor: number
  lines: readonly { line: number; amountMinor: number }[]
  /** The order's status afterwards. */
  status: 'refunded' | 'partially_refunded'
}

export function canCancel(status: OrderStatus): boolean {
  return CANCELLABLE.has(status)
}

export function canRefund(status: OrderStatus): boolean {
  return REFUNDABLE.has(status)
}

/** Throws ConflictError when the order is too far along. */
export function assertCancellable(number: string, status: OrderStatus): void {
  if (canCancel(status)) return
  const advice = REFUNDABLE.has(status)
    ? 'Use request_refund instead.'
    : status === 'shipped'
      ? 'Once it is delivered, use request_refund.'
      : 'There is nothing left to cancel.'
  throw new ConflictError(
    `Order ${number} is ${words(status)}; only pending and processing orders can be cancelled. ${advice}`,
  )
}

/**
 * What to pay back: the chosen lines as charged, or without a choice all that is left, shipping too.
 * Every line is paid back once, and shipping once, so refunds never exceed what was paid.
 * Throws ConflictError (wrong status, line already refunded) or InvalidError (no such line).
 */
export function planRefund(paid: Paid, chosen: readonly number[] | undefined): RefundPlan {
  if (!canRefund(paid.status)) throw notRefundable(paid)
  const lines = chosen === undefined ? paid.lines.filter((line) => !line.refunded) : chosenLines(paid, chosen)
  const shippingMinor = chosen === undefined ? paid.shippingMinor - paid.shippingRefundedMinor : 0
  const linesLeft = paid.lines.filter((line) => !line.refunded).length - lines.length
  const shippingLeft = paid.shippingMinor - paid.shippingRefundedMinor - shippingMinor
  return {
    amountMinor: lines.reduce((sum, line) => sum + line.chargedMinor, shippingMinor),
    shippingMinor,
    lines: lines.map(({ line, chargedMinor }) => ({ line, amountMinor: chargedMinor })),
    status: linesLeft === 0 && shippingLeft === 0 ? 'refunded' : 'partially_refunded',
  }
}

export function paidOf({ number, status, lines, totals, refunds }: Order): Paid {
  return {
    number,
    status,
    shippingMinor: totals.shipping.minor,
    shippingRefundedMinor: refunds.reduce((sum, refund) => sum + refund.shipping.minor, 0),
    lines: lines.map(({ line, charged, refunded }) => ({ line, chargedMinor: charged.minor, refunded })),
  }
}

function chosenLines(paid: Paid, chosen: readonly number[]): Paid['lines'] {
  return [...new Set(chosen)].map((number) => {
    const line = paid.lines.find((candidate) => candidate.line === number)
    if (!line) {
      const known = paid.lines.map((candidate) => candidate.line).join(', ')
      throw new InvalidError(`Order ${paid.number} has no line ${number}. Its lines are ${known}.`)
    }
    if (line.refunded) throw new ConflictError(`Line ${number} of order ${paid.number} was already refunded.`)
    return line
  })
}

function notRefundable({ number, status }: Paid): ConflictError {
  const advice =
    status === 'refunded'
      ? 'All of it was paid back already.'
      : canCancel(status)
        ? 'Use cancel_order instead.'
        : status === 'shipped'
          ? 'Try again once it has arrived.'
          : 'There is nothing to pay back.'
  return new ConflictError(
    `Order ${number} is ${words(status)}; only delivered orders can be refunded. ${advice}`,
  )
}

function words(status: OrderStatus): string {
  return status.replace('_', ' ')
}
