import { expect, test } from 'vitest'
import {
  ERROR_META_KEY,
  InsufficientScopeError,
  LimitedError,
  NotFoundError,
  toHttp,
  toMcp,
} from '../src/index.ts'

test('shows the message of an AppError and carries its code for programs', () => {
  const result = toMcp(new NotFoundError('order', 'ord_1'), 'req-1')
  expect(result.content[0].text).toBe('NOT_FOUND: There is no order "ord_1" that you can see.')
  expect(result._meta[ERROR_META_KEY]).toMatchObject({ code: 'NOT_FOUND', status: 404, retryable: false })
})

test('hides everything of an unexpected error but a request id', () => {
  const error = new Error('connect ECONNREFUSED postgres://app:secret@db')
  expect(JSON.stringify(toMcp(error, 'req-2'))).not.toContain('secret')
  expect(toHttp(error, 'req-2').body.error).toMatchObject({
    code: 'INTERNAL',
    status: 500,
    requestId: 'req-2',
  })
})

test('tells when to try again', () => {
  const error = new LimitedError('Too many calls of get_order.', { retryAfter: 1.5 })
  expect(toHttp(error, 'r').headers).toEqual({ 'retry-after': '2' })
  expect(toMcp(error, 'r').content[0].text).toContain('Try again in 1.5 s.')
})

test('names all scopes that are needed', () => {
  expect(new InsufficientScopeError(['a:read', 'a:write'])).toMatchObject({
    status: 403,
    code: 'INSUFFICIENT_SCOPE',
    scopes: ['a:read', 'a:write'],
  })
})

test('does not echo control characters or endless ids', () => {
  const { message } = new NotFoundError('order', `x\u202e\n${'y'.repeat(500)}`)
  expect(message).not.toMatch(/\p{C}/u)
  expect(message.length).toBeLessThan(200)
})
