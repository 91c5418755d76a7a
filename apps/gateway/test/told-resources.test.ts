import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { listen } from './fixture/listener.ts'
import { policyOf } from './fixture/policy.ts'
import { rawServer } from './fixture/raw-server.ts'
import { classed } from './fixture/shop.ts'

const LISTED = [
  { uri: 'docs://a/secret', name: 'secret', ...classed('resources', 'restricted') },
  { uri: 'docs://a/paid', name: 'paid', _meta: { 'dev.atoll/resource': { scopes: ['docs:paid'] } } },
]
const TEMPLATES = [{ uriTemplate: 'docs://a/of/{who}', name: 'of', ...classed('resources', 'restricted') }]

/** What somebody hears who subscribed to these, of a server that tells of those, in its words, and then of `docs://end`. */
async function heardOf(told: readonly string[], wanted: readonly string[], env: Record<string, string> = {}) {
  const raw = await rawServer(({ id, method, params, reply, response }) => {
    const hints = { ttlMs: 60_000, cacheScope: 'public' }
    const capabilities = { resources: { subscribe: true } }
    if (method === 'server/discover') reply({ supportedVersions: ['2026-07-28'], capabilities, ...hints })
    else if (method === 'resources/list') reply({ resources: LISTED, ...hints })
    else if (method === 'resources/templates/list') reply({ resourceTemplates: TEMPLATES, ...hints })
    else if (method === 'subscriptions/listen') {
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id }
      const tell = (name: string, more: object) => {
        const message = { jsonrpc: '2.0', method: `notifications/${name}`, params: { ...more, _meta } }
        response.write(`data: ${JSON.stringify(message)}\n\n`)
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      tell('subscriptions/acknowledged', { notifications: params.notifications })
      for (const uri of [...told, 'docs://end']) tell('resources/updated', { uri })
    }
  })
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { env })
  const resourceSubscriptions = [...wanted, 'raw+docs://end']
  const { heard } = await listen(gateway, { resourceSubscriptions })
  const uris = () => heard().map(([, uri]) => uri)
  await expect.poll(uris).toContain('raw+docs://end')
  return uris().slice(0, -1)
}

describe('whoever subscribed to a resource', () => {
  test.each([
    ['raw+docs://b', ['docs://b', 'docs://b/1'], ['raw+docs://b', 'raw+docs://b/1']],
    ['raw+docs://b/', ['docs://b/', 'docs://b/1'], ['raw+docs://b/', 'raw+docs://b/1']],
    [
      'raw+https://b.example',
      ['https://b.example/', 'https://b.example/1'],
      ['raw+https://b.example', 'https://b.example/1'],
    ],
  ])('%s hears of it and of its parts', async (wanted, told, heard) => {
    expect(await heardOf(told, [wanted])).toEqual(heard)
  })

  test('hears of it however its server spells it, under the name they gave', async () => {
    expect(
      await heardOf(
        ['DOCS://b/caf%c3%a9', 'docs://b/x/../1'],
        ['raw+docs://b/%63af%C3%A9', 'docs+docs://b/1', 'raw+docs://b/1'],
      ),
    ).toEqual(['raw+docs://b/%63af%C3%A9', 'raw+docs://b/1'])
  })

  test('does not hear of its neighbours', async () => {
    const told = ['docs://b/12', 'docs://b/1/../c', 'docs://a/b/1', 'docs://b']
    expect(await heardOf(told, ['raw+docs://b/1'])).toEqual([])
  })

  test('does not hear of parts that are not for them', async () => {
    const { env } = policyOf('deny: args.uri == "raw+docs://a/denied"')
    const told = ['secret', 'of/ada', 'paid', 'denied', 'open'].map((part) => `docs://a/${part}`)
    expect(await heardOf(told, ['raw+docs://a'], env)).toEqual(['raw+docs://a/open'])
  })
})
