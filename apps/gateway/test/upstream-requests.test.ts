import { freePort } from '@atoll/tooling/free-port'
import { decodeJwt } from 'jose'
import { describe, expect, onTestFinished, test } from 'vitest'
import { domainServer } from './fixture/domain-server.ts'
import { hrServer, newDesk } from './fixture/domains.ts'
import { type ExchangingOptions, startExchanging } from './fixture/exchanging.ts'
import { newSite, startGateway, type TestGateway, type TestServerConfig } from './fixture/fleet.ts'
import { legacyServer } from './fixture/legacy-server.ts'
import { type Wiretap, wiretap } from './fixture/wiretap.ts'

const ASKED: [string, Record<string, unknown>][] = [
  ['tools/list', {}],
  ['tools/call', { name: 'hr__who_am_i', arguments: {} }],
  ['tools/call', { name: 'hr__count_slowly', arguments: {}, _meta: { progressToken: 1 } }],
  ['tools/call', { name: 'hr__search_employees', arguments: { text: 'a', region: 'eu' } }],
  ['tools/call', { name: 'old__add', arguments: { a: 1, b: 2 } }],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'hr+config://company' }],
  ['resources/read', { uri: 'hr+employee://404' }],
  ['resources/read', { uri: 'old+file:///etc/motd' }],
  ['prompts/list', {}],
  ['prompts/get', { name: 'hr__data_analyst', arguments: { question: 'x' } }],
  ['prompts/get', { name: 'old__greet', arguments: { name: 'Ada' } }],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'hr+employee://{id}' }, argument: { name: 'id', value: '1' } },
  ],
]

interface Tapped {
  readonly gateway: TestGateway
  /** What the caller comes with. */
  readonly inbound: string
  readonly hr: { readonly tap: Wiretap; readonly audience: string }
  readonly old: { readonly tap: Wiretap; readonly audience: string }
}

async function oldServer(): Promise<{ tap: Wiretap; audience: string; config: TestServerConfig }> {
  const { url: audience } = await legacyServer()
  const tap = await wiretap(audience)
  return { tap, audience, config: { name: 'old', url: tap.url, audience } }
}

async function asserting(): Promise<Tapped> {
  const site = await newSite()
  const server = await domainServer(hrServer, newDesk(), { port: await freePort(), issuers: site.issuers })
  onTestFinished(() => server.close())
  const hr = { tap: await wiretap(server.url), audience: server.url }
  const old = await oldServer()
  const gateway = await startGateway(site, [
    { name: 'hr', url: hr.tap.url, audience: hr.audience },
    old.config,
  ])
  return { gateway, inbound: await gateway.token(), hr, old }
}

async function exchanging(options?: ExchangingOptions): Promise<Tapped> {
  const old = await oldServer()
  const fleet = await startExchanging({ ...options, others: [old.config], tap: wiretap })
  return { gateway: fleet, inbound: await fleet.idp.signIn(), hr: fleet.tapped, old }
}

/** Ask for everything, in both eras, as somebody, and in vain as well. */
async function askAll({ gateway, inbound }: Tapped): Promise<void> {
  const headers = { authorization: `Bearer ${inbound}` }
  for (const [method, params] of ASKED) await (await gateway.post(method, params, { headers })).text()
  for (const [method, params] of ASKED) {
    const response = await fetch(gateway.mcp, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    })
    await response.text()
  }
}

function tokensIn(heard: string): string[] {
  return [...heard.matchAll(/^authorization: Bearer (\S+)\r$/gim)].map(([, token = '']) => token)
}

describe.each([
  ['asserts', 'gateway', asserting],
  ['exchanges', 'mcp-gateway', exchanging],
])('a gateway that %s', (_, actor, start) => {
  test('sends the caller’s token to no server, in no byte of any request', async () => {
    const tapped = await start()
    await askAll(tapped)
    const { inbound, hr, old } = tapped
    const [, payload = '', signature = ''] = inbound.split('.')
    const [encoded] = [inbound, payload, signature].map((text) => Buffer.from(text).toString('base64'))
    for (const { tap } of [hr, old]) {
      const heard = tap.heard()
      expect(tokensIn(heard).length).toBeGreaterThan(10)
      for (const secret of [inbound, payload, signature, encoded, encodeURIComponent(inbound)])
        expect(heard).not.toContain(secret)
    }
  })

  test('sends each server tokens for it alone: the user’s with itself as actor and no more scopes, or its own without any', async () => {
    const tapped = await start()
    await askAll(tapped)
    const granted = String(decodeJwt(tapped.inbound).scope).split(' ')
    const subjects = new Set<unknown>()
    for (const { tap, audience } of [tapped.hr, tapped.old]) {
      for (const token of tokensIn(tap.heard())) {
        const {
          aud,
          sub,
          act,
          scope = '',
          exp = 0,
          iat = 0,
        } = decodeJwt<{ scope?: string; act?: unknown }>(token)
        const scopes = scope.split(' ').filter(Boolean)
        subjects.add(sub)
        expect(aud).toBe(audience)
        expect(exp - iat).toBeLessThanOrEqual(300)
        if (sub === 'alice') {
          expect(act).toEqual({ sub: actor })
          expect(granted).toEqual(expect.arrayContaining(scopes))
        } else {
          expect({ sub, scopes }).toEqual({ sub: actor, scopes: [] })
        }
      }
    }
    expect(subjects).toEqual(new Set(['alice', actor]))
  })
})
