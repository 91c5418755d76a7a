import { InvalidTokenError, type Principal } from '@atoll/auth'
import { anonymous } from '@atoll/client'
import { describe, expect, test } from 'vitest'
import { OwnCredentials } from '../src/outbound.ts'
import type { Upstream } from '../src/upstream.ts'
import { startFleet } from './fixture/fleet.ts'

const NOBODY: Principal = {
  ...{ subject: '', tenant: '', clientId: '', issuer: '', expiresAt: 0 },
  scopes: new Set(['hr:read']),
  roles: new Set(),
}

/** Never called: that it compiles, each line refused for its reason, is the test. */
export function cannotBeWritten(upstream: Upstream, own: OwnCredentials): void {
  const params = { name: 'who_am_i' }
  // @ts-expect-error The gateway's own credentials are not those of a caller.
  void upstream.request('tools/call', params, { credentials: own })
  // @ts-expect-error Nor are nobody's.
  void upstream.request('tools/call', params, { credentials: anonymous })
  // @ts-expect-error Without credentials, the client would ask as the gateway.
  void upstream.request('tools/call', params, {})
  // @ts-expect-error What can be reached without a caller cannot ask.
  void upstream.client.request('tools/call', params)
  // @ts-expect-error The gateway has no rights to ask for.
  new OwnCredentials({ ownToken: () => ({ token: '', expiresAt: 0 }) }, 'https://hr', ['hr:read'])
}

describe('with no user', () => {
  test('nothing is asked of a server, and nothing falls back to what the gateway itself may do', async () => {
    const { fleet, hr } = await startFleet()
    const upstream = fleet.named('hr') as Upstream
    const before = hr.arrivals.length
    const asking = upstream.request(
      'tools/call',
      { name: 'who_am_i', arguments: {} },
      { credentials: upstream.credentialsFor(NOBODY) },
    )
    await expect(asking).rejects.toThrow(InvalidTokenError)
    expect(hr.arrivals).toHaveLength(before)
  })

  test('the catalogue is what the gateway was shown, and no server is asked for it', async () => {
    const { origin, hr, orders } = await startFleet()
    const before = hr.arrivals.length + orders.arrivals.length
    const { tools } = (await (await fetch(`${origin}/tools`)).json()) as { tools: { name: string }[] }
    expect(tools.map(({ name }) => name)).toContain('hr__who_am_i')
    expect(hr.arrivals.length + orders.arrivals.length).toBe(before)
  })

  test('the gateway’s own token opens no tool of a server', async () => {
    const { hr } = await startFleet()
    const { headers } = hr.arrivals[0] ?? {}
    const response = await fetch(hr.url, {
      method: 'POST',
      headers: {
        authorization: String(headers?.authorization),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
        params: { name: 'who_am_i', arguments: {} },
      }),
    })
    expect(response.status).toBe(403)
  })
})
