import { setTimeout as pause } from 'node:timers/promises'
import { TOKEN_EXCHANGE } from '@atoll/auth'
import { identityProvider } from '@atoll/testing/identity-provider'
import { expect, test } from 'vitest'
import { type Faults, faultyProxy } from '../src/faulty-proxy.ts'
import { startLoad } from '../src/load.ts'
import { printTable, quantile, tally, words } from '../src/report.ts'
import { audienceOf, newSite, REGISTER, type Site } from '../src/site.ts'
import { startStrangers } from '../src/strangers.ts'

/** Milliseconds of load under each fault. */
const WHILE = 2_000
const CLIENT = 'mcp-gateway'
const SCOPES = ['ledger:look']
/** All that a caller who needs a token may be told while there is none to be had. */
const NO_TOKEN = ['UNAVAILABLE']

interface Fault {
  readonly name: string
  readonly faults: Faults
  /** What those may be told whose token has to be exchanged. */
  readonly strangers: readonly string[]
}

const FAULTS: readonly Fault[] = [
  { name: 'well', faults: {}, strangers: ['ok'] },
  { name: 'slow (100 ms)', faults: { delay: 100 }, strangers: ['ok'] },
  { name: 'too slow (5 s)', faults: { delay: 5_000 }, strangers: NO_TOKEN },
  { name: 'gone', faults: { gone: true }, strangers: NO_TOKEN },
  { name: 'answering 500', faults: { instead: page(500) }, strangers: NO_TOKEN },
  { name: 'answering a page', faults: { instead: page(200) }, strangers: NO_TOKEN },
  { name: 'cut off now and then', faults: { cut: 0.5 }, strangers: ['ok', ...NO_TOKEN] },
  { name: 'corrupted', faults: { corrupt: 1 }, strangers: ['ok', ...NO_TOKEN] },
  { name: 'well again', faults: {}, strangers: ['ok'] },
]

test('an identity provider that is slow, gone, flapping or lying costs no call whose token is known, and nobody gets another’s rights', async () => {
  const site = await newSite()
  const { idp, proxy } = await startProvider(site)
  const people = JSON.stringify([{ issuer: idp.issuer, jwks: idp.jwks }])
  const exchange = { issuer: idp.issuer, clientId: CLIENT, timeout: '2s' }
  const gateway = await site.gateway(
    [{ name: 'ledger', audience: audienceOf('ledger'), register: REGISTER }],
    { AUTH_ISSUERS: people, GATEWAY_TOKENS: 'exchange', GATEWAY_EXCHANGE: JSON.stringify(exchange) },
  )
  // It believes the provider alone: what the gateway signed itself would open nothing.
  await site.server('ledger', gateway, { AUTH_ISSUERS: people })
  const signIn = (subject: string) => idp.signIn({ subject, scopes: SCOPES })
  const tool = 'ledger__look'
  const known = await signIn('alice')
  const rows: (string | number)[][] = []
  for (const { name, faults, strangers } of [FAULTS[0] as Fault, ...FAULTS]) {
    proxy.set(faults)
    proxy.cutAll()
    const before = idp.asked.length
    const calls = startLoad({ mcp: () => gateway.mcp, token: known, tool, clients: 4, rest: 5 })
    const coming = startStrangers({ mcp: gateway.mcp, tool, signIn })
    await pause(WHILE)
    const [cached, fresh] = await Promise.all([calls.stop(), coming.stop()])
    expect(tally(cached), name).toEqual({ ok: cached.length })
    for (const { id, outcome, whose, error } of fresh) {
      expect(strangers, `${name}: ${id}`).toContain(outcome)
      if (outcome === 'ok') expect(whose).toBe(id)
      else expect(error).toMatchObject({ retryable: true, retryAfter: 5 })
    }
    const asked = idp.asked.slice(before).map(({ params }) => params.subject_token)
    // Several calls at once with one token are one exchange.
    if (strangers.length === 1 && strangers[0] === 'ok') expect(asked.length).toBe(new Set(asked).size)
    rows.push([
      ...[name, words(tally(cached)), ms(quantile(cached, 0.5)), ms(quantile(cached, 0.95))],
      ...[words(tally(fresh)), ms(quantile(fresh, 0.5)), ms(quantile(fresh, 1))],
      `${new Set(fresh.map(({ token }) => token)).size}: ${asked.length}`,
    ])
  }
  printTable(
    [
      ...['the provider is', 'known token', 'p50 ms', 'p95 ms', 'new token', 'p50 ms', 'longest'],
      'tokens: exchanges',
    ],
    rows.slice(1),
  )
})

/** A provider that the gateway reaches through a proxy; people and servers reach its keys directly. */
async function startProvider(site: Site) {
  const made = Promise.withResolvers<Awaited<ReturnType<typeof faultyProxy>>>()
  const client = {
    client_id: CLIENT,
    grant_types: [TOKEN_EXCHANGE, 'client_credentials'],
    jwks: site.keys,
    token_endpoint_auth_method: 'private_key_jwt' as const,
    token_endpoint_auth_signing_alg: 'ES256' as const,
  }
  const idp = await identityProvider({
    ...{ gateway: site.resource, actors: site.keys, client, scopes: SCOPES },
    async reachedAt(port) {
      made.resolve(await faultyProxy(port))
      return `http://127.0.0.1:${(await made.promise).port}`
    },
  })
  return { idp, proxy: await made.promise }
}

function page(status: number): string {
  const body = '<!doctype html><title>Not what you asked for</title>'
  return [
    `HTTP/1.1 ${status} Something`,
    'content-type: text/html',
    `content-length: ${body.length}`,
    'connection: close',
    '',
    body,
  ].join('\r\n')
}

function ms(milliseconds: number): string {
  return milliseconds.toFixed(1)
}
