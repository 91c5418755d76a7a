import { describe, expect, test } from 'vitest'
import { canonicalUri } from '../src/canonical-uri.ts'
import { startFleet } from './fixture/fleet.ts'
import { policyOf } from './fixture/policy.ts'
import { behindGateway, classed, openShop } from './fixture/shop.ts'

const TEXT = 'Paid from DE89370400440532013000'

/** A server that looks up what `URL` makes of what it is asked for, as those of the official SDK do. */
function shop() {
  return openShop({
    resources: [
      { uri: 'shop://secret', name: 'secret', ...classed('resources', 'restricted') },
      { uri: 'https://shop.example/secret', name: 'page', ...classed('resources', 'restricted') },
      { uri: 'Shop://Kept', name: 'kept', ...classed('resources', 'restricted') },
      { uri: 'shop://note', name: 'note' },
    ],
    answer: ({ params, reply }) =>
      reply({
        contents: [{ uri: new URL(String(params.uri)).href, text: TEXT }],
        ttlMs: 0,
        cacheScope: 'private',
      }),
  })
}

describe('however the URI of a resource is spelled', () => {
  test.each([
    ...['shop+shop://secret', 'shop+SHOP://secret', 'shop+shop://se\tcret', 'shop+ shop://secret'],
    ...['SHOP://secret', 'shop+shop://%73ecret', 'shop+shop://Kept', 'shop+https://shop.example/secret'],
    ...['HTTPS://Shop.example/%73ecret', 'shop+https://shop.example/x/../secret'],
  ])('what is restricted does not leave: %j', async (uri) => {
    const { ask } = await behindGateway(await shop())
    expect(await ask('resources/read', { uri })).toMatchObject({ error: { data: { code: 'RESTRICTED' } } })
  })

  test('a rule that denies it by its name holds', async () => {
    const { env } = policyOf('deny: target.name == "shop+shop://note"')
    const { ask } = await behindGateway(await shop(), undefined, env)
    for (const uri of ['shop+shop://note', 'shop+SHOP://note', 'shop+shop://%6eote'])
      expect(await ask('resources/read', { uri }), uri).toHaveProperty('error')
    expect(await ask('resources/read', { uri: 'shop+shop://other' })).toHaveProperty('contents')
  })

  test.each(['hr+employee://17', 'employee://17', 'hr+employee://%317', 'hr+EMPLOYEE://17'])(
    'a rule that denies it by its argument holds: %s',
    async (uri) => {
      const { env } = policyOf('deny: args.uri == "hr+employee://17"')
      const { post } = await startFleet({ env })
      expect(await (await post('resources/read', { uri })).json()).toHaveProperty('error')
      const other = uri.replace('7', '8')
      expect(await (await post('resources/read', { uri: other })).json()).toHaveProperty('result')
    },
  )

  test('its server is asked for the one spelling, and as it lists it where it does', async () => {
    const site = await shop()
    const { ask } = await behindGateway(site)
    for (const uri of ['shop+SHOP://a%2Fb/%7ex', 'shop+SHOP://note']) await ask('resources/read', { uri })
    const read = site.raw.requests.filter(({ method }) => method === 'resources/read')
    expect(read.map(({ params }) => params.uri)).toEqual(['shop://a%2Fb/~x', 'shop://note'])
  })
})

test.each([
  ['HTTPS://Example.COM:443/a/../%62', 'https://example.com/b'],
  ['employee://%317', 'employee://17'],
  ['kb://a%2fb?q=%c3%a9', 'kb://a%2Fb?q=%C3%A9'],
  ['urn:isbn:0451450523', 'urn:isbn:0451450523'],
  [' not a uri ', 'not a uri'],
])('%j is %j in one spelling', (uri, canonical) => {
  expect(canonicalUri(uri)).toBe(canonical)
})
