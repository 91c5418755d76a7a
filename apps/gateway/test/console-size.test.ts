import { expect, test } from 'vitest'
import { CONSOLE_ENV, consoleOf } from './fixture/console.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { rawServer, tool, withTools } from './fixture/raw-server.ts'

const SERVERS = Array.from({ length: 20 }, (_, index) => `s${index + 10}`)
const TOOLS = Array.from({ length: 25 }, (_, index) =>
  tool(`search_records_${index}`, {
    description: 'Find records by words, dates and state. Returns the best matches first.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  }),
)

test('shows twenty servers with five hundred tools, and says no more of them each second than what changes', async () => {
  const raw = await rawServer(withTools(TOOLS, ({ reply }) => reply({ content: [] })))
  const servers = SERVERS.map((name) => ({ name, url: raw.url.replace('/mcp', `/${name}/mcp`) }))
  const gateway = await startGateway(await newSite(), servers, { env: CONSOLE_ENV })
  const { api, get, signIn } = consoleOf(gateway)
  const alice = await signIn('alice')
  const fleet = await get('fleet', alice)
  expect(fleet.servers.map(({ name, state }) => [name, state])).toEqual(SERVERS.map((name) => [name, 'up']))
  expect(fleet.servers.flatMap(({ tools }) => tools)).toHaveLength(500)

  const response = await api('events', { cookie: alice })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let heard = ''
  while (!heard.includes('\n\n')) heard += new TextDecoder().decode((await reader.read()).value)
  await reader.cancel()
  const [picture = ''] = heard.split('\n\n')
  expect(picture).toMatch(/^event: fleet\ndata: /)
  // Five numbers for each second of a minute are most of it, whatever there is to list.
  expect(picture.length).toBeLessThan(SERVERS.length * 2_000)
})
