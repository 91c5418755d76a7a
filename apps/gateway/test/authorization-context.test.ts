import type { Principal } from '@atoll/auth'
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, test } from 'vitest'
import { authorizationContext } from '../src/authorization-context.ts'
import { newSite, startGateway, type Who } from './fixture/fleet.ts'
import { legacyServer } from './fixture/legacy-server.ts'
import { connectOld } from './fixture/old-client.ts'
import { oldServer } from './fixture/pairs/old-server.ts'

const ALICE: Principal = {
  ...{ issuer: 'https://id.example', subject: 'alice', clientId: 'editor', tenant: 'acme' },
  ...{ scopes: new Set(['a', 'b']), roles: new Set(['reader']), expiresAt: 9e9 },
}

test.each<Partial<Principal>>([
  { issuer: 'https://other.example' },
  { subject: 'bob' },
  { clientId: 'other' },
  { tenant: 'globex' },
  { actor: 'reports' },
  { scopes: new Set(['a']) },
  { scopes: new Set(['a", "b']) },
  { roles: new Set() },
])('who differs in %j has another context', (other) => {
  expect(authorizationContext({ ...ALICE, ...other })).not.toBe(authorizationContext(ALICE))
})

test('who comes with another token for the same has the same context', () => {
  const scopes = new Set(['b', 'a'])
  expect(authorizationContext({ ...ALICE, scopes, expiresAt: 1 })).toBe(authorizationContext(ALICE))
})

const OTHERS: readonly Who[] = [
  { subject: 'bob' },
  { tenant: 'globex' },
  { scopes: ['hr:read'] },
  { roles: ['admin'] },
]

test('an old server has a session for each context', async () => {
  const old = await legacyServer()
  const gateway = await startGateway(await newSite(), [{ name: 'old', url: old.url }])
  const sessionOf = async (as: Who) => {
    const call = { name: 'old__add', arguments: { a: 1, b: 1 } }
    await (await gateway.post('tools/call', call, { as })).text()
    return old.arrivals.findLast(({ method }) => method === 'tools/call')?.headers.get('mcp-session-id')
  }
  const mine = await sessionOf({})
  for (const other of OTHERS) expect(await sessionOf(other)).not.toBe(mine)
  expect(await sessionOf({})).toBe(mine)
})

test('what an old server asks and logs on the stream of a session reaches nobody else', async () => {
  const { url, seen } = await oldServer()
  const env = { MCP_SESSIONS: 'true' }
  const gateway = await startGateway(await newSite(), [{ name: 'pair', url }], { env })
  const begin = async (as: Who, name: string) => {
    const client = await connectOld(gateway, { elicitation: {} }, as)
    const heard: string[] = []
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void heard.push(params.level),
    )
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { name } }))
    const call = (tool: string, signal?: AbortSignal) =>
      client.callTool({ name: tool, arguments: {} }, undefined, signal && { signal })
    return { heard, call }
  }
  const people = await Promise.all([{}, ...OTHERS].map((as, at) => begin(as, `person ${at}`)))
  const greeted = await Promise.all(people.map(({ call }) => call('pair__greet')))
  expect(greeted.map(({ content }) => content)).toEqual(
    people.map((_, at) => [{ type: 'text', text: `Hello, person ${at}!` }]),
  )
  const stop = new AbortController()
  const [alice, ...others] = people
  const waiting = others.map(({ call }) => call('pair__wait', stop.signal).catch(() => undefined))
  await expect.poll(() => seen.waiting).toBe(others.length)
  await alice?.call('pair__log')
  stop.abort()
  await Promise.all(waiting)
  expect(people.map(({ heard }) => heard.length > 0)).toEqual([true, false, false, false, false])
})
