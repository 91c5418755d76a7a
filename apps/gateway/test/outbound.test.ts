import { afterEach, expect, test, vi } from 'vitest'
import { CallerCredentials, OwnCredentials } from '../src/outbound.ts'

const NOW = 1_000_000
afterEach(() => void vi.useRealTimers())

/** Hands out tokens that live for twenty seconds, each another one. */
function provider() {
  let count = 0
  const next = async () => ({ token: `token ${++count}`, expiresAt: NOW / 1000 + 20 })
  return { token: next, ownToken: next }
}

test.each([
  ['a caller', () => new CallerCredentials(provider(), { principal: { scopes: [], roles: [] } } as never)],
  ['the gateway', () => new OwnCredentials(provider(), 'http://hr.test/mcp')],
])(
  'what lasts as long as its token is asked for as %s with one token, and told how long it lives',
  async (_, make) => {
    vi.useFakeTimers({ now: NOW + 5_000 })
    const { credentials, goodFor } = await make().fresh()
    expect(goodFor).toBe(15_000)
    expect([await credentials.token(), await credentials.token()]).toEqual(['token 1', 'token 1'])
    // The server refused it.
    expect(await credentials.token({ fresh: true })).toBe('token 2')
  },
)
