import { describe, expect, it } from 'vitest'
import { redact, redactData } from '../../src/index.ts'

const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.MEUCIQDsignature_part-x'

describe('redacting text', () => {
  it.each([
    ['a bearer token', 'sent Bearer abc.def-123 to it', 'sent Bearer [redacted] to it'],
    ['a DPoP token', 'Authorization: DPoP abc.def-123', 'Authorization: DPoP [redacted]'],
    ['basic credentials', 'Basic YWxpY2U6aHVudGVyMg==', 'Basic [redacted]'],
    ['a JWT', `token ${JWT} is expired`, 'token [redacted] is expired'],
    [
      'credentials in a URL',
      'connect postgres://app:hunter2@db:5432/orders',
      'connect postgres://[redacted]@db:5432/orders',
    ],
    ['a password with an @', 'redis://:p@ss@cache:6379', 'redis://[redacted]@cache:6379'],
    ['a password with a slash', 'redis://user:p/ss@cache:6379', 'redis://[redacted]@cache:6379'],
    ['a password in prose', 'wrong password: hunter2, sorry', 'wrong password: [redacted], sorry'],
    ['a token in a query', 'GET /x?access_token=abc&y=1', 'GET /x?access_token=[redacted]&y=1'],
    ['a key in JSON', '{"api_key":"abc","a":1}', '{"api_key":"[redacted]","a":1}'],
    ['a secret in escaped JSON', '{\\"client_secret\\":\\"abc\\"}', '{\\"client_secret\\":\\"[redacted]\\"}'],
    ['an API key of a provider', 'sk-proj-abcdefghijklmnop1234 failed', '[redacted] failed'],
    ['one of our own API keys', 'key atk_abcdefghijklmnop1234-_x.', 'key [redacted].'],
    ['a GitHub token', 'ghp_abcdefghijklmnopqrst1234', '[redacted]'],
    [
      'a private key',
      'x -----BEGIN EC PRIVATE KEY-----\nMHcCAQ\n-----END EC PRIVATE KEY----- y',
      'x [redacted] y',
    ],
    ['a private key that was cut', '-----BEGIN PRIVATE KEY-----\nMHcCAQ', '[redacted]'],
  ])('hides %s', (_what, text, clean) => {
    expect(redact(text)).toBe(clean)
  })

  it.each([
    'A call was refused: the token is expired',
    'basic authentication is not supported',
    'http://127.0.0.1:3001/mcp answered 503',
    'missing scope orders:read for alice@acme.test',
    'invalid token: signature mismatch',
  ])('leaves "%s" alone', (text) => {
    expect(redact(text)).toBe(text)
  })

  it('takes a long text without end apart in no time', () => {
    const hostile = ['a-'.repeat(50_000), 'a:'.repeat(50_000), 'token'.repeat(20_000), '://a:'.repeat(20_000)]
    for (const text of hostile) expect(redact(text).length).toBeGreaterThan(0)
  })
})

describe('redacting data', () => {
  it('hides what is under secret keys at any depth, whatever it is', () => {
    const headers = { Authorization: 'x', 'Set-Cookie': ['a=b'], accept: 'json' }
    const data = {
      a: [{ b: { headers, pin: 1 } }],
      clientSecret: { deep: 1 },
      password: 1234,
      refresh_token: 'x',
    }
    expect(redactData(data)).toEqual({
      a: [
        {
          b: { headers: { Authorization: '[redacted]', 'Set-Cookie': '[redacted]', accept: 'json' }, pin: 1 },
        },
      ],
      clientSecret: '[redacted]',
      password: '[redacted]',
      refresh_token: '[redacted]',
    })
  })

  it('keeps what only sounds secret', () => {
    const data = { progressToken: 4, maxTokens: 100, token_type: 'Bearer', hasPassword: true, token: null }
    expect(redactData(data)).toEqual(data)
  })
})
