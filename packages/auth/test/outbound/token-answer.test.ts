import { expect, test } from 'vitest'
import { readAnswer } from '../../src/outbound/token-answer.ts'

const NOW = 1000

function tokenWith(claims: object): string {
  const parts = ['{"alg":"none"}', JSON.stringify(claims), 'x']
  return parts.map((part) => Buffer.from(part).toString('base64url')).join('.')
}

const read = (claims: object) =>
  readAnswer({ access_token: tokenWith(claims), token_type: 'bearer', expires_in: 60 }, NOW)

test('of the ends that token and answer name the earlier counts', () => {
  expect(read({ exp: NOW + 30 }).expiresAt).toBe(NOW + 30)
  expect(read({ exp: NOW + 90 }).expiresAt).toBe(NOW + 60)
  expect(read({}).expiresAt).toBe(NOW + 60)
})

test.each([{ exp: 'soon' }, { exp: '1030' }, { exp: {} }, { exp: [1, 2] }, { exp: null }])(
  'a token that says %j of its end is not used',
  (claims) => {
    expect(() => read(claims)).toThrow(TypeError)
  },
)
