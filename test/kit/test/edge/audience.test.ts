import { fileURLToPath } from 'node:url'
import { alice, bob, type HttpFixture, httpFixture, mallory, modernRequest, testServer } from '@atoll/testing'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { describe, expect, onTestFinished, test } from 'vitest'
import { machineServer, newMachine } from '../fixture.ts'
import { libraryServer } from '../library.ts'
import { events } from './events.ts'

const READ = ['library:read']
const ALL = ['library:read', 'library:secret']
const SECRET = { audience: { scope: 'library:secret' } }

async function start(options?: { sessions: boolean }): Promise<HttpFixture> {
  const http = await httpFixture(libraryServer, {}, options)
  onTestFinished(() => http.close())
  return http
}

describe('a change for an audience', () => {
  test('reaches those of the tenant whom the domain admits', async () => {
    const server = await testServer(libraryServer, { deps: {} })
    onTestFinished(() => server.close())
    const [insider, outsider, stranger] = [alice(...ALL), bob(...READ), mallory(...ALL)].map((who) =>
      server.heardBy(who),
    )
    await server.call('change_document', {}, { as: alice(...ALL) })
    expect(insider).toMatchObject([{ uri: 'library://a' }, { kind: 'resources' }, { uri: 'library://b' }])
    expect(outsider).toMatchObject([{ uri: 'library://b' }])
    expect(stranger).toEqual([])
  })

  test('reaches nobody where it cannot be judged', async () => {
    const server = await testServer(libraryServer, { deps: {} })
    onTestFinished(() => server.close())
    const heard = server.heardBy(alice(...ALL))
    const { resource, resourceList } = server.changes.everywhere('acme')
    for (const audience of [undefined, null, {}, 'library:secret', { scope: 7 }, { scope: 'broken' }]) {
      resource('library://a', { audience })
      resourceList({ audience })
    }
    expect(heard).toEqual([])
    resource('library://a', SECRET)
    expect(heard).toHaveLength(1)
  })

  test('reaches nobody in a domain that does not say whom it admits', async () => {
    const server = await testServer(machineServer, { deps: newMachine() })
    onTestFinished(() => server.close())
    const heard = server.heardBy(alice('machine:use'))
    server.changes.here('acme').resource('machine://parts/a', { audience: {} })
    server.changes.here('acme').resourceList({ audience: null })
    expect(heard).toEqual([])
  })
})

test('a subscription of 2026 hears what its own token admits', async () => {
  const http = await start()
  const listen = async (scopes: readonly string[]) => {
    const notifications = {
      resourceSubscriptions: ['library://a', 'library://b'],
      resourcesListChanged: true,
    }
    const token = await http.token({ subject: 'alice', tenant: 'acme', scopes })
    const { body, headers } = modernRequest('subscriptions/listen', { notifications }, token)
    const messages = events(await http.post(body, headers))
    await messages.next()
    return async () => (await messages.next()).value
  }
  const [insider, outsider] = [await listen(ALL), await listen(READ)]
  http.changes.here('acme').resource('library://a', SECRET)
  http.changes.everywhere('acme').resourceList(SECRET)
  http.changes.here('acme').resource('library://b')
  expect([await insider(), await insider(), await insider()]).toMatchObject([
    { method: 'notifications/resources/updated', params: { uri: 'library://a' } },
    { method: 'notifications/resources/list_changed' },
    { params: { uri: 'library://b' } },
  ])
  expect(await outsider()).toMatchObject({ params: { uri: 'library://b' } })
})

/** What a 2025 client is told, in order. */
async function pushed(client: Client): Promise<string[]> {
  const heard: string[] = []
  client.setNotificationHandler(
    'notifications/resources/updated',
    ({ params }) => void heard.push(params.uri),
  )
  client.setNotificationHandler('notifications/resources/list_changed', () => void heard.push('list'))
  await client.subscribeResource({ uri: 'library://a' })
  await client.subscribeResource({ uri: 'library://b' })
  await client.subscribeResource({ uri: 'library://end' })
  return heard
}

test('a session of 2025 hears what the token of its stream admits', async () => {
  const http = await start({ sessions: true })
  const heard = async (scopes: readonly string[]) => {
    const token = await http.token({ subject: 'alice', tenant: 'acme', scopes })
    const client = new Client({ name: 'old', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
    const requestInit = { headers: { authorization: `Bearer ${token}` } }
    await client.connect(new StreamableHTTPClientTransport(new URL(http.mcp), { requestInit }))
    onTestFinished(() => client.close())
    return pushed(client)
  }
  const [insider, outsider] = [await heard(ALL), await heard(READ)]
  // A client opens its stream after the handshake, in its own time.
  await expect
    .poll(() => {
      http.changes.here('acme').resource('library://b')
      return insider.length > 0 && outsider.length > 0
    })
    .toBe(true)
  http.changes.here('acme').resource('library://a', SECRET)
  http.changes.here('acme').resourceList(SECRET)
  http.changes.here('acme').resource('library://end')
  await expect.poll(() => [insider.at(-1), outsider.at(-1)]).toEqual(['library://end', 'library://end'])
  const after = (heard: string[]) => heard.filter((uri) => uri !== 'library://b')
  expect(after(insider)).toEqual(['library://a', 'list', 'library://end'])
  expect(after(outsider)).toEqual(['library://end'])
})

test('a host over stdio hears what it was started with', async () => {
  const main = fileURLToPath(new URL('../library-main.ts', import.meta.url))
  const heardWith = async (scopes: readonly string[]) => {
    const env = { PATH: process.env.PATH ?? '', MCP_STDIO_TENANT: 'acme', MCP_STDIO_SCOPES: scopes.join(' ') }
    const options = { command: process.execPath, args: [main, 'stdio'], stderr: 'ignore' as const, env }
    const client = new Client({ name: 'old', version: '1' }, { versionNegotiation: { mode: 'legacy' } })
    await client.connect(new StdioClientTransport(options))
    onTestFinished(() => client.close())
    const heard = await pushed(client)
    await client.callTool({ name: 'change_document', arguments: {} })
    await expect.poll(() => heard.at(-1)).toBe('library://b')
    return heard
  }
  expect(await heardWith(ALL)).toEqual(['library://a', 'list', 'library://b'])
  expect(await heardWith(READ)).toEqual(['library://b'])
})
