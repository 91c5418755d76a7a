import { freePort } from '@atoll/tooling/free-port'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { domainServer } from './fixture/domain-server.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { libraryServer } from './fixture/library.ts'
import { describes, rawServer, tool } from './fixture/raw-server.ts'

let gateway: TestGateway

beforeEach(async () => {
  const site = await newSite()
  const library = await domainServer(libraryServer, {}, { port: await freePort(), issuers: site.issuers })
  onTestFinished(() => library.close())
  gateway = await startGateway(site, [{ name: 'knowledge-base', url: library.url }], {
    env: { MCP_SESSIONS: 'true' },
  })
})

/** In a session of 2025-11-25. */
async function inSession(method: string, params: Record<string, unknown>, scopes: readonly string[]) {
  const authorization = `Bearer ${await gateway.token({ scopes })}`
  const accept = 'application/json, text/event-stream'
  const post = (body: object, session?: string) =>
    fetch(gateway.mcp, {
      method: 'POST',
      headers: {
        ...{ authorization, accept, 'content-type': 'application/json' },
        ...(session && { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
    })
  const clientInfo = { name: 'old', version: '1' }
  const hello = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
  const begun = await post({ method: 'initialize', params: hello })
  return post({ method, params }, begun.headers.get('mcp-session-id') ?? '')
}

/** What a caller with these scopes gets, in the words of the server: the scopes that it saw. */
async function seen(method: string, params: Record<string, unknown>, scopes: readonly string[]) {
  const response = await gateway.post(method, params, { as: { scopes } })
  const { result } = (await response.json()) as { result: Record<string, unknown> }
  return result
}

const id = { ref: { type: 'ref/resource', uri: 'knowledge-base+kb://documents/{id}' } }
const WAYS: [string, Record<string, unknown>, (scopes: string[]) => object][] = [
  [
    'tools/call',
    { name: 'knowledge-base__search_documents' },
    (scopes) => ({ structuredContent: { scopes } }),
  ],
  [
    'resources/read',
    { uri: 'knowledge-base+kb://overview' },
    (scopes) => ({ contents: [{ text: JSON.stringify(scopes) }] }),
  ],
  [
    'resources/read',
    { uri: 'knowledge-base+kb://documents/7' },
    (scopes) => ({ contents: [{ text: JSON.stringify(scopes) }] }),
  ],
  [
    'prompts/get',
    { name: 'knowledge-base__summary' },
    (scopes) => ({ messages: [{ content: { text: scopes.join(' ') } }] }),
  ],
  [
    'completion/complete',
    { ...id, argument: { name: 'id', value: '' } },
    (scopes) => ({ completion: { values: scopes } }),
  ],
]

describe.each(WAYS)('%s %j', (method, params, shown) => {
  test('carries an optional scope of a caller who has it', async () => {
    const result = await seen(method, params, ['kb:read', 'kb:confidential'])
    expect(result).toMatchObject(shown(['kb:confidential', 'kb:read']))
  })

  test('works without it for a caller who lacks it', async () => {
    expect(await seen(method, params, ['kb:read'])).toMatchObject(shown(['kb:read']))
  })

  test('never carries a scope that it does not name, whatever the caller has', async () => {
    const granted = ['kb:read', 'kb:write', 'hr:read', 'knowledge-base:read', 'admin']
    expect(await seen(method, params, granted)).toMatchObject(shown(['kb:read']))
  })

  test('is refused without the scope it needs, which the optional one does not replace', async () => {
    const response = await gateway.post(method, params, { as: { scopes: ['kb:confidential'] } })
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="kb:read"')
  })

  test('is refused in the same way in a session', async () => {
    const response = await inSession(method, params, ['kb:confidential'])
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('scope="kb:read"')
    expect((await inSession(method, params, ['kb:read'])).status).toBe(200)
  })
})

test('a tool that names no optional scope gets the needed ones alone', async () => {
  const all = ['kb:read', 'kb:confidential', 'kb:write']
  const result = await seen('tools/call', { name: 'knowledge-base__remove_document' }, all)
  expect(result.structuredContent).toEqual({ scopes: ['kb:write'] })
})

test('a caller’s own resources are listed with the scopes that the server names, and no others', async () => {
  const list = async (scopes: string[]) => {
    const first = await seen('resources/list', {}, scopes)
    const own = await seen('resources/list', { cursor: first.nextCursor }, scopes)
    return (own.resources as { name: string }[]).map(({ name }) => name)
  }
  expect(await list(['kb:read', 'kb:confidential', 'hr:read'])).toEqual(['public', 'secret'])
  expect(await list(['kb:read'])).toEqual(['public'])
  expect(await list(['hr:read', 'knowledge-base:read'])).toEqual([])
})

test('a list of a caller’s own is fetched with what the server names, not with all that was granted', async () => {
  const named = { _meta: { 'dev.atoll/tool': { scopes: ['x:read'], optionalScopes: ['x:more'] } } }
  const lists: string[] = []
  const raw = await rawServer((request) => {
    if (request.method !== 'tools/list') return void describes(request, [])
    lists.push(String(request.headers.authorization))
    request.reply({ tools: [tool('echo', named)], ttlMs: 60_000, cacheScope: 'private' })
  })
  const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
  await post('tools/list', {}, { as: { scopes: ['x:read', 'x:more', 'raw:read', 'hr:read'] } })
  const payload = Buffer.from(lists.at(-1)?.split('.')[1] ?? '', 'base64url').toString()
  expect(JSON.parse(payload)).toMatchObject({ sub: 'alice', scope: 'x:more x:read' })
})

test('clients are told of every scope that the servers name, the optional ones too', async () => {
  const metadata = await fetch(`${gateway.origin}/.well-known/oauth-protected-resource/mcp`)
  expect(await metadata.json()).toMatchObject({
    scopes_supported: ['kb:confidential', 'kb:read', 'kb:write'],
  })
})

describe('scopes of the gateway itself', () => {
  const about = (more: object) => ({ _meta: { 'dev.atoll/tool': more } })
  const as = { scopes: ['gateway:admin', 'gateway:console', 'x:read', 'y:read'] }

  async function start(name: string, ...tools: object[]) {
    const sent: Record<string, unknown>[] = []
    const raw = await rawServer((request) => {
      const [, claims = ''] = String(request.headers.authorization).split('.')
      sent.push(JSON.parse(Buffer.from(claims, 'base64url').toString()))
      if (request.method === 'tools/list') request.reply({ tools, ttlMs: 60_000, cacheScope: 'public' })
      else if (!describes(request, [])) request.reply({ content: [] })
    })
    return { ...(await startGateway(await newSite(), [{ name, url: raw.url }])), sent }
  }

  test('are no server’s to name: clients are not told of them, and nobody is given them', async () => {
    const scopes = { scopes: ['x:read'], optionalScopes: ['gateway:console'] }
    const look = tool('look', about({ ...scopes, delegates: ['gateway:admin', 'y:read'] }))
    const { origin, post, sent } = await start('raw', look)
    const metadata = await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)
    expect(await metadata.json()).toMatchObject({ scopes_supported: ['x:read'] })
    const listed = await (await post('tools/list', {}, { as })).text()
    expect(listed).toContain('y:read')
    expect(listed).not.toContain('gateway:')
    const refused = await post('tools/call', { name: 'raw__look' }, { as: { scopes: [] } })
    expect(refused.headers.get('www-authenticate')).toContain('scope="x:read"')
    await post('tools/call', { name: 'raw__look', arguments: {} }, { as })
    expect(sent.at(-1)).toMatchObject({ sub: 'alice', scope: 'x:read', may_delegate: 'y:read' })
  })

  test('leave out a tool that needs one, and say why to who runs the gateway', async () => {
    const wipe = tool('wipe', about({ scopes: ['x:read', 'gateway:admin'] }))
    const { origin, post } = await start('raw', wipe, tool('echo'))
    const { result } = (await (await post('tools/list', {}, { as })).json()) as {
      result: { tools: object[] }
    }
    expect(result.tools).toEqual([expect.objectContaining({ name: 'raw__echo' })])
    const called = await post('tools/call', { name: 'raw__wipe', arguments: {} }, { as })
    expect(await called.json()).toMatchObject({ error: { message: 'Unknown tool: raw__wipe' } })
    const services = await (await fetch(`${origin}/services`)).text()
    expect(services).toContain('wipe: needs a scope of the gateway itself')
  })

  test('are not sent to a server that is called like them', async () => {
    const { post, sent } = await start('gateway', tool('echo'))
    await post(
      'tools/call',
      { name: 'gateway__echo', arguments: {} },
      { as: { scopes: [...as.scopes, 'gateway:read'] } },
    )
    expect(sent.at(-1)).toMatchObject({ sub: 'alice', scope: 'gateway:read' })
  })
})
