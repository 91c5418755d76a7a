import { createAuthenticator } from '@atoll/auth'
import { createHost, createRuntime, defineDomain, defineServer } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { alice, bob, testServer } from '@atoll/testing'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const shops = defineDomain({
  name: 'shop',
  scopes: { read: 'See prices' },
  config: z.object({}),
  connect: async () => ({ deps: { runs: 0 } }),
})

const SIZE = z.object({ size: z.string() })

const price = shops.defineTool({
  name: 'price',
  title: 'Price',
  description: 'Asks for the size where it is not given; cached for each tenant.',
  effect: 'read',
  scopes: ['shop:read'],
  cache: { ttl: '1m', shared: 'tenant' },
  input: z.object({ size: z.string().optional() }),
  output: z.object({ size: z.string(), runs: z.number() }),
  async run({ deps, input, interaction }) {
    if (input.size !== undefined) return { size: input.size, runs: ++deps.runs }
    const { size } = await interaction.ask({ size: { kind: 'form', message: 'Which size?', schema: SIZE } })
    return { size: size.action === 'accept' ? size.content.size : '', runs: ++deps.runs }
  },
})

const shop = defineServer(shops, { instructions: 'A shop.', tools: [price] })

test('what hangs on an answer is given to nobody again, not even to who answered', async () => {
  const server = await testServer(shop, { deps: { runs: 0 } })
  onTestFinished(() => server.close())
  const priceOf = async (size: string, as: ReturnType<typeof alice>) => {
    const answer = () => ({ action: 'accept', content: { size } })
    return (await server.call('price', {}, { as, answer })).structuredContent
  }
  expect(await priceOf('small', alice('shop:read'))).toEqual({ size: 'small', runs: 1 })
  expect(await priceOf('large', bob('shop:read'))).toEqual({ size: 'large', runs: 2 })
  expect(await priceOf('huge', alice('shop:read'))).toEqual({ size: 'huge', runs: 3 })
  // What was asked with its arguments alone is.
  const given = async () =>
    (await server.call('price', { size: 'm' }, { as: bob('shop:read') })).structuredContent
  expect([await given(), await given()]).toEqual([
    { size: 'm', runs: 4 },
    { size: 'm', runs: 4 },
  ])
})

test('nor is what people answered in sessions of the 2025 era', async () => {
  const env = { LOG_LEVEL: 'silent' }
  const telemetry = createTelemetry({ service: 'test', version: '1', env, output: 2 })
  const connect = async () => ({ deps: { runs: 0 } })
  const runtime = createRuntime(shop, { config: {}, telemetry, connect })
  const staticTokens = ['alice', 'bob'].map((subject) => ({
    ...{ token: `token-of-${subject}`, subject, tenant: 'acme', scopes: ['shop:read'] },
  }))
  const resource = 'http://127.0.0.1/mcp'
  const authenticator = createAuthenticator({ resource, issuers: [], staticTokens, scopesSupported: [] })
  const app = createHost({ ...runtime, telemetry, authenticator, sessions: { max: 9, idle: 60_000 } })
  await runtime.start()
  const url = new URL(`${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`)
  onTestFinished(async () => {
    await app.close()
    await runtime.close()
  })
  const priceFor = async (who: string, size: string) => {
    const client = new Client(
      { name: 'old', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode: 'legacy' } },
    )
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { size } }))
    const headers = { authorization: `Bearer token-of-${who}` }
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
    onTestFinished(() => client.close())
    return (await client.callTool({ name: 'price', arguments: {} })).structuredContent
  }
  expect(await priceFor('alice', 'small')).toMatchObject({ size: 'small' })
  expect(await priceFor('bob', 'large')).toMatchObject({ size: 'large' })
  const both = await Promise.all([priceFor('alice', 'one'), priceFor('bob', 'two')])
  expect(both).toMatchObject([{ size: 'one' }, { size: 'two' }])
})
